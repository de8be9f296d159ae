import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { loadCommand } from "@netferry/service/command-line";
import { commands } from "./commands.ts";

describe("the list of commands", () => {
  for (const entry of commands) {
    it(`has ${entry.name} as it is`, async () => {
      const command = await loadCommand(entry);
      assert.equal(command.name, entry.name);
    });
  }
});

/** Prints the packages whose modules a run of the program has loaded. */
const LOADED = `
const { registerHooks } = require("node:module");
const loaded = new Set();
registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
    if (name !== undefined) loaded.add(name);
    return next(url, context);
  },
});
process.argv = ["node", "netferry", ...process.env.WORDS.split(" ")];
process.stdout.write = () => true;
import(process.env.MAIN).then(() => console.error(JSON.stringify([...loaded])));
`;

describe("what is not run is not loaded", () => {
  for (const words of ["agent --help", "agent list --help", "agent check --help", "device --help"]) {
    it(`by netferry ${words}`, () => {
      const { stderr } = spawnSync(process.execPath, ["--eval", LOADED], {
        encoding: "utf8",
        env: { WORDS: words, MAIN: new URL("main.ts", import.meta.url).href },
      });
      const loaded = JSON.parse(stderr) as string[];
      assert.ok(Array.isArray(loaded));
      for (const heavy of [
        "@grpc/grpc-js",
        "@bufbuild/protobuf",
        "@opentelemetry/api",
        "pino",
        "hono",
        "koffi",
      ]) {
        assert.ok(!loaded.includes(heavy), `${heavy} is loaded, of ${loaded.join(", ")}`);
      }
    });
  }
});
