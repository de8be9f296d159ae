import assert from "node:assert/strict";
import { test } from "node:test";
import { EncodeError, fromHex, toHex } from "./bytes.ts";
import type { NlriValue } from "./family/nlri-value.ts";
import * as families from "./family.ts";
import { labelField, labelValue, WITHDRAWN_LABEL } from "./label.ts";
import { decodeNlri, encodeNlri, formatNlri, formatNlriKey } from "./nlri-codec.ts";
import { NlriCursor } from "./nlri-cursor.ts";
import { formatRouteDistinguisher, parseRouteDistinguisher } from "./route-distinguisher.ts";

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const v4 = (...address: number[]): Uint8Array => Uint8Array.from(address);
const V6 = "20010db8000000000000000000000001";
const RD = octets("0000fde800000001");
const RD_HEX = "0000fde800000001";
const ESI = "00112233445566778899";
const DOC = { length: 24, address: v4(192, 0, 2, 0) };
const ten = { length: 8, address: v4(10, 0, 0, 0) };
const one = (value: number, operator: number, more = {}): object => ({
  and: false,
  operator,
  value: { octets: 1, number: value },
  ...more,
});

/** The NLRI, its family, what it says, and its text. */
const GOLDEN: readonly (readonly [hex: string, family: number, value: object, text: string])[] = [
  ["18 c00002", families.IPV4_MULTICAST, { kind: "prefix", prefix: DOC }, "192.0.2.0/24"],
  // RFC 8277 section 2.2: one label; section 2.3: two
  [
    "30 000641 c00002",
    families.IPV4_LABELLED_UNICAST,
    { kind: "labelled", labels: [labelField(100, true)], prefix: DOC },
    "192.0.2.0/24 label 100",
  ],
  [
    "48 000640 000c81 c00002",
    families.IPV4_LABELLED_UNICAST,
    { kind: "labelled", labels: [labelField(100, false), labelField(200, true)], prefix: DOC },
    "192.0.2.0/24 label 100/200",
  ],
  [
    "30 800000 c00002",
    families.IPV4_LABELLED_UNICAST,
    { kind: "labelled", labels: [WITHDRAWN_LABEL], prefix: DOC },
    "192.0.2.0/24",
  ],
  [
    "38 000641 20010db8",
    families.IPV6_LABELLED_UNICAST,
    { kind: "labelled", labels: [1601], prefix: { length: 32, address: octets("20010db8".padEnd(32, "0")) } },
    "2001:db8::/32 label 100",
  ],
  // RFC 4364 section 4.3.4, RFC 4659 section 2
  [
    `70 003e81 ${RD_HEX} c00002`,
    families.IPV4_VPN,
    { kind: "vpn", labels: [0x3e81], rd: RD, prefix: DOC },
    "65000:1:192.0.2.0/24 label 1000",
  ],
  [
    `d8 003e81 ${RD_HEX} ${V6}`,
    families.IPV6_VPN,
    { kind: "vpn", labels: [0x3e81], rd: RD, prefix: { length: 128, address: octets(V6) } },
    "65000:1:2001:db8::1/128 label 1000",
  ],
  // RFC 4684 section 4
  [
    "00",
    families.ROUTE_TARGET_CONSTRAINT,
    { kind: "rt-constraint", length: 0, originAs: 0, routeTarget: new Uint8Array(8) },
    "default",
  ],
  [
    "60 0000fde8 0002fde800000064",
    families.ROUTE_TARGET_CONSTRAINT,
    { kind: "rt-constraint", length: 96, originAs: 65000, routeTarget: octets("0002fde800000064") },
    "65000:target:65000:100",
  ],
  // The examples of RFC 8955 section 4.3
  [
    "0b 01 18c00002 03 8106 04 8119",
    families.IPV4_FLOWSPEC,
    {
      kind: "flowspec",
      components: [
        { type: "destination", prefix: DOC, offset: 0 },
        { type: "protocol", tests: [one(6, 1)] },
        { type: "port", tests: [one(25, 1)] },
      ],
    },
    "destination 192.0.2.0/24 & protocol =6 & port =25",
  ],
  [
    "12 01 18c00002 02 18cb0071 04 0389 4590 911f90",
    families.IPV4_FLOWSPEC,
    {
      kind: "flowspec",
      components: [
        { type: "destination", prefix: DOC, offset: 0 },
        { type: "source", prefix: { length: 24, address: v4(203, 0, 113, 0) }, offset: 0 },
        {
          type: "port",
          tests: [
            one(137, 3),
            one(144, 5, { and: true }),
            { and: false, operator: 1, value: { octets: 2, number: 8080 } },
          ],
        },
      ],
    },
    "destination 192.0.2.0/24 & source 203.0.113.0/24 & port >=137&<=144,=8080",
  ],
  [
    "09 01 20c0000201 0c 8004",
    families.IPV4_FLOWSPEC,
    {
      kind: "flowspec",
      components: [
        { type: "destination", prefix: { length: 32, address: v4(192, 0, 2, 1) }, offset: 0 },
        { type: "fragment", tests: [one(4, 0)] },
      ],
    },
    "destination 192.0.2.1/32 & fragment 0x4",
  ],
  // The example of RFC 8956 section 3.8.2: bits 65 to 104 of the address
  [
    "08 01 6841 123456789a",
    families.IPV6_FLOWSPEC,
    {
      kind: "flowspec",
      components: [
        {
          type: "destination",
          prefix: { length: 104, address: octets("0000000000000000091a2b3c4d000000") },
          offset: 65,
        },
      ],
    },
    "destination ::91a:2b3c:4d00:0/104-65",
  ],
  [
    `0e ${RD_HEX} 03 8111 0b 8100`,
    families.IPV4_VPN_FLOWSPEC,
    {
      kind: "flowspec",
      rd: RD,
      components: [
        { type: "protocol", tests: [one(17, 1)] },
        { type: "dscp", tests: [one(0, 1)] },
      ],
    },
    "65000:1 protocol =17 & dscp =0",
  ],
  // RFC 7432 section 7
  [
    `01 19 ${RD_HEX} ${ESI} 00000064 0003e8`,
    families.L2VPN_EVPN,
    {
      kind: "evpn",
      routeType: "ethernet-ad",
      rd: RD,
      esi: octets(ESI),
      ethernetTag: 100,
      label: 1000,
    },
    `[1]:[65000:1]:[${ESI}]:[100]`,
  ],
  [
    `02 25 ${RD_HEX} ${ESI} 00000000 30 02005e005301 20 c0000201 0003e8`,
    families.L2VPN_EVPN,
    {
      kind: "evpn",
      routeType: "mac-ip",
      rd: RD,
      esi: octets(ESI),
      ethernetTag: 0,
      mac: octets("02005e005301"),
      ip: v4(192, 0, 2, 1),
      label: 1000,
    },
    `[2]:[65000:1]:[${ESI}]:[0]:[02:00:5e:00:53:01]:[192.0.2.1]`,
  ],
  [
    `02 24 ${RD_HEX} ${ESI} 00000000 30 02005e005301 00 0003e8 0007d0`,
    families.L2VPN_EVPN,
    {
      kind: "evpn",
      routeType: "mac-ip",
      rd: RD,
      esi: octets(ESI),
      ethernetTag: 0,
      mac: octets("02005e005301"),
      label: 1000,
      label2: 2000,
    },
    `[2]:[65000:1]:[${ESI}]:[0]:[02:00:5e:00:53:01]`,
  ],
  [
    `03 11 ${RD_HEX} 00000000 20 c0000201`,
    families.L2VPN_EVPN,
    {
      kind: "evpn",
      routeType: "inclusive-multicast",
      rd: RD,
      ethernetTag: 0,
      originator: v4(192, 0, 2, 1),
    },
    "[3]:[65000:1]:[0]:[192.0.2.1]",
  ],
  [
    `04 17 ${RD_HEX} ${ESI} 20 c0000201`,
    families.L2VPN_EVPN,
    { kind: "evpn", routeType: "ethernet-segment", rd: RD, esi: octets(ESI), originator: v4(192, 0, 2, 1) },
    `[4]:[65000:1]:[${ESI}]:[192.0.2.1]`,
  ],
  // RFC 9136 section 3.1
  [
    `05 22 ${RD_HEX} ${ESI} 00000000 08 0a000000 c0000201 0003e8`,
    families.L2VPN_EVPN,
    {
      kind: "evpn",
      routeType: "ip-prefix",
      rd: RD,
      esi: octets(ESI),
      ethernetTag: 0,
      prefix: ten,
      gateway: v4(192, 0, 2, 1),
      label: 1000,
    },
    `[5]:[65000:1]:[${ESI}]:[0]:[10.0.0.0/8]`,
  ],
  // RFC 9251 section 9.1: (*,G)
  [
    `06 18 ${RD_HEX} 00000000 00 20 e9fc0001 20 c0000201 02`,
    families.L2VPN_EVPN,
    {
      kind: "evpn",
      routeType: "selective-multicast",
      rd: RD,
      ethernetTag: 0,
      group: v4(233, 252, 0, 1),
      originator: v4(192, 0, 2, 1),
      flags: 2,
    },
    "[6]:[65000:1]:[0]:[*]:[233.252.0.1]:[192.0.2.1]",
  ],
  [
    "0c 02 0102",
    families.L2VPN_EVPN,
    { kind: "evpn", routeType: "unknown", code: 12, value: v4(1, 2) },
    "[12]:[0102]",
  ],
  // RFC 4761 section 3.2.2, RFC 6074 section 3.2.2.1
  [
    `0011 ${RD_HEX} 0005 0001 0008 029ce1`,
    families.L2VPN_VPLS,
    { kind: "vpls", rd: RD, veId: 5, blockOffset: 1, blockSize: 8, labelBase: 0x29ce1 },
    "65000:1:5:1:8",
  ],
  [
    `000c ${RD_HEX} c0000201`,
    families.L2VPN_VPLS,
    { kind: "vpls-discovery", rd: RD, peAddress: v4(192, 0, 2, 1) },
    "65000:1:192.0.2.1",
  ],
  // RFC 6514 section 4
  [
    `07 16 ${RD_HEX} 0000fde8 20 c0000201 20 e9fc0001`,
    families.IPV4_MCAST_VPN,
    {
      kind: "mcast-vpn",
      routeType: "source-tree-join",
      rd: RD,
      sourceAs: 65000,
      source: v4(192, 0, 2, 1),
      group: v4(233, 252, 0, 1),
    },
    "[7]:[65000:1]:[65000]:[192.0.2.1]:[233.252.0.1]",
  ],
  [
    `04 12 020c ${RD_HEX} 0000fde8 c0000201`,
    families.IPV4_MCAST_VPN,
    {
      kind: "mcast-vpn",
      routeType: "leaf",
      routeKey: octets(`020c ${RD_HEX} 0000fde8`),
      originator: v4(192, 0, 2, 1),
    },
    `[4]:[020c${RD_HEX}0000fde8]:[192.0.2.1]`,
  ],
  // RFC 9830 section 2.1
  [
    "60 00000001 000000c8 0a000002",
    families.IPV4_SR_POLICY,
    { kind: "sr-policy", distinguisher: 1, color: 200, endpoint: v4(10, 0, 0, 2) },
    "[1]:[200]:[10.0.0.2]",
  ],
  // draft-ietf-bess-mup-safi section 3.1
  [
    `01 0001 0a ${RD_HEX} 08 0a`,
    families.IPV4_MUP,
    { kind: "mup", routeType: "interwork-segment", rd: RD, prefix: ten },
    "[1]:[65000:1]:[10.0.0.0/8]",
  ],
  [
    `01 0004 0f ${RD_HEX} 30 c0000201 1234`,
    families.IPV4_MUP,
    {
      kind: "mup",
      routeType: "type-2-session-transformed",
      rd: RD,
      endpoint: v4(192, 0, 2, 1),
      teid: 0x12340000,
      teidLength: 16,
    },
    "[4]:[65000:1]:[endpoint 192.0.2.1]:[teid 305397760/16]",
  ],
  // RFC 9552 section 5.2: an OSPF router, and a prefix of an IS-IS one
  [
    "0001 0021 03 0000000000000001 0100 0014 0200 0004 0000fde8 0203 0008 0a0000010a000002",
    families.LINK_STATE,
    {
      kind: "link-state",
      type: "node",
      protocol: 3,
      identifier: 1n,
      localNode: [
        { type: "autonomous-system", value: 65000 },
        { type: "igp-router-id", value: octets("0a0000010a000002") },
      ],
    },
    "node ospfv2:1 [autonomous-system 65000, igp-router-id 10.0.0.1:10.0.0.2]",
  ],
  [
    `0003 0025 ${RD_HEX} 02 0000000000000000 0100 000a 0203 0006 192168252240 0109 0002 080a`,
    families.LINK_STATE_VPN,
    {
      kind: "link-state",
      type: "ipv4-prefix",
      rd: RD,
      protocol: 2,
      identifier: 0n,
      localNode: [{ type: "igp-router-id", value: octets("192168252240") }],
      descriptors: [{ type: "ip-reachability", value: { length: 8, octets: v4(10) } }],
    },
    "65000:1 ipv4-prefix isis-level-2:0 [igp-router-id 1921.6825.2240] [10.0.0.0/8]",
  ],
];

