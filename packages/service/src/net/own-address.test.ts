import assert from "node:assert/strict";
import { test } from "node:test";
import { hasAddress } from "./own-address.ts";

test("an address is this machine's or not; what can't be found out counts as its own", async () => {
  assert.equal(await hasAddress("127.0.0.1"), true);
  assert.equal(await hasAddress("::1"), true);
  // TEST-NET-1 (RFC 5737) and the documentation prefix (RFC 3849) are nobody's.
  assert.equal(await hasAddress("192.0.2.1"), false);
  assert.equal(await hasAddress("2001:db8::1"), false);
  // A link-local address wants an interface beside it.
  assert.equal(await hasAddress("fe80::1"), true);
});
