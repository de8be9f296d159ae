import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  formatAddress,
  formatIdentifier,
  formatIPv4,
  formatIPv6,
  parseAddress,
  parseIdentifier,
} from "./address.ts";
import { fromHex, toHex } from "./bytes.ts";

/** RFC 5952's own examples, and the corners of its section 4.2. */
const IPV6: readonly (readonly [text: string, hex: string])[] = [
  ["::", "00000000000000000000000000000000"],
  ["::1", "00000000000000000000000000000001"],
  ["1::", "00010000000000000000000000000000"],
  ["2001:db8::1", "20010db8000000000000000000000001"],
  ["2001:db8:0:1:1:1:1:1", "20010db8000000010001000100010001"],
  ["2001:0:0:1::1", "20010000000000010000000000000001"],
  ["2001:db8::1:0:0:1", "20010db8000000000001000000000001"],
  ["fe80::1:0:0:0", "fe800000000000000001000000000000"],
  ["abcd:ef01:2345:6789:abcd:ef01:2345:6789", "abcdef0123456789abcdef0123456789"],
  ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
  ["0:0:1::", "00000000000100000000000000000000"],
];

test("IPv6 addresses are written as RFC 5952 says and read back", () => {
  for (const [text, hex] of IPV6) {
    const bytes = fromHex(hex);
    assert.ok(bytes !== undefined);
    assert.equal(formatIPv6(bytes), text);
    assert.deepEqual(parseAddress(text), bytes);
  }
});

test("other spellings of an IPv6 address are read", () => {
  assert.equal(
    toHex(parseAddress("2001:DB8:0:0:0:0:0:1") ?? new Uint8Array()),
    "20010db8000000000000000000000001",
  );
  assert.equal(
    toHex(parseAddress("64:ff9b::192.0.2.33") ?? new Uint8Array()),
    "0064ff9b0000000000000000c0000221",
  );
});

test("what is no address is not read", () => {
  const wrong = [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.-4",
    "1.2.3.4 ",
    "0x1.2.3.4",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "::12345",
    "::g",
    "fe80::1%eth0",
    "1.2.3.4::",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    ":1:2:3:4:5:6:7",
  ];
  for (const text of wrong) assert.equal(parseAddress(text), undefined, text);
});

test("IPv4 addresses and identifiers", () => {
  assert.equal(formatIPv4(Uint8Array.of(9, 192, 0, 2, 255), 1), "192.0.2.255");
  assert.deepEqual(parseAddress("192.0.2.255"), Uint8Array.of(192, 0, 2, 255));
  assert.equal(formatIdentifier(0xc00002ff), "192.0.2.255");
  assert.equal(parseIdentifier("255.255.255.255"), 0xffffffff);
  assert.equal(parseIdentifier("::1"), undefined);
});

test("an address of no known length is shown in hexadecimal", () => {
  assert.equal(formatAddress(Uint8Array.of(1, 2, 255)), "0x0102ff");
});

test("reading what was written is the address", () => {
  const address = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc
      .array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
      .map((bytes) => Uint8Array.from(bytes)),
  );
  fc.assert(fc.property(address, (bytes) => assert.deepEqual(parseAddress(formatAddress(bytes)), bytes)));
});

test("any text gives an address or nothing", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("0", "1", "f", "25", ":", "::", "."), maxLength: 12 }),
      (text) => {
        const bytes = parseAddress(text);
        assert.ok(bytes === undefined || bytes.length === 4 || bytes.length === 16);
      },
    ),
  );
});