for (const [hex, family, value, text] of GOLDEN) {
  test(`${families.familyName(family)} ${text}`, () => {
    const bytes = octets(hex);
    assert.deepEqual(decodeNlri(family, bytes), value);
    assert.equal(toHex(encodeNlri(family, value as NlriValue)), toHex(bytes));
    assert.equal(formatNlri(family, bytes), text);
  });
}

test("the prefix of a flow with bits before its offset, as ExaBGP writes it", () => {
  const bytes = octets(`13 02 8078 ${V6}`);
  const value = decodeNlri(families.IPV6_FLOWSPEC, bytes);
  assert.deepEqual(value, {
    kind: "flowspec",
    components: [
      { type: "source", prefix: { length: 128, address: octets(V6) }, offset: 120, wholePattern: true },
    ],
  });
  assert.equal(toHex(encodeNlri(families.IPV6_FLOWSPEC, value)), toHex(bytes));
});

test("a leave of the early drafts, without flags", () => {
  const hex = `08 26 ${RD_HEX} ${ESI} 00000000 00 20 e9fc0001 20 c0000201 00000001 0a`;
  const value = decodeNlri(families.L2VPN_EVPN, octets(hex));
  assert.ok(value?.kind === "evpn" && value.routeType === "leave-synch");
  assert.deepEqual([value.sequence, value.maxResponseTime, value.flags], [1, 10, undefined]);
});

