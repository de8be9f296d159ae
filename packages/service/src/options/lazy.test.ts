import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { run } from "../testing/run-program.ts";
import { defineCommand, defineCommandGroup } from "./command.ts";
import { lazyCommand } from "./lazy.ts";

const group = defineCommandGroup({
  name: "device",
  summary: "Devices",
  commands: [defineCommand({ name: "add", summary: "Adds one", run: () => 7 })],
});

describe("a lazy command", () => {
  it("is listed without being loaded", async () => {
    const lazy = lazyCommand("device", "Devices", () => Promise.reject(new Error("was loaded")));
    const { code, stdout } = await run([lazy], ["--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /device\s+Devices/);
  });

  it("is suggested without being loaded", async () => {
    const lazy = lazyCommand("device", "Devices", () => Promise.reject(new Error("was loaded")));
    const { code, stderr } = await run([lazy], ["devise"]);
    assert.equal(code, 2);
    assert.match(stderr, /did you mean "?device/i);
  });

  it("runs, groups with what they hold", async () => {
    const lazy = lazyCommand("device", "Devices", () => Promise.resolve(group));
    assert.equal((await run([lazy], ["device", "add"])).code, 7);
    assert.match((await run([lazy], ["device", "--help"])).stdout, /add\s+Adds one/);
  });

  it("must be the command that it is listed as", async () => {
    const lazy = lazyCommand("device", "All devices", () => Promise.resolve(group));
    const { code, stderr } = await run([lazy], ["device", "add"]);
    assert.equal(code, 1);
    assert.match(stderr, /listed as "device: All devices" is "device: Devices"/);
  });
});
