import assert from "node:assert/strict";
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