test("what is not one NLRI of its family says nothing", () => {
  const cases: readonly (readonly [family: number, hex: string])[] = [
    [families.IPV4_LABELLED_UNICAST, ""],
    [families.IPV4_LABELLED_UNICAST, "10 0006"], // shorter than a label
    [families.IPV4_LABELLED_UNICAST, "30 000640 c00002"], // no bottom of the stack
    [families.IPV4_LABELLED_UNICAST, "39 000641 c000020180"], // 33 bits
    [families.IPV4_VPN, "30 000641 c00002"], // no room for a route distinguisher
    [families.IPV4_VPN, `79 003e81 ${RD_HEX} c000020180`],
    [families.ROUTE_TARGET_CONSTRAINT, "08 00"], // less than an AS number
    [families.ROUTE_TARGET_CONSTRAINT, `61 ${"00".repeat(13)}`],
    [families.IPV4_FLOWSPEC, "03 0d 8100"], // IPv6's flow label
    [families.IPV4_FLOWSPEC, "03 00 8100"],
    [families.IPV4_FLOWSPEC, "06 04 8119 03 8106"], // out of order
    [families.IPV4_FLOWSPEC, "06 03 8106 03 8106"], // twice
    [families.IPV4_FLOWSPEC, "03 03 0106"], // no end
    [families.IPV4_FLOWSPEC, "03 03 9106"], // value cut short
    [families.IPV4_FLOWSPEC, "06 01 21c000020180"],
    [families.IPV6_FLOWSPEC, "03 01 2020"], // the offset is the length
    [families.IPV4_VPN_FLOWSPEC, "04 00000000"],
    [families.L2VPN_EVPN, `01 18 ${RD_HEX} ${ESI} 00000064 0003`],
    [families.L2VPN_EVPN, `02 21 ${RD_HEX} ${ESI} 00000000 31 02005e005301 00 0003e8`],
    [families.L2VPN_EVPN, `03 11 ${RD_HEX} 00000000 21 c0000201`],
    [families.L2VPN_EVPN, `05 22 ${RD_HEX} ${ESI} 00000000 21 0a000000 c0000201 0003e8`],
    [families.L2VPN_VPLS, `000d ${RD_HEX} c000020100`],
    [families.IPV4_MCAST_VPN, `01 0b ${RD_HEX} c00002`],
    [families.IPV4_MCAST_VPN, `05 0d ${RD_HEX} 20 c0000201`],
    [families.IPV4_SR_POLICY, `c0 00000001 000000c8 ${V6}`],
    [families.IPV4_MUP, `01 0002 0b ${RD_HEX} c00002`],
    [families.IPV4_MUP, `01 0004 0e ${RD_HEX} 41 c0000201 00`],
    [families.LINK_STATE, "0001 0008 03 00000000000000"],
    [families.LINK_STATE, "0001 000e 03 0000000000000001 0100 0005 00"],
    [families.LINK_STATE, "0001 0010 03 0000000000000001 0100 0003 020000"],
    [families.familyOf(1, 129), "00"],
  ];
  for (const [family, hex] of cases) {
    const bytes = octets(hex);
    assert.equal(decodeNlri(family, bytes), undefined, hex);
    assert.equal(formatNlri(family, bytes), `0x${toHex(bytes)}`);
  }
});

