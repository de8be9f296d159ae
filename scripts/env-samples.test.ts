import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Command, environmentNames, loadCommand } from "../packages/service/src/command-line.ts";
import { groupOptions } from "../packages/service/src/options/help.ts";
import { environmentName } from "../packages/service/src/options/spec.ts";
import { resolveOptions } from "../packages/service/src/options/values.ts";
import { commands } from "../packages/netferry/src/commands.ts";
import { environmentSamples, readUnitEnvironment, SERVICES, unitEnvironment } from "./env-samples.ts";

/** An environment file as systemd reads it; systemd.exec(5), EnvironmentFile=. */
function readEnvironmentFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split("\n")) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    const [, name, raw = ""] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    assert.ok(name !== undefined && !(name in found), line);
    const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(raw);
    if (quoted === null) assert.doesNotMatch(raw, /["'\\\s]/, line);
    found[name] = quoted === null ? raw : (quoted[1] ?? "").replaceAll(/\\([\\"$`])/g, "$1");
  }
  return found;
}

async function commandOf(name: string): Promise<Command> {
  const entry = commands.find((each) => each.name === name);
  assert.ok(entry !== undefined);
  return loadCommand(entry);
}

for (const service of SERVICES) {
  describe(`the sample for netferry-${service}`, async () => {
    const text = (await environmentSamples()).get(service) ?? "";
    const command = await commandOf(service);
    const { options } = command;
    const settings = readEnvironmentFile(text.replaceAll(/^#(?! |$)/gm, ""));

    it("sets nothing as it is", () => {
      assert.deepEqual(readEnvironmentFile(text), {});
    });

    it("has the variable of every option, in the order of help", () => {
      const flags = groupOptions(command).flatMap(([, entries]) => entries);
      const names = flags.flatMap(([flag, spec]) => environmentNames(flag, spec).slice(0, 1));
      assert.deepEqual(Object.keys(settings), names);
    });

    it("names every further variable that is read", () => {
      for (const [flag, spec] of Object.entries(options)) {
        for (const name of environmentNames(flag, spec).slice(1))
          assert.match(text, new RegExp(`\\b${name}\\b`));
      }
    });

    it("holds what the service does without it, in words that the program takes", async () => {
      const unit = await unitEnvironment(service);
      // What has to be given, where the unit does not.
      const flags = new Map<string, string[]>();
      for (const [flag, spec] of Object.entries(options)) {
        const given = unit[environmentName(flag)] !== undefined;
        if (spec.type !== "bool" && spec.required === true && !given) flags.set(flag, ["x"]);
      }
      const without = resolveOptions(options, flags, unit).values;
      assert.deepEqual(resolveOptions(options, flags, { ...unit, ...settings }).values, without);
    });
  });
}

describe("the variables of a unit", () => {
  it("are read with what its specifiers stand for", () => {
    const unit =
      "[Service]\nEnvironment=A_B=%S/x\n# Environment=C=1\nEnvironment=D=100%%\nEnvironmentFile=-/etc/x\n";
    assert.deepEqual(readUnitEnvironment(unit), { A_B: "/var/lib/x", D: "100%" });
  });
});
