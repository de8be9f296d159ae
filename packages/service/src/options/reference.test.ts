import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineCommand, defineCommandGroup } from "./command.ts";
import { renderReference } from "./reference.ts";

const agent = defineCommand({
  name: "agent",
  summary: "Relays sessions",
  description: "It holds no routes.",
  examples: [{ command: "netferry agent --token x", text: "Simplest" }],
  options: {
    token: {
      type: "string",
      description: "API token",
      required: true,
      secret: true,
      env: ["KENTIK_API_TOKEN"],
    },
    multi: { type: "int", description: "Sessions | connection", default: 10, min: 1, max: 64 },
    level: { type: "string", description: "Level", choices: ["a", "b"], default: "a", group: "Logging" },
    asn: { type: "int", description: "AS number", defaultText: "the device's own", short: "a" },
  },
  run: () => {},
});
const add = defineCommand({
  name: "add",
  summary: "Adds a device.",
  arguments: { name: { description: "Its name" } },
  run: () => {},
});

describe("the reference page", () => {
  const page = renderReference([
    agent,
    defineCommandGroup({ name: "device", summary: "Devices", commands: [add] }),
  ]);

  it("has every flag with its type, default and environment", () => {
    for (const row of [
      "| `--token TOKEN` | text | required | `NETFERRY_TOKEN`, `KENTIK_API_TOKEN` | API token |",
      "| `--multi N` | a whole number from 1 to 64 | `10` | `NETFERRY_MULTI` | Sessions \\| connection |",
      "| `--level LEVEL` | `a`, `b` | `a` | `NETFERRY_LEVEL` | Level |",
      "| `-a`, `--asn N` | a whole number | the device's own | `NETFERRY_ASN` | AS number |",
      "| `NAME` | Its name |",
    ]) {
      assert.ok(page.split("\n").includes(row), `${row}\n---\n${page}`);
    }
  });

  it("has each command under a heading that its list of contents links to", () => {
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...page.matchAll(/^#{2,} (.+)$/gm)].map(([, title]) => title?.replaceAll(" ", "-"));
    assert.deepEqual(links, headings);
    assert.deepEqual(headings, ["netferry-agent", "netferry-device", "netferry-device-add"]);
  });

  it("has usage, groups and examples", () => {
    assert.match(page, /```\nnetferry device add NAME \[options\]\n```/);
    assert.match(page, /\*\*Logging\*\*/);
    assert.match(page, /```sh\n# Simplest\nnetferry agent --token x\n```/);
    assert.match(page, /It holds no routes\./);
  });

  it("ends each summary with one full stop, and itself with one line end", () => {
    assert.match(page, /\nAdds a device\.\n/);
    assert.match(page, /\nRelays sessions\.\n/);
    assert.match(page, /[^\n]\n$/);
  });
});
