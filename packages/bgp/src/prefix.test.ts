import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "./address.ts";
import { fromHex, toHex } from "./bytes.ts";
import { codecFamilies, familyCodec } from "./family/registry.ts";
import {
  afiOf,
  familyName,
  familyOf,
  IPV4_UNICAST,
  IPV6_UNICAST,
  parseFamilyName,
  safiOf,
} from "./family.ts";
import { addressOfPrefix, formatPrefix, parsePrefix } from "./prefix.ts";

const PREFIXES: readonly (readonly [text: string, family: number, hex: string])[] = [
  ["0.0.0.0/0", IPV4_UNICAST, "00"],
  ["10.0.0.0/8", IPV4_UNICAST, "080a"],
  ["10.128.0.0/9", IPV4_UNICAST, "090a80"],
  ["192.0.2.0/24", IPV4_UNICAST, "18c00002"],
  ["192.0.2.1/32", IPV4_UNICAST, "20c0000201"],
  ["::/0", IPV6_UNICAST, "00"],
  ["2001:db8::/32", IPV6_UNICAST, "2020010db8"],
  ["2001:db8:8000::/33", IPV6_UNICAST, "2120010db880"],
  ["2001:db8::1/128", IPV6_UNICAST, "8020010db8000000000000000000000001"],
];

test("prefixes as text and as NLRI", () => {
  for (const [text, family, hex] of PREFIXES) {
    const prefix = parsePrefix(text);
    assert.ok(prefix !== undefined);
    assert.equal(prefix.family, family);
    assert.equal(toHex(prefix.nlri), hex);
    assert.equal(formatPrefix(family, prefix.nlri), text);
    assert.equal(formatAddress(addressOfPrefix(prefix)), text.slice(0, text.indexOf("/")));
  }
});

test("host bits are cleared, of text and of NLRI as received", () => {
  assert.equal(toHex(parsePrefix("10.255.1.1/9")?.nlri ?? new Uint8Array()), "090a80");
  assert.equal(formatPrefix(IPV4_UNICAST, Uint8Array.of(0xaa, 9, 10, 255), 1), "10.128.0.0/9");
});

test("what is no prefix is not read", () => {
  for (const text of [
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "::/129",
    "/8",
    "a/8",
    "1.2.3.4/8/9",
  ]) {
    assert.equal(parsePrefix(text), undefined, text);
  }
});

test("NLRI of a family without a codec are shown in hexadecimal", () => {
  assert.equal(formatPrefix(familyOf(25, 70), Uint8Array.of(2, 0xab)), "0x02ab");
});

test("families have names or numbers", () => {
  assert.equal(familyName(IPV4_UNICAST), "ipv4-unicast");
  assert.equal(familyName(familyOf(65535, 255)), "afi-65535/safi-255");
  for (const family of [IPV4_UNICAST, IPV6_UNICAST, familyOf(25, 70), familyOf(16388, 71), familyOf(9, 9)]) {
    assert.equal(parseFamilyName(familyName(family)), family);
    assert.equal(familyOf(afiOf(family), safiOf(family)), family);
  }
  assert.equal(parseFamilyName("afi-1/safi-1"), IPV4_UNICAST);
  for (const text of ["ipv5-unicast", "afi-65536/safi-1", "afi-1/safi-256", ""]) {
    assert.equal(parseFamilyName(text), undefined);
  }
});

test("a field of NLRI is split into its routes, with path identifiers where they are", () => {
  const codec = familyCodec(IPV4_UNICAST);
  const field = fromHex("00000007080a 0000000818c00002");
  assert.ok(codec !== undefined && field !== undefined);
  assert.equal(codec.count(field, 0, field.length, true), 2);
  assert.deepEqual(codec.split(field, 0, field.length, true), [
    { pathId: 7, bytes: Uint8Array.of(8, 10) },
    { pathId: 8, bytes: Uint8Array.of(24, 192, 0, 2) },
  ]);
  assert.deepEqual(
    [...codecFamilies],
    [...codecFamilies].sort((a, b) => a - b),
  );
  assert.equal(codecFamilies[0], IPV4_UNICAST);
});

test("NLRI that are too long or cut short are found", () => {
  const cases: readonly (readonly [family: number, addPath: boolean, hex: string, count: number])[] = [
    [IPV4_UNICAST, false, "", 0],
    [IPV4_UNICAST, false, "00", 1],
    [IPV4_UNICAST, false, "20c0000201", 1],
    [IPV4_UNICAST, false, "21c000020180", -1],
    [IPV4_UNICAST, false, "18c000", -1],
    [IPV4_UNICAST, false, "080a18", -1],
    [IPV4_UNICAST, true, "00000001", -1],
    [IPV4_UNICAST, true, "000000", -1],
    [IPV4_UNICAST, true, "0000000100", 1],
    [IPV6_UNICAST, false, "21c000020180", 1],
    [IPV6_UNICAST, false, "8120010db800000000000000000000000180", -1],
    [IPV6_UNICAST, true, "000000012020010db8", 1],
  ];
  for (const [family, addPath, hex, count] of cases) {
    const field = fromHex(hex);
    assert.ok(field !== undefined);
    assert.equal(familyCodec(family)?.count(field, 0, field.length, addPath), count, hex);
  }
});