test("values without an encoding", () => {
  const wrong: readonly (readonly [family: number, value: NlriValue])[] = [
    [families.familyOf(1, 129), { kind: "prefix", prefix: ten }],
    [families.IPV4_VPN, { kind: "prefix", prefix: ten }],
    [families.IPV6_UNICAST, { kind: "prefix", prefix: ten }],
    [families.IPV4_LABELLED_UNICAST, { kind: "labelled", labels: [], prefix: ten }],
    [families.IPV4_LABELLED_UNICAST, { kind: "labelled", labels: [1601, 1601], prefix: ten }],
    [families.IPV4_VPN, { kind: "vpn", labels: [1601], rd: v4(0, 0), prefix: ten }],
    [families.IPV4_FLOWSPEC, { kind: "flowspec", rd: RD, components: [] }],
    [families.IPV4_FLOWSPEC, { kind: "flowspec", components: [{ type: "port", tests: [] }] }],
    [families.L2VPN_EVPN, { kind: "evpn", routeType: "leaf", routeKey: RD, originator: RD }],
    [families.L2VPN_EVPN, { kind: "evpn", routeType: "unknown", code: 256, value: RD }],
    [families.L2VPN_VPLS, { kind: "vpls-discovery", rd: RD, peAddress: RD }],
    [families.IPV4_SR_POLICY, { kind: "sr-policy", distinguisher: 1, color: 1, endpoint: octets(V6) }],
  ];
  for (const [family, value] of wrong) assert.throws(() => encodeNlri(family, value), EncodeError);
});

