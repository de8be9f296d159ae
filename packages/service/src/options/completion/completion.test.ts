import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineCommand, defineCommandGroup, withCommands } from "../command.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { completionPlaces } from "./model.ts";
import { zshCompletion } from "./zsh.ts";

const decode = defineCommand({
  name: "decode",
  summary: "Shows a \\ file's: content",
  arguments: { file: { description: "File", optional: true, variadic: true } },
  options: {
    format: { type: "string", description: "How", choices: ["table", "json"], short: "f" },
    family: { type: "list", description: "Which [all]", placeholder: "AFI:SAFI", suggestions: ["v4", "v6"] },
    wire: { type: "bool", description: "It's: octets", short: "w" },
    token: { type: "string", description: "Token", secret: true, placeholder: "FILE" },
    ca: { type: "string", description: "Trust", placeholder: "FILE" },
    socket: { type: "string", description: "Socket", placeholder: "PATH" },
    data: { type: "string", description: "Data", placeholder: "DIR" },
    limit: { type: "int", description: "At most" },
  },
  run: () => {},
});
const show = defineCommand({
  name: "show",
  summary: "Shows one",
  arguments: { name: { description: "Name" } },
  run: () => {},
});
const agent = withCommands(defineCommand({ name: "agent", summary: "Runs", run: () => {} }), [show]);
const places = completionPlaces([
  decode,
  agent,
  defineCommandGroup({ name: "device", summary: "Devices", commands: [show] }),
]);

describe("what shells may offer", () => {
  it("is known for every place", () => {
    assert.deepEqual(
      places.map(({ path, commands }) => [path.join(" "), commands.map(({ name }) => name).join(" ")]),
      [
        ["", "decode agent device"],
        ["decode", ""],
        ["agent", "show"],
        ["agent show", ""],
        ["device", "show"],
        ["device show", ""],
      ],
    );
  });

  it("are choices, suggestions, files and directories, and nothing for a secret", () => {
    const flags = places[1]?.flags.map(({ flag, value }) => [flag, value?.offer]);
    assert.deepEqual(flags, [
      ["format", { kind: "words", words: ["table", "json"], list: false }],
      ["family", { kind: "words", words: ["v4", "v6"], list: true }],
      ["wire", undefined],
      ["token", { kind: "nothing" }],
      ["ca", { kind: "files" }],
      ["socket", { kind: "files" }],
      ["data", { kind: "directories" }],
      ["limit", { kind: "nothing" }],
      ["help", undefined],
      ["version", undefined],
    ]);
    assert.deepEqual(places[1]?.arguments, [
      { name: "FILE", offer: { kind: "files" }, optional: true, variadic: true },
    ]);
  });
});

describe("the script for bash", () => {
  const script = bashCompletion("netferry", places);

  it("has each place, with its commands, flags and values", () => {
    assert.match(script, /\n {4}' agent'\)\n {6}commands='show'\n {6}flags='--help --version'\n {6};;\n/);
    assert.match(script, /--format \| -f\) kind=words values='table json' ;;/);
    assert.match(script, /--family\) kind=list values='v4 v6' ;;/);
    assert.match(script, /--token \| --limit\) kind=nothing ;;/);
    assert.match(script, /--ca \| --socket\) kind=files ;;/);
    assert.match(script, /--data\) kind=directories ;;/);
  });
});

describe("the script for zsh", () => {
  const script = zshCompletion("netferry", places);

  it("keeps what means something in it from meaning it", () => {
    assert.ok(script.startsWith("#compdef netferry\n"));
    assert.ok(script.includes(String.raw`'decode:Shows a \\ file'\''s: content'`), script);
    assert.ok(
      script.includes(String.raw`'*--family=[Which \[all\]]:AFI\:SAFI: _values -s , AFI\:SAFI v4 v6'`),
      script,
    );
    assert.ok(script.includes(String.raw`'(-w --wire)'{-w,--wire}'[It'\''s\: octets]'`), script);
    assert.ok(script.includes(String.raw`'(-f --format)'{-f+,--format=}'[How]:FORMAT:(table json)'`), script);
    assert.ok(script.includes(String.raw`'--token=[Token]:FILE: '`), script);
    assert.ok(script.includes(String.raw`'*:FILE:_files'`) && script.includes(String.raw`':NAME: '`), script);
  });
});

describe("the script for fish", () => {
  const script = fishCompletion("netferry", places);

  it("keeps what means something in it from meaning it", () => {
    assert.ok(script.includes(String.raw`-a decode -d 'Shows a \\ file\'s: content'`), script);
    assert.ok(script.includes(String.raw` -s w -l wire -d 'It\'s: octets'`), script);
    assert.ok(
      script.includes(
        String.raw`-n '__netferry_at \'decode \'' -s f -l format -r -f -a 'table json' -d 'How'`,
      ),
      script,
    );
    assert.ok(script.includes(" -l token -r -f -d 'Token'"), script);
    assert.ok(script.includes(" -l family -r -f -a '(__netferry_list v4 v6)'"), script);
  });
});
