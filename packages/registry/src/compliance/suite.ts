import { describe } from "node:test";
import { accountCompliance } from "./accounts.ts";
import { addressCompliance } from "./addresses.ts";
import { deviceCompliance } from "./devices.ts";
import { md5KeyCompliance } from "./md5-keys.ts";
import type { OpenRegistry } from "./fixture.ts";

export type { OpenRegistry } from "./fixture.ts";

/**
 * Runs, under node:test, what every implementation of `Registry` must pass. `open` returns an empty
 * registry each time.
 */
export function registryCompliance(name: string, open: OpenRegistry): void {
  describe(`${name} registry`, () => {
    describe("devices and sites", () => deviceCompliance(open));
    describe("addresses and changes", () => addressCompliance(open));
    describe("MD5 keys", () => md5KeyCompliance(open));
    describe("accounts and settings", () => accountCompliance(open));
  });
}
