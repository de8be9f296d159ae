import assert from "node:assert/strict";
import { test } from "node:test";
import { EncodeError, fromHex, toHex } from "../bytes.ts";
import { codecContext } from "../codec-context.ts";
import { familyOf, IPV4_UNICAST, IPV6_UNICAST } from "../family.ts";
import { type Attribute, attributeCodecByCode, attributeCodecs, attributeName } from "./attribute.ts";
import { communityName } from "./communities.ts";
import {
  describeExtendedCommunity,
  formatExtendedCommunity,
  isTransitiveExtendedCommunity,
} from "./extended-community.ts";
import { formatIpv6ExtendedCommunity } from "./ipv6-extended-communities.ts";
import { GOLDEN_LATER } from "./fixture.ts";
import { decodeAttributes, encodeAttributes } from "./list.ts";

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const FOUR = codecContext();
const TWO = codecContext({ fourOctetAs: false });
const ADD_PATH = codecContext({
  addPathReceive: new Set([IPV4_UNICAST, IPV6_UNICAST]),
  addPathSend: new Set([IPV4_UNICAST, IPV6_UNICAST]),
});

const V6 = "20010db8000000000000000000000001";
const LINK_LOCAL = "fe800000000000000000000000000001";

/** Flags, code, length and value, and what they are. */
const GOLDEN: readonly (readonly [hex: string, attribute: Attribute, context?: typeof FOUR])[] = [
  ["400101 00", { type: "origin", origin: "igp" }],
  ["400101 01", { type: "origin", origin: "egp" }],
  ["400101 02", { type: "origin", origin: "incomplete" }],
  ["400200", { type: "as-path", segments: [] }],
  [
    "400214 0202 0000fde9 fa56ea00 0102 00000001 00000002",
    {
      type: "as-path",
      segments: [
        { type: "sequence", asns: [65001, 4200000000] },
        { type: "set", asns: [1, 2] },
      ],
    },
  ],
  [
    "400208 0301 fde9 0401 fdea",
    {
      type: "as-path",
      segments: [
        { type: "confed-sequence", asns: [65001] },
        { type: "confed-set", asns: [65002] },
      ],
    },
    TWO,
  ],
  ["400304 c0000201", { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) }],
  ["800404 00000064", { type: "multi-exit-disc", value: 100 }],
  ["400504 ffffffff", { type: "local-pref", value: 0xffffffff }],
  ["400600", { type: "atomic-aggregate" }],
  ["c00708 fa56ea00 0a000001", { type: "aggregator", asn: 4200000000, address: Uint8Array.of(10, 0, 0, 1) }],
  ["c00706 fde9 0a000001", { type: "aggregator", asn: 65001, address: Uint8Array.of(10, 0, 0, 1) }, TWO],
  ["c00808 fde80001 ffffff01", { type: "communities", values: [0xfde80001, 0xffffff01] }],
  ["800904 0a000001", { type: "originator-id", identifier: 0x0a000001 }],
  ["800a08 0a000001 0a000002", { type: "cluster-list", identifiers: [0x0a000001, 0x0a000002] }],
  [
    `800e1a 0002 01 10 ${V6} 00 2020010db8`,
    { type: "mp-reach", family: IPV6_UNICAST, nextHop: octets(V6), nlri: [{ bytes: octets("2020010db8") }] },
  ],
  [
    `800e2a 0002 01 20 ${V6} ${LINK_LOCAL} 00 2020010db8`,
    {
      type: "mp-reach",
      family: IPV6_UNICAST,
      nextHop: octets(V6 + LINK_LOCAL),
      nlri: [{ bytes: octets("2020010db8") }],
    },
  ],
  // A reserved octet that is not 0
  [
    `800e1a 0002 01 10 ${V6} 01 2020010db8`,
    {
      type: "mp-reach",
      family: IPV6_UNICAST,
      nextHop: octets(V6),
      reserved: 1,
      nlri: [{ bytes: octets("2020010db8") }],
    },
  ],
  // RFC 8950 section 3.
  [
    `800e17 0001 01 10 ${V6} 00 080a`,
    { type: "mp-reach", family: IPV4_UNICAST, nextHop: octets(V6), nlri: [{ bytes: octets("080a") }] },
  ],
  [
    "800e0f 0001 01 04 c0000201 00 00000007 080a",
    {
      type: "mp-reach",
      family: IPV4_UNICAST,
      nextHop: octets("c0000201"),
      nlri: [{ pathId: 7, bytes: octets("080a") }],
    },
    ADD_PATH,
  ],
  // A family that is carried as bytes.
  [
    "800e0e 0001 81 04 c0000201 00 0102030405",
    {
      type: "mp-reach",
      family: familyOf(1, 129),
      nextHop: octets("c0000201"),
      nlri: [{ bytes: octets("0102030405") }],
    },
  ],
  ["800f03 0002 01", { type: "mp-unreach", family: IPV6_UNICAST, nlri: [] }],
  [
    "800f08 0002 01 2020010db8",
    { type: "mp-unreach", family: IPV6_UNICAST, nlri: [{ bytes: octets("2020010db8") }] },
  ],
  [
    "c01010 0002fde800000001 0102c00002010064",
    { type: "extended-communities", values: [octets("0002fde800000001"), octets("0102c00002010064")] },
  ],
  ["c01106 0201 fa56ea00", { type: "as4-path", segments: [{ type: "sequence", asns: [4200000000] }] }],
  [
    "c01208 fa56ea00 0a000001",
    { type: "as4-aggregator", asn: 4200000000, address: Uint8Array.of(10, 0, 0, 1) },
  ],
  [
    "c0200c fa56ea00 00000001 00000002",
    {
      type: "large-communities",
      values: [{ globalAdministrator: 4200000000, localData1: 1, localData2: 2 }],
    },
  ],
  ["c02304 0000fde9", { type: "only-to-customer", asn: 65001 }],
  ...GOLDEN_LATER,
  // Unassigned here: kept with its flags.
  ["c0fa02 0102", { type: "unknown", code: 250, flags: 0xc0, value: Uint8Array.of(1, 2) }],
  ["90fa0002 0102", { type: "unknown", code: 250, flags: 0x90, value: Uint8Array.of(1, 2) }],
  // Flags that are not the usual ones.
  ["500200 00", { type: "as-path", segments: [], flags: 0x50 }],
  ["e00804 fde80001", { type: "communities", values: [0xfde80001], flags: 0xe0 }],
  [
    `d008 0100 ${"00000001".repeat(64)}`,
    { type: "communities", values: Array.from({ length: 64 }, () => 1) },
  ],
];

