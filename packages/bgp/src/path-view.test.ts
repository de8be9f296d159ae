import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attribute } from "./attribute/attribute.ts";
import { encodeAttributes } from "./attribute/list.ts";
import { fromHex } from "./bytes.ts";
import { IPV4_UNICAST, IPV6_UNICAST } from "./family.ts";
import { originAsOf } from "./origin-as.ts";
import { pathView } from "./path-view.ts";

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

test("every attribute has its place in a view", () => {
  const list: Attribute[] = [
    { type: "origin", origin: "incomplete" },
    {
      type: "as-path",
      segments: [
        { type: "confed-sequence", asns: [64512, 64513] },
        { type: "confed-set", asns: [64514, 64515] },
        { type: "set", asns: [1, 2] },
        { type: "sequence", asns: [65001, 4200000000] },
      ],
    },
    { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) },
    { type: "multi-exit-disc", value: 0 },
    { type: "local-pref", value: 100 },
    { type: "atomic-aggregate" },
    { type: "aggregator", asn: 65001, address: Uint8Array.of(10, 0, 0, 1) },
    { type: "communities", values: [0xfde80001, 0xffffff01] },
    { type: "originator-id", identifier: 0x0a000001 },
    { type: "cluster-list", identifiers: [0x0a000001, 0x0a000002] },
    { type: "extended-communities", values: [octets("0002fde800000001")] },
    { type: "large-communities", values: [{ globalAdministrator: 65000, localData1: 1, localData2: 2 }] },
    { type: "only-to-customer", asn: 65001 },
    { type: "unknown", code: 250, flags: 0xc0, value: Uint8Array.of(0xab) },
  ];
  const view = pathView(encodeAttributes(list));
  assert.deepEqual(view, {
    origin: "incomplete",
    asPath: list[1]?.type === "as-path" ? list[1].segments : [],
    asPathText: "(64512 64513) [64514,64515] {1,2} 65001 4200000000",
    originAs: 4200000000,
    nextHops: ["192.0.2.1"],
    med: 0,
    localPref: 100,
    atomicAggregate: true,
    aggregator: { asn: 65001, address: "10.0.0.1" },
    communities: ["65000:1", "65535:65281"],
    originatorId: "10.0.0.1",
    clusterList: ["10.0.0.1", "10.0.0.2"],
    extendedCommunities: ["target:65000:1"],
    largeCommunities: ["65000:1:2"],
    otc: 65001,
    unknown: [{ code: 250, flags: 192, hex: "ab" }],
  });
  assert.deepEqual(JSON.parse(JSON.stringify(view)), view);
});

const nextHops = (family: number, nextHop: string): string[] =>
  pathView(encodeAttributes([{ type: "mp-reach", family, nextHop: octets(nextHop), nlri: [] }])).nextHops;

test("next hops of MP_REACH_NLRI", () => {
  const v6 = "20010db8000000000000000000000001";
  assert.deepEqual(nextHops(IPV6_UNICAST, v6), ["2001:db8::1"]);
  assert.deepEqual(nextHops(IPV6_UNICAST, `${v6}fe800000000000000000000000000001`), [
    "2001:db8::1",
    "fe80::1",
  ]);
  assert.deepEqual(nextHops(IPV4_UNICAST, v6), ["2001:db8::1"]);
  assert.deepEqual(nextHops(IPV4_UNICAST, "c0000201"), ["192.0.2.1"]);
});

test("the AS that a path begins in", () => {
  const cases: readonly (readonly [hex: string, asn: number | undefined])[] = [
    ["40010100 400206 0201 0000fde9", 65001],
    ["50020006 0201 fa56ea00 40010100", 4200000000],
    ["400210 0201 00000001 0202 00000002 00000003", 3],
    ["400200", undefined],
    ["40020c 0201 00000001 0101 00000002", undefined],
    ["400206 0301 00000001", undefined],
    ["40010100", undefined],
    ["", undefined],
    ["400206 0202 00000001", undefined],
    ["4002ff 0201 00000001", undefined],
    ["5002", undefined],
    ["500200", undefined],
  ];
  for (const [hex, asn] of cases) assert.equal(originAsOf(octets(hex)), asn, hex);
  const inBuffer = octets("aabb 400206 0201 0000fde9 cc");
  assert.equal(originAsOf(inBuffer, 2, inBuffer.length - 1), 65001);
});
