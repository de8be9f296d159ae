import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CapturedStream } from "../testing/captured-stream.ts";
import { run } from "../testing/run-program.ts";
import { defineCommand, defineCommandGroup } from "./command.ts";

describe("help and version", () => {
  const agent = defineCommand({
    name: "agent",
    summary: "Relays sessions",
    description: "First paragraph.\n\nSecond paragraph.",
    examples: [{ command: "ferry agent --target x:443", text: "With a target" }, "ferry agent"],
    arguments: { site: { description: "Where it stands", optional: true } },
    options: {
      "log-level": {
        type: "string",
        description: "How much",
        group: "Logging",
        choices: ["a"],
        default: "a",
      },
      multi: { type: "int", description: "Sessions on one connection", default: 10, min: 1, short: "m" },
      email: { type: "string", description: "Account", required: true, env: ["KENTIK_API_EMAIL"] },
      asn: { type: "int", description: "AS number", defaultText: "the device's own" },
    },
    run: () => {},
  });
  const group = defineCommandGroup({ name: "device", summary: "Devices", commands: [agent] });

  it("shows usage, arguments, groups, defaults, environment and examples", async () => {
    const { stdout, code } = await run([agent], ["agent", "--help"]);
    assert.equal(code, 0);
    for (const part of [
      "Usage: ferry agent [SITE] [options]\n",
      "First paragraph.\n\nSecond paragraph.\n",
      "Arguments:\n  SITE  Where it stands (optional)\n",
      "\nOptions:\n  -m, --multi N",
      "a whole number of 1 or more",
      "\nLogging:\n",
      "How much (one of a; default: a) [$NETFERRY_LOG_LEVEL]",
      "Account (required) [$NETFERRY_EMAIL, $KENTIK_API_EMAIL]",
      "default: the device's own",
      "  With a target:\n    ferry agent --target x:443\n  ferry agent\n",
    ]) {
      assert.ok(
        stdout.replaceAll(/\n {6,}/g, " ").includes(part) || stdout.includes(part),
        `${part}\n---\n${stdout}`,
      );
    }
  });

  it("marks the variable that sets an option here", async () => {
    const env = { KENTIK_API_EMAIL: "a", NETFERRY_LOG_LEVEL: "" };
    const { stdout } = await run([agent], ["agent", "--help"], { env });
    const text = stdout.replaceAll(/\s+/g, " ");
    assert.ok(text.includes("[$NETFERRY_EMAIL, $KENTIK_API_EMAIL (in use)]"), stdout);
    assert.equal(text.split("in use").length, 2);
  });

  it("keeps to the width of the terminal", async () => {
    for (const columns of [40, 60, 100]) {
      const stdout = new CapturedStream({ columns });
      await run([agent], ["agent", "-h"], { stdout });
      const longest = Math.max(...stdout.lines.map((line) => line.length));
      assert.ok(longest <= columns, `${longest} > ${columns}:\n${stdout.text}`);
    }
  });

  it("asks for no required option first", async () => {
    assert.equal((await run([agent], ["agent", "--help", "--multi=3"])).code, 0);
  });

  it("comes for the program, for groups, and by the word help", async () => {
    const top = await run([agent, group], ["--help"]);
    assert.equal(top.code, 0);
    assert.match(top.stdout, /Usage: ferry COMMAND \[options\]/);
    assert.match(top.stdout, / {2}agent {3}Relays sessions\n {2}device {2}Devices\n/);
    const below = await run([group], ["device", "--help"]);
    assert.match(below.stdout, /Usage: ferry device COMMAND/);
    const byWord = await run([group], ["help", "device", "agent"]);
    assert.match(byWord.stdout, /Usage: ferry device agent/);
  });

  it("answers no command at all on stderr, with exit code 2", async () => {
    for (const argv of [[], ["device"]]) {
      const { code, stdout, stderr } = await run([group], argv);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^Usage: ferry/);
    }
  });

  it("shows the version, alone and behind any command", async () => {
    for (const argv of [["--version"], ["agent", "--version"], ["device", "--version"]]) {
      const { code, stdout } = await run([agent, group], argv);
      assert.deepEqual([code, stdout], [0, "ferry 1.2.3\n"]);
    }
  });

  it("refuses flags in front of a command", async () => {
    const { code, stderr } = await run([agent], ["--multi=3", "agent"]);
    assert.equal(code, 2);
    assert.match(stderr, /a command stands before flags such as --multi=3/);
  });
});
