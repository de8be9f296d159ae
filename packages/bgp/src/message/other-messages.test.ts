import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../bytes.ts";
import { codecContext } from "../codec-context.ts";
import { IPV6_UNICAST } from "../family.ts";
import { decodeMessage, encodeMessage } from "../message-codec.ts";
import type { Message } from "./message.ts";

const MARKER = "ff".repeat(16);
const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

const GOLDEN: readonly (readonly [hex: string, message: Message])[] = [
  ["0013 04", { type: "keepalive" }],
  ["0015 03 06 04", { type: "notification", code: 6, subcode: 4, data: new Uint8Array(0) }],
  [
    "0019 03 02 02 0000fde9",
    { type: "notification", code: 2, subcode: 2, data: Uint8Array.of(0, 0, 0xfd, 0xe9) },
  ],
  ["0017 05 0002 00 01", { type: "route-refresh", family: IPV6_UNICAST, subtype: 0 }],
  ["0017 05 0002 01 01", { type: "route-refresh", family: IPV6_UNICAST, subtype: 1 }],
  ["0017 05 0002 02 01", { type: "route-refresh", family: IPV6_UNICAST, subtype: 2 }],
  // A subtype that is to be ignored may have anything behind it.
  [
    "0019 05 0002 09 01 aabb",
    { type: "route-refresh", family: IPV6_UNICAST, subtype: 9, data: Uint8Array.of(0xaa, 0xbb) },
  ],
];

test("KEEPALIVE, NOTIFICATION and ROUTE-REFRESH, decoded and encoded", () => {
  for (const [hex, message] of GOLDEN) {
    const bytes = octets(MARKER + hex);
    const decoded = decodeMessage(bytes);
    assert.ok(decoded.ok, hex);
    assert.deepEqual(decoded.message, message);
    assert.equal(toHex(encodeMessage(message)), toHex(bytes));
  }
});

test("headers that are wrong, and the NOTIFICATION for each", () => {
  const cases: readonly (readonly [hex: string, subcode: number, data: string])[] = [
    [`${"ff".repeat(15)}fe0013 04`, 1, ""],
    ["00", 1, ""],
    ["", 2, ""],
    [`${MARKER}0013`, 2, ""],
    [`${MARKER}0012 04`, 2, "0012"],
    [`${MARKER}0014 04 00`, 2, "0014"],
    [`${MARKER}0014 04`, 2, "0014"],
    [`${MARKER}0013 04 00`, 2, "0013"],
    [`${MARKER}0013 00`, 3, "00"],
    [`${MARKER}0013 06`, 3, "06"],
    [`${MARKER}001c 01 ${"00".repeat(9)}`, 2, "001c"],
    [`${MARKER}0016 02 000000`, 2, "0016"],
    [`${MARKER}0014 03 06`, 2, "0014"],
    [`${MARKER}0016 05 000200`, 2, "0016"],
  ];
  for (const [hex, subcode, data] of cases) {
    const decoded = decodeMessage(octets(hex));
    assert.ok(!decoded.ok, hex);
    assert.deepEqual(
      [decoded.error.code, decoded.error.subcode, toHex(decoded.error.data)],
      [1, subcode, data],
      hex,
    );
  }
});

test("a message longer than was negotiated is refused", () => {
  const bytes = encodeMessage({ type: "notification", code: 6, subcode: 0, data: new Uint8Array(5000) });
  const decoded = decodeMessage(bytes, codecContext({ maxMessageLength: 4096 }));
  assert.ok(!decoded.ok);
  assert.deepEqual([decoded.error.code, decoded.error.subcode, toHex(decoded.error.data)], [1, 2, "139d"]);
  assert.ok(decodeMessage(bytes).ok);
});

test("a message longer than the peer can receive is not encoded", () => {
  const message: Message = { type: "notification", code: 6, subcode: 0, data: new Uint8Array(5000) };
  assert.throws(() => encodeMessage(message, codecContext({ maxSendLength: 4096 })), /5021 octets.*4096/);
});

test("a ROUTE-REFRESH of wrong length goes back whole", () => {
  const bytes = octets(`${MARKER}0018 05 0002 01 01 00`);
  const decoded = decodeMessage(bytes);
  assert.ok(!decoded.ok);
  assert.deepEqual([decoded.error.code, decoded.error.subcode], [7, 1]);
  assert.deepEqual(decoded.error.data, bytes);
});
