import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UsageError } from "@netferry/service";
import { localAddresses } from "./local-addresses.ts";

describe("localAddresses", () => {
  it("counts up from one address", () => {
    assert.deepEqual(localAddresses(["127.0.0.254"], 4), [
      "127.0.0.254",
      "127.0.0.255",
      "127.0.1.0",
      "127.0.1.1",
    ]);
    assert.deepEqual(localAddresses(["2001:db8::ffff"], 2), ["2001:db8::ffff", "2001:db8::1:0"]);
    assert.deepEqual(localAddresses(["127.0.0.1"], undefined), ["127.0.0.1"]);
    assert.equal(localAddresses(["127.0.1.1"], 5000).at(-1), "127.0.20.136");
  });

  it("takes a list as it is", () => {
    const list = ["127.0.0.9", "::1", "127.0.0.3"];
    assert.deepEqual(localAddresses(list, undefined), list);
    assert.deepEqual(localAddresses(list, 2), ["127.0.0.9", "::1"]);
  });

  it("leaves one session's address to the system", () => {
    assert.deepEqual(localAddresses([], undefined), [undefined]);
    assert.deepEqual(localAddresses([], 1), [undefined]);
  });

  it("says what is missing", () => {
    const wrong: readonly (readonly [string[], number | undefined, RegExp])[] = [
      [[], 2, /2 sessions need an address each: give the first with --local-address/],
      [["127.0.0.1", "127.0.0.2"], 3, /lists 2 addresses for 3 sessions/],
      [["somewhere"], 1, /"somewhere" is no IP address/],
      [["127.0.0.1", "somewhere"], undefined, /"somewhere" is no IP address/],
      [["255.255.255.254"], 3, /has no 2 addresses behind it/],
    ];
    for (const [given, sessions, text] of wrong) {
      assert.throws(
        () => localAddresses(given, sessions),
        (error) => error instanceof UsageError && text.test(error.message),
      );
    }
  });
});
