import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../bytes.ts";
import { IPV4_UNICAST } from "../family.ts";
import { decodeMessage, encodeMessage } from "../message-codec.ts";
import { openAsn, openCapabilities, type OpenMessage } from "./open.ts";

const MARKER = "ff".repeat(16);

/** A message of this type and body. */
function whole(type: number, body: string): Uint8Array {
  const octets = fromHex(body);
  assert.ok(octets !== undefined);
  const length = (19 + octets.length).toString(16).padStart(4, "0");
  return (
    fromHex(`${MARKER}${length}${type.toString(16).padStart(2, "0")}${toHex(octets)}`) ?? new Uint8Array()
  );
}

const BASE = { type: "open", version: 4, myAs: 65001, holdTime: 90, bgpIdentifier: 0xc0000201 } as const;
const FIXED = "04 fde9 005a c0000201";

const GOLDEN: readonly (readonly [body: string, open: OpenMessage])[] = [
  [`${FIXED} 00`, { ...BASE, parameters: [], extendedParameters: false }],
  // Two capabilities in one parameter, a third one in its own.
  [
    `${FIXED} 12 0208 010400010001 0200 0206 41040000fde9`,
    {
      ...BASE,
      extendedParameters: false,
      parameters: [
        {
          type: "capabilities",
          capabilities: [{ kind: "multiprotocol", family: IPV4_UNICAST }, { kind: "route-refresh" }],
        },
        { type: "capabilities", capabilities: [{ kind: "four-octet-as", asn: 65001 }] },
      ],
    },
  ],
  // The authentication parameter of RFC 1771.
  [
    `${FIXED} 06 0102aabb 0200`,
    {
      ...BASE,
      extendedParameters: false,
      parameters: [
        { type: "unknown", code: 1, value: Uint8Array.of(0xaa, 0xbb) },
        { type: "capabilities", capabilities: [] },
      ],
    },
  ],
  // RFC 9072 section 2.
  [
    `${FIXED} ff ff 0009 020006 41040000fde9`,
    {
      ...BASE,
      extendedParameters: true,
      parameters: [{ type: "capabilities", capabilities: [{ kind: "four-octet-as", asn: 65001 }] }],
    },
  ],
  [`${FIXED} ff ff 0000`, { ...BASE, parameters: [], extendedParameters: true }],
];

test("OPENs, decoded and encoded", () => {
  for (const [body, open] of GOLDEN) {
    const bytes = whole(1, body);
    const decoded = decodeMessage(bytes);
    assert.ok(decoded.ok, body);
    assert.deepEqual(decoded.message, open);
    assert.equal(toHex(encodeMessage(open)), toHex(bytes));
  }
});

test("parameters that need it are sent in the extended form", () => {
  const value = new Uint8Array(200).fill(7);
  const capability = { kind: "unknown", code: 200, value } as const;
  const parameters = [
    { type: "capabilities", capabilities: [capability] },
    { type: "capabilities", capabilities: [capability] },
  ] as const;
  const bytes = encodeMessage({ ...BASE, parameters, extendedParameters: false });
  assert.equal(toHex(bytes.subarray(28, 35)), "ffff019a0200ca");
  const decoded = decodeMessage(bytes);
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.message, { ...BASE, parameters, extendedParameters: true });
});

test("any non-zero length introduces the extended form", () => {
  const decoded = decodeMessage(whole(1, `${FIXED} 04 ff 0000`));
  assert.ok(decoded.ok && decoded.message.type === "open");
  assert.equal(decoded.message.extendedParameters, true);
});

test("capabilities are found in whichever parameter they are, the AS number in its capability", () => {
  const open = GOLDEN[1]?.[1];
  assert.ok(open !== undefined);
  assert.deepEqual(
    openCapabilities(open).map(({ kind }) => kind),
    ["multiprotocol", "route-refresh", "four-octet-as"],
  );
  assert.equal(openAsn({ ...open, myAs: 23456 }), 65001);
  assert.equal(openAsn({ ...BASE, parameters: [], extendedParameters: false }), 65001);
});

test("malformed OPENs, and the NOTIFICATION for each", () => {
  const cases: readonly (readonly [body: string, subcode: number, data: string])[] = [
    ["03 fde9 005a c0000201 00", 1, "0004"],
    [`${FIXED} 01`, 0, ""],
    [`${FIXED} 00 00`, 0, ""],
    [`${FIXED} 01 02`, 0, ""],
    [`${FIXED} 03 0202 01`, 0, ""],
    [`${FIXED} 03 0201 01`, 0, ""],
    [`${FIXED} 04 0202 0104`, 0, ""],
    [`${FIXED} ff ff`, 0, ""],
    [`${FIXED} ff ff 00`, 0, ""],
    [`${FIXED} ff ff 0001`, 0, ""],
    [`${FIXED} ff ff 0002 0200`, 0, ""],
    // A malformed capability goes back as data.
    [`${FIXED} 07 0205 4103 00fde9`, 0, "410300fde9"],
  ];
  for (const [body, subcode, data] of cases) {
    const decoded = decodeMessage(whole(1, body));
    assert.ok(!decoded.ok, body);
    assert.deepEqual(
      [decoded.error.code, decoded.error.subcode, toHex(decoded.error.data)],
      [2, subcode, data],
    );
  }
});

test("an OPEN is never extended", () => {
  const bytes = whole(1, `${FIXED} ff ff 0fe5 c70fe2 ${"00".repeat(4066)}`);
  assert.equal(bytes.length, 4101);
  const decoded = decodeMessage(bytes);
  assert.ok(!decoded.ok);
  assert.deepEqual([decoded.error.code, decoded.error.subcode, toHex(decoded.error.data)], [1, 2, "1005"]);
  const parameters = [{ type: "unknown", code: 199, value: new Uint8Array(4066) }] as const;
  assert.throws(() => encodeMessage({ ...BASE, parameters, extendedParameters: true }), /4101 octets/);
});

test("parameter type 255 has no meaning but in front (RFC 9072 section 2)", () => {
  for (const body of [`${FIXED} 04 0200 ff00`, `${FIXED} ff ff 0006 020000 ff0000`]) {
    const decoded = decodeMessage(whole(1, body));
    assert.ok(!decoded.ok);
    assert.deepEqual([decoded.error.code, decoded.error.subcode], [2, 4]);
  }
});
