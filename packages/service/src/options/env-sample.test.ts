import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineCommand } from "./command.ts";
import { renderEnvironmentSample } from "./env-sample.ts";

const command = defineCommand({
  name: "agent",
  summary: "Runs",
  options: {
    token: { type: "string", description: "The token, or --file", secret: true, env: ["KENTIK_API_TOKEN"] },
    file: { type: "string", description: "Overrides --token; not --other or --forget", placeholder: "FILE" },
    "data-dir": { type: "string", description: "Where", placeholder: "PLACE", required: true },
    "forget-all": { type: "bool", env: false, description: "Only typed" },
    forget: { type: "bool", env: false, description: "Only typed", group: "Typed" },
    listen: {
      type: "list",
      description: "On",
      default: [":1", "[::]:2"],
      placeholder: "ADDR:PORT",
      group: "Net",
    },
    multi: { type: "int", description: "N", default: 10, min: 1, max: 64, group: "Net" },
    level: { type: "string", description: "L", choices: ["a", "b c"], default: "b c", group: "Net" },
    quiet: { type: "bool", description: "Q \\", default: true, group: "Net" },
    asn: { type: "int", description: "A", defaultText: "its own", group: "Net" },
  },
  run: () => {},
});

function sample(set: Readonly<Record<string, string>>): string {
  return renderEnvironmentSample({
    service: "netferry-agent",
    file: "/etc/default/netferry-agent.env",
    page: "netferry-agent(8)",
    command,
    set,
  });
}

/** The part of a sample that ends with the setting of a variable. */
function partOf(text: string, variable: string): string {
  const part = text
    .trimEnd()
    .split("\n\n")
    .find((each) => each.split("\n").at(-1)?.startsWith(`#${variable}=`));
  assert.ok(part !== undefined, `${variable}\n---\n${text}`);
  return part;
}

describe("a sample of an environment file", () => {
  const text = sample({});

  it("has every variable with what is to know of it, and its default, commented out", () => {
    for (const part of [
      "# The token, or NETFERRY_FILE\n# Also read, where this is not set: KENTIK_API_TOKEN\n#NETFERRY_TOKEN=",
      "# Overrides NETFERRY_TOKEN; not --other or --forget\n#NETFERRY_FILE=",
      "# Where\n# Value: PLACE; required\n#NETFERRY_DATA_DIR=",
      "# On\n# Value: ADDR:PORT; several, separated by commas\n#NETFERRY_LISTEN=:1,[::]:2",
      "# N\n# Value: a whole number from 1 to 64\n#NETFERRY_MULTI=10",
      '# L\n# Value: one of a, b c\n#NETFERRY_LEVEL="b c"',
      "# A\n# Value: a whole number; default: its own\n#NETFERRY_ASN=",
    ]) {
      const [, variable = ""] = /^#(\w+)=/m.exec(part) ?? [];
      assert.equal(partOf(text, variable), part);
    }
  });

  it("has the groups of the help, and none without a variable", () => {
    assert.deepEqual(
      [...text.matchAll(/^# == (.*)$/gm)].map(([, title]) => title),
      ["Options", "Net"],
    );
    assert.doesNotMatch(text, /FORGET/);
  });

  it("shows what the service sets instead of the default", () => {
    const found = partOf(sample({ NETFERRY_DATA_DIR: "/var/lib/x $y" }), "NETFERRY_DATA_DIR");
    assert.equal(found, '# Where\n# Value: PLACE\n#NETFERRY_DATA_DIR="/var/lib/x \\$y"');
  });

  it("says where it goes, and that secrets are not for all", () => {
    assert.match(text, /^# Settings of the service netferry-agent: [^]*\/etc\/default\/netferry-agent\.env/);
    assert.match(text, /^# Secrets in it are for root alone: chmod 600\.$/m);
    assert.match(text, /^# Manual: netferry-agent\(8\)\.$/m);
  });

  it("has lines of comments, settings and nothing else, and none that goes on below", () => {
    for (const line of text.split("\n")) {
      assert.match(line, /^(?:|# .*|#NETFERRY_\w+=.*)$/);
      assert.doesNotMatch(line, /\\$/);
    }
  });
});
