import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalAddress, unusableSource } from "./address.ts";

test("canonical text", () => {
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["2001:DB8::0:0:1", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["::192.0.2.1", "::c000:201"],
    ["192.0.2.1/24", undefined],
    ["192.0.2.256", undefined],
    ["", undefined],
    ["r1", undefined],
  ];
  for (const [text, canonical] of pairs) assert.equal(canonicalAddress(text), canonical, text);
});

test("canonical text is its own canonical text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const once = canonicalAddress(text);
      assert.ok(once !== undefined);
      assert.equal(canonicalAddress(once), once);
    }),
  );
});

test("what can't be a peer's source", () => {
  for (const address of ["0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "ff02::1"]) {
    assert.ok(unusableSource(address), address);
  }
  for (const address of ["127.0.0.1", "10.0.0.1", "169.254.0.1", "::1", "fe80::1", "2001:db8::1"]) {
    assert.equal(unusableSource(address), undefined, address);
  }
});