test("attributes, decoded and encoded", () => {
  for (const [hex, attribute, context = FOUR] of GOLDEN) {
    const bytes = octets(hex);
    assert.deepEqual(decodeAttributes(bytes, context), [attribute], hex);
    assert.equal(toHex(encodeAttributes([attribute], context)), toHex(bytes));
  }
});

test("every attribute with a codec is among them, under its own code", () => {
  const types = new Set(GOLDEN.map(([, { type }]) => type));
  for (const codec of attributeCodecs) {
    assert.ok(types.has(codec.type), codec.type);
    assert.equal(attributeCodecByCode[codec.code], codec);
    assert.equal(attributeName(codec.code), codec.type);
  }
  assert.equal(attributeName(250), "attribute 250");
});

test("an attribute that is not well-formed is returned as an unknown one", () => {
  for (const hex of [
    "400101 03",
    "400102 0000",
    "c00101 00",
    "400206 0203 00000001",
    "400206 0501 00000001",
    "400202 0200",
    "400206 0201 00000000",
    "400303 c00002",
    "400601 00",
    "c00706 fde9 0a000001",
    "c00800",
    "800e04 0002 01 10",
    "800e0a 0002 01 10 c0000201 00ff",
    "800f06 0001 01 21c0 00",
    "c02301 00",
  ]) {
    const [attribute] = decodeAttributes(octets(hex));
    assert.equal(attribute?.type, "unknown", hex);
    assert.equal(toHex(encodeAttributes([attribute])), hex.replaceAll(" ", ""));
  }
});

test("what does not fit the end of a list is left out", () => {
  for (const rest of ["40", "4002", "500200", "40020a", "500200ff"]) {
    assert.deepEqual(decodeAttributes(octets(`40010100${rest}`)), [{ type: "origin", origin: "igp" }]);
  }
});

