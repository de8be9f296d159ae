import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteWriter, EncodeError, fromHex, toHex } from "../bytes.ts";
import { familyOf, IPV4_LABELLED_UNICAST, IPV4_UNICAST, IPV6_UNICAST } from "../family.ts";
import { type Capability, capabilityCode, decodeCapability, encodeCapability } from "./capability.ts";
import { roleName } from "./role.ts";

function decode(hex: string): Capability | undefined {
  const bytes = fromHex(hex);
  assert.ok(bytes !== undefined);
  assert.equal(bytes[1], bytes.length - 2);
  return decodeCapability(bytes[0] ?? 0, bytes.subarray(2));
}

function encode(capability: Capability): string {
  const out = new ByteWriter();
  encodeCapability(capability, out);
  return toHex(out.finish());
}

/** Code, length and value, and what they are. */
const GOLDEN: readonly (readonly [hex: string, capability: Capability])[] = [
  ["010400010001", { kind: "multiprotocol", family: IPV4_UNICAST }],
  ["010400020001", { kind: "multiprotocol", family: IPV6_UNICAST }],
  ["010440040047", { kind: "multiprotocol", family: familyOf(16388, 71) }],
  ["0200", { kind: "route-refresh" }],
  ["4600", { kind: "enhanced-route-refresh" }],
  ["0600", { kind: "extended-message" }],
  ["4104fa56ea00", { kind: "four-octet-as", asn: 4200000000 }],
  [
    "45080001010100020103",
    {
      kind: "add-path",
      families: [
        { family: IPV4_UNICAST, mode: 1 },
        { family: IPV6_UNICAST, mode: 3 },
      ],
    },
  ],
  ["4500", { kind: "add-path", families: [] }],
  ["0506000100010002", { kind: "extended-next-hop", entries: [{ family: IPV4_UNICAST, nextHopAfi: 2 }] }],
  [
    "400ac0780001018000020100",
    {
      kind: "graceful-restart",
      restarting: true,
      notification: true,
      restartTime: 120,
      families: [
        { family: IPV4_UNICAST, forwarding: true },
        { family: IPV6_UNICAST, forwarding: false },
      ],
    },
  ],
  [
    "40020fff",
    { kind: "graceful-restart", restarting: false, notification: false, restartTime: 4095, families: [] },
  ],
  ["490a02723106 6c61622e7a7a", { kind: "hostname", hostname: "r1", domain: "lab.zz" }],
  ["49020000", { kind: "hostname", hostname: "", domain: "" }],
  ["4b0504 46525221", { kind: "software-version", version: "FRR!" }],
  ["4b0446525221", { kind: "software-version", version: "FRR!", bare: true }],
  ["090103", { kind: "role", role: 3 }],
  // RFC 5291 section 5: of IPv4 unicast, address prefix filters both ways and an older type to receive
  [
    "030900010001 02 4003 8001",
    {
      kind: "outbound-route-filtering",
      entries: [
        {
          family: IPV4_UNICAST,
          types: [
            { orfType: 64, mode: 3 },
            { orfType: 128, mode: 1 },
          ],
        },
      ],
    },
  ],
  ["0703080001", { kind: "bgpsec", version: 0, sends: true, afi: 1 }],
  ["0703100002", { kind: "bgpsec", version: 1, sends: false, afi: 2 }],
  ["080400010403", { kind: "multiple-labels", families: [{ family: IPV4_LABELLED_UNICAST, count: 3 }] }],
  ["43020240", { kind: "dynamic-capability", codes: [2, 64] }],
  ["44020001", { kind: "multisession", multisessionFlags: 0, codes: [1] }],
  [
    "470700010180015180",
    {
      kind: "long-lived-graceful-restart",
      families: [{ family: IPV4_UNICAST, forwarding: true, staleTime: 86400 }],
    },
  ],
  ["480400010102", { kind: "routing-policy-distribution", families: [{ family: IPV4_UNICAST, mode: 2 }] }],
  ["4a00", { kind: "bfd-strict-mode" }],
  ["4c050001010010", { kind: "paths-limit", families: [{ family: IPV4_UNICAST, limit: 16 }] }],
  ["4d00", { kind: "link-local-next-hop" }],
  // RFC 2918's predecessor, and one that nobody has assigned.
  ["8000", { kind: "unknown", code: 128, value: new Uint8Array(0) }],
  ["fa020102", { kind: "unknown", code: 250, value: Uint8Array.of(1, 2) }],
];

test("capabilities, decoded and encoded", () => {
  for (const [hex, capability] of GOLDEN) {
    assert.deepEqual(decode(hex), capability);
    assert.equal(encode(capability), hex.replaceAll(" ", ""));
    assert.equal(capabilityCode(capability), Number.parseInt(hex.slice(0, 2), 16));
  }
});

test("a malformed value is kept as bytes where the session can be read without it", () => {
  for (const hex of [
    "020101",
    "0304 00010001",
    "0305 00010001 01",
    "0702 0800",
    "0803 000104",
    "4400",
    "4706 000101800151",
    "4803 000101",
    "4a0100",
    "4c04 00010100",
    "4d0100",
    "460101",
    "060101",
    "05050001000100",
    "0506000101000002", // SAFI 256
    "400178",
    "40050078000101",
    "4900",
    "490102",
    "4903027231",
    "490502723100ff", // longer than it says
    "490301ff00", // not UTF-8
    "4b00",
    "4b0205ff",
    "4b0201ff", // not UTF-8
    "0900",
    "09020001",
    "450400010104", // RFC 7911 section 4: a mode out of range makes it one to ignore
  ]) {
    const bytes = fromHex(hex) ?? new Uint8Array();
    const capability = decode(hex);
    assert.deepEqual(capability, { kind: "unknown", code: bytes[0], value: bytes.subarray(2) }, hex);
    assert.equal(encode(capability), hex.replaceAll(" ", ""));
  }
});

test("a malformed value that the session can't be read without is refused", () => {
  for (const hex of ["0103000100", "01050001000100", "410300fde9", "41050000fde900", "45030001 01"]) {
    assert.equal(decode(hex), undefined, hex);
  }
});

test("reserved octets are not looked at", () => {
  assert.deepEqual(decode("01040001ff01"), { kind: "multiprotocol", family: IPV4_UNICAST });
});

test("values that don't fit have no encoding", () => {
  const restart = { kind: "graceful-restart", restarting: false, notification: false, families: [] } as const;
  assert.throws(() => encode({ ...restart, restartTime: 4096 }), EncodeError);
  assert.throws(() => encode({ kind: "bgpsec", version: 16, sends: false, afi: 1 }), EncodeError);
  assert.throws(() => encode({ kind: "software-version", version: "x".repeat(255) }), EncodeError);
  assert.throws(() => encode({ kind: "hostname", hostname: "x".repeat(256), domain: "" }), EncodeError);
});

test("roles have names", () => {
  assert.equal(roleName(0), "provider");
  assert.equal(roleName(4), "peer");
  assert.equal(roleName(9), "role 9");
});
