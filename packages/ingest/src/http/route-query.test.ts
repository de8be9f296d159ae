import assert from "node:assert/strict";
import { test } from "node:test";
import { IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import { ApiError } from "./api-error.ts";
import { parseOrigin, parseQuestion } from "./route-query.ts";
import type { RouteParameters } from "./route-query.ts";

test("a prefix, an address, a covering prefix, or nothing", () => {
  assert.deepEqual(parseQuestion({ prefix: "192.0.2.77/24" }), {
    kind: "exact",
    family: IPV4_UNICAST,
    nlri: new Uint8Array([24, 192, 0, 2]),
  });
  assert.deepEqual(parseQuestion({ address: "192.0.2.1" }), {
    kind: "longest",
    family: IPV4_UNICAST,
    address: new Uint8Array([192, 0, 2, 1]),
  });
  assert.deepEqual(parseQuestion({ within: "2001:db8::/32" }), {
    kind: "walk",
    family: IPV6_UNICAST,
    within: new Uint8Array([32, 0x20, 0x01, 0x0d, 0xb8]),
  });
  assert.deepEqual(parseQuestion({}), { kind: "walk", family: undefined, within: undefined });
  assert.deepEqual(parseQuestion({ family: "ipv6-unicast" }), {
    kind: "walk",
    family: IPV6_UNICAST,
    within: undefined,
  });
});

test("an IPv4-mapped address is asked as the IPv4 address", () => {
  assert.deepEqual(parseQuestion({ address: "::ffff:192.0.2.1" }), parseQuestion({ address: "192.0.2.1" }));
});

test("what can't be asked is refused by the name of its parameter", () => {
  const cases: readonly (readonly [RouteParameters, RegExp])[] = [
    [{ prefix: "192.0.2.1" }, /^prefix: "192\.0\.2\.1" is no prefix; it is an address: .* address=$/],
    [{ prefix: "192.0.2.0/33" }, /^prefix: /],
    [{ within: "all" }, /^within: "all" is no prefix; give one such as/],
    [{ address: "192.0.2.0/24" }, /^address: .* a prefix goes into prefix=$/],
    [{ address: "a\nb" }, /^address: "a\\nb" is no/],
    [{ family: "ipv5" }, /^family: "ipv5" is no address family/],
    [{ prefix: "192.0.2.0/24", family: "ipv6-unicast" }, /^family: is not the one of the prefix/],
    [{ prefix: "192.0.2.0/24", address: "192.0.2.1" }, /give one of the three/],
    [{ prefix: "192.0.2.0/24", within: "192.0.2.0/24" }, /give one of the three/],
  ];
  for (const [parameters, message] of cases) {
    assert.throws(
      () => parseQuestion(parameters),
      (error) => error instanceof ApiError && error.status === 400 && message.test(error.message),
      JSON.stringify(parameters),
    );
  }
});

test("an origin AS is a number of 32 bits, with or without AS", () => {
  assert.equal(parseOrigin(undefined), undefined);
  assert.equal(parseOrigin("65001"), 65001);
  assert.equal(parseOrigin("as4294967295"), 4294967295);
  for (const wrong of ["", "AS", "-1", "4294967296", "99999999999", "1.1", "x"]) {
    assert.throws(() => parseOrigin(wrong), /^ApiError: origin: /, wrong);
  }
});