test("a cursor gives NLRI one by one, and keys without labels", () => {
  const cursor = new NlriCursor();
  const keys = (family: number, hex: string, addPath: boolean): string[] => {
    const bytes = octets(hex);
    // In the middle of a buffer.
    const buffer = new Uint8Array(bytes.length + 9).fill(0xee);
    buffer.set(bytes, 4);
    cursor.open({ family, addPath, buffer, start: 4, end: 4 + bytes.length });
    const list: string[] = [];
    while (cursor.next()) {
      const key = cursor.keyBuffer.slice(cursor.keyStart, cursor.keyEnd);
      list.push(`${cursor.pathId} ${cursor.end - cursor.start} ${formatNlriKey(family, key)}`);
    }
    return list;
  };
  assert.deepEqual(keys(families.IPV4_UNICAST, "080a 18c00002", false), [
    "undefined 2 10.0.0.0/8",
    "undefined 4 192.0.2.0/24",
  ]);
  assert.deepEqual(
    keys(families.IPV4_LABELLED_UNICAST, "00000007 21 000641 0aff 00000008 48 000640 000c81 c00002", true),
    ["7 6 10.128.0.0/9", "8 10 192.0.2.0/24"],
  );
  assert.deepEqual(keys(families.IPV4_VPN, `60 003e81 ${RD_HEX} 0a 60 800000 ${RD_HEX} 0a`, false), [
    "undefined 13 65000:1:10.0.0.0/8",
    "undefined 13 65000:1:10.0.0.0/8",
  ]);
  assert.deepEqual(keys(families.L2VPN_EVPN, `03 11 ${RD_HEX} 00000000 20 c0000201 0c 01 ff`, false), [
    "undefined 19 [3]:[65000:1]:[0]:[192.0.2.1]",
    "undefined 3 [12]:[ff]",
  ]);
  assert.deepEqual(keys(families.familyOf(1, 129), "080a", false), []);
  assert.deepEqual(keys(families.IPV4_UNICAST, "080a 21", false), ["undefined 2 10.0.0.0/8"]);
  assert.equal(formatNlriKey(families.IPV4_VPN, v4(1, 2)), "0x0102");
});

test("labels and route distinguishers", () => {
  assert.equal(labelValue(labelField(1000, true)), 1000);
  assert.equal(labelField(1000, false), 0x3e80);
  for (const [text, hex] of [
    ["65000:1", RD_HEX],
    ["192.0.2.1:7", "0001c00002010007"],
    ["4200000000:7", "0002fa56ea000007"],
  ] as const) {
    assert.equal(formatRouteDistinguisher(octets(hex)), text);
    assert.equal(toHex(parseRouteDistinguisher(text) ?? new Uint8Array()), hex);
  }
  assert.equal(formatRouteDistinguisher(octets("0003000000000001")), "0x0003000000000001");
  for (const text of [
    "",
    "1",
    "1:",
    "1.2.3:4",
    "1.2.3.4:65536",
    "70000:65536",
    "4294967296:1",
    "1:4294967296",
  ]) {
    assert.equal(parseRouteDistinguisher(text), undefined, text);
  }
});