test("AS numbers that do not fit two octets are sent as AS_TRANS", () => {
  const list: Attribute[] = [
    { type: "as-path", segments: [{ type: "sequence", asns: [65001, 4200000000] }] },
    { type: "aggregator", asn: 4200000000, address: Uint8Array.of(10, 0, 0, 1) },
  ];
  assert.equal(toHex(encodeAttributes(list, TWO)), "4002060202fde95ba0c007065ba00a000001");
});

test("values without an encoding", () => {
  const wrong: Attribute[] = [
    { type: "next-hop", address: new Uint8Array(16) },
    { type: "extended-communities", values: [new Uint8Array(6)] },
    { type: "as-path", segments: [{ type: "sequence", asns: Array.from({ length: 256 }, () => 1) }] },
    { type: "multi-exit-disc", value: -1 },
    { type: "communities", values: Array.from({ length: 16384 }, () => 1) },
  ];
  for (const attribute of wrong) assert.throws(() => encodeAttributes([attribute]), EncodeError);
});

test("well-known communities have names", () => {
  assert.equal(communityName(0xffffff01), "no-export");
  assert.equal(communityName(0xffff029a), "blackhole");
  assert.equal(communityName(0xfde80001), undefined);
});

test("extended communities say what they are", () => {
  assert.deepEqual(describeExtendedCommunity(octets("0604000205dc0000")), {
    name: "l2-attributes",
    fields: { flags: 2, mtu: 1500 },
  });
  assert.equal(describeExtendedCommunity(octets("0077000000000008")), undefined);
  assert.equal(isTransitiveExtendedCommunity(octets("4004fde849989680")), false);
  assert.equal(isTransitiveExtendedCommunity(octets("0002fde800000001")), true);
});

test("IPv6 extended communities as text", () => {
  assert.equal(formatIpv6ExtendedCommunity(octets(`0002 ${V6} 0064`)), "target:[2001:db8::1]:100");
  assert.equal(formatIpv6ExtendedCommunity(octets(`0077 ${V6} 0064`)), `0x0077${V6}0064`);
});

test("extended communities as text", () => {
  const cases: readonly (readonly [hex: string, text: string])[] = [
    ["0002fde800000001", "target:65000:1"],
    ["0003fde8ffffffff", "origin:65000:4294967295"],
    ["0102c00002010064", "target:192.0.2.1:100"],
    ["0103c00002010064", "origin:192.0.2.1:100"],
    ["0202fa56ea000064", "target:4200000000:100"],
    ["0203fa56ea000064", "origin:4200000000:100"],
    ["4004fde849989680", "bandwidth:65000:1250000"],
    ["0004fde849989680", "bandwidth:65000:1250000"],
    ["010c0a00000100 01", "redirect-ip:10.0.0.1:copy"],
    ["030b000000000064", "color:0:100"],
    ["030c000000000008", "encapsulation:8"],
    ["030d000000000000", "default-gateway"],
    ["4300000000000002", "validation-state:invalid"],
    ["0600010000000005", "mac-mobility:sticky:5"],
    ["0601010000003e81", "esi-label:singleActive:16001"],
    ["060200112233 4455", "es-import:00:11:22:33:44:55"],
    ["060302005e005301", "router-mac:02:00:5e:00:53:01"],
    ["0605010000003e81", "e-tree:leaf:16001"],
    ["800600004b189680", "rate-limit:0:10000000"],
    ["8007000000000002", "traffic-action:sample"],
    ["80080514 00014438", "redirect:1300:83000"],
    ["8108c0000201 0001", "redirect:192.0.2.1:1"],
    ["800900000000000a", "mark:10"],
    ["800a13 00 05dc 006f", "l2info:19:0:1500:111"],
    ["0c00000a0000000a", "mup-segment:10:10"],
    ["010bc00002010007", "vrf-import:192.0.2.1:7"],
    ["0009fde800000000", "source-as:65000:0"],
    ["9999000000000008", "0x9999000000000008"],
    ["0077000000000008", "0x0077000000000008"],
  ];
  for (const [hex, text] of cases) assert.equal(formatExtendedCommunity(octets(hex)), text);
});
