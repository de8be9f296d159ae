import {
  type Attribute,
  encodeAttributes,
  type EndpointBehavior,
  type LinkStateTlv,
  type PrefixSidTlv,
  type SegmentTlv,
  type SidOrLabel,
  type TunnelTlv,
} from "@netferry/bgp";
import fc from "fast-check";
import { anyAddress, octets, record, uint32 } from "./nlri-arbitraries.ts";

const is = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint24 = fc.nat(0xffffff);
const some = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
const name = fc.string({ unit: "grapheme", maxLength: 10 });
const list = <T>(item: fc.Arbitrary<T>, minLength = 0): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength, maxLength: 4 });
/** A bandwidth that single precision holds. */
const bandwidth = fc.nat(0xffffff);
const sid: fc.Arbitrary<SidOrLabel> = fc.oneof(
  record({ kind: is("label"), value: uint24 }),
  record({ kind: is("index"), value: uint32 }),
);
const structure = record({
  type: is("srv6-sid-structure"),
  value: record({ locatorBlock: uint8, locatorNode: uint8, function: uint8, argument: uint8 }),
});
const weighted = { flags: uint8, weight: uint8, reserved: uint16 };
const endX = {
  behavior: uint16,
  flags: uint8,
  algorithm: uint8,
  weight: uint8,
  reserved: uint8,
  sid: octets(16),
};

const linkState: fc.Arbitrary<LinkStateTlv> = fc.oneof<fc.Arbitrary<LinkStateTlv>[]>(
  record({
    type: fc.constantFrom("node-flags" as const, "srms-preference" as const, "igp-flags" as const),
    value: uint8,
  }),
  record({ type: fc.constantFrom("node-name" as const, "link-name" as const), value: name }),
  record({
    type: fc.constantFrom("opaque-node" as const, "prefix-attribute-flags" as const),
    value: some(9),
  }),
  record({
    type: fc.constantFrom("local-ipv4-router-id" as const, "remote-ipv4-router-id" as const),
    value: octets(4),
  }),
  record({
    type: fc.constantFrom("local-ipv6-router-id" as const, "remote-ipv6-router-id" as const),
    value: octets(16),
  }),
  record({
    type: fc.constantFrom("prefix-metric" as const, "te-default-metric" as const, "link-delay" as const),
    value: uint32,
  }),
  record({
    type: fc.constantFrom("route-tags" as const, "shared-risk-groups" as const),
    value: list(uint32),
  }),
  record({
    type: fc.constantFrom("maximum-bandwidth" as const, "available-bandwidth" as const),
    value: bandwidth,
  }),
  record({ type: is("unreserved-bandwidth"), value: list(bandwidth) }),
  record({
    type: fc.constantFrom("sr-capabilities" as const, "sr-local-block" as const),
    value: record({ flags: uint8, ranges: list(record({ size: uint24, first: sid })) }),
  }),
  record({
    type: is("igp-metric"),
    value: fc.oneof(
      record({ octets: is(1), metric: uint8 }),
      record({ octets: is(2), metric: uint16 }),
      record({ octets: is(3), metric: uint24 }),
    ),
  }),
  record({ type: is("adjacency-sid"), value: record({ ...weighted, sid }) }),
  record({
    type: is("lan-adjacency-sid"),
    value: record({ ...weighted, neighbor: fc.oneof(octets(4), octets(6)), sid }),
  }),
  record({
    type: is("prefix-sid"),
    value: record({ flags: uint8, algorithm: uint8, reserved: uint16, sid }),
  }),
  record({ type: is("srv6-end-x-sid"), value: record({ ...endX, subTlvs: list(structure) }) }),
  record({
    type: is("isis-srv6-lan-end-x-sid"),
    value: record({ ...endX, neighbor: octets(6), subTlvs: list(structure) }),
  }),
  record({
    type: is("srv6-locator"),
    value: record({
      flags: uint8,
      algorithm: uint8,
      reserved: uint16,
      metric: uint32,
      subTlvs: list(structure),
    }),
  }),
  record({
    type: is("flexible-algorithm"),
    value: record({
      algorithm: uint8,
      metricType: uint8,
      calculationType: uint8,
      priority: uint8,
      subTlvs: list(
        record({
          type: fc.constantFrom("include-any" as const, "exclude-any" as const),
          value: list(uint32),
        }),
      ),
    }),
  }),
  record({ type: is("link-delay-range"), value: record({ minimum: uint32, maximum: uint32 }) }),
  record({ type: is("graceful-shutdown"), value: is(true) }),
  record({
    type: is("srv6-bgp-peer-node-sid"),
    value: record({ ...weighted, peerAs: uint32, peerIdentifier: uint32 }),
  }),
  structure,
  record({ type: is("unknown"), code: fc.integer({ min: 40000, max: 65535 }), value: some(20) }),
);

const serviceSid = record({
  type: is("sid"),
  value: record({
    reserved1: uint8,
    sid: octets(16),
    flags: uint8,
    behavior: uint16,
    reserved2: uint8,
    subTlvs: list(
      record({
        type: is("structure"),
        value: record({
          locatorBlock: uint8,
          locatorNode: uint8,
          function: uint8,
          argument: uint8,
          transpositionLength: uint8,
          transpositionOffset: uint8,
        }),
      }),
    ),
  }),
});
const prefixSid: fc.Arbitrary<PrefixSidTlv> = fc.oneof<fc.Arbitrary<PrefixSidTlv>[]>(
  record({ type: is("label-index"), value: record({ reserved: uint8, flags: uint16, index: uint32 }) }),
  record({
    type: is("originator-srgb"),
    value: record({ flags: uint16, ranges: list(record({ base: uint24, size: uint24 })) }),
  }),
  record({
    type: fc.constantFrom("srv6-l3-service" as const, "srv6-l2-service" as const),
    value: record({ reserved: uint8, subTlvs: list(serviceSid) }),
  }),
  record({ type: is("unknown"), code: fc.integer({ min: 7, max: 255 }), value: some(20) }),
);

const behavior: fc.Arbitrary<EndpointBehavior> = record({
  behavior: uint16,
  reserved: uint16,
  locatorBlock: uint8,
  locatorNode: uint8,
  function: uint8,
  argument: uint8,
});
const flagged = { flags: uint8, reserved: uint8 };
const srv6Segment = fc.oneof(
  record({ ...flagged, sid: octets(16) }),
  record({ ...flagged, sid: octets(16), behavior }),
);
const segment: fc.Arbitrary<SegmentTlv> = fc.oneof<fc.Arbitrary<SegmentTlv>[]>(
  record({ type: is("mpls-label"), value: record({ ...flagged, label: uint32 }) }),
  record({ type: is("srv6-sid"), value: srv6Segment }),
  record({ type: is("weight"), value: record({ ...flagged, weight: uint32 }) }),
  record({ type: fc.constantFrom("ipv4-node" as const, "ipv6-adjacency" as const), value: some(40) }),
  record({ type: is("unknown"), code: fc.integer({ min: 17, max: 255 }), value: some(20) }),
);
const tunnel: fc.Arbitrary<TunnelTlv> = fc.oneof<fc.Arbitrary<TunnelTlv>[]>(
  record({ type: is("encapsulation"), value: some(12) }),
  record({
    type: is("egress-endpoint"),
    value: record({ reserved: uint32, afi: uint16, address: fc.oneof(octets(0), anyAddress) }),
  }),
  record({ type: is("color"), value: octets(8) }),
  record({ type: is("mpls-label-stack"), value: list(uint32) }),
  record({ type: is("prefix-sid"), value: fc.array(prefixSid, { maxLength: 1 }) }),
  record({ type: is("preference"), value: record({ ...flagged, preference: uint32 }) }),
  record({
    type: is("binding-sid"),
    value: record({ ...flagged, sid: fc.oneof(octets(0), octets(4), octets(16)) }),
  }),
  record({ type: is("srv6-binding-sid"), value: srv6Segment }),
  record({ type: is("segment-list"), value: record({ reserved: uint8, segments: list(segment) }) }),
  record({ type: is("policy-name"), value: record({ reserved: uint8, name }) }),
  record({ type: is("unknown"), code: fc.integer({ min: 21, max: 127 }), value: some(20) }),
);

/** The attributes beside those of RFC 4271 and the communities. */
export const laterAttributes: readonly fc.Arbitrary<Attribute>[] = [
  record({
    type: is("pmsi-tunnel"),
    pmsiFlags: uint8,
    tunnelType: uint8,
    label: uint24,
    identifier: some(20),
  }),
  record({
    type: is("tunnel-encapsulation"),
    tunnels: fc.array(record({ tunnelType: uint16, tlvs: fc.array(tunnel, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
  }),
  record({
    type: is("traffic-engineering"),
    switchingCapability: uint8,
    encoding: uint8,
    reserved: uint16,
    descriptor: some(48, 32),
  }),
  record({ type: is("ipv6-extended-communities"), values: list(octets(20), 1) }),
  record({
    type: is("aigp"),
    tlvs: list(
      fc.oneof(
        record({ type: is("metric"), value: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }) }),
        record({ type: is("unknown"), code: fc.integer({ min: 2, max: 255 }), value: some(9) }),
      ),
    ),
  }),
  ...([4, 16] as const).map((width) =>
    record<Attribute & { type: "pe-distinguisher-labels" }>({
      type: is("pe-distinguisher-labels"),
      entries: list(record({ address: octets(width), label: uint24 }), 1),
    }),
  ),
  record({ type: is("bgp-ls"), tlvs: fc.array(linkState, { maxLength: 6 }) }),
  fc
    .tuple(
      list(record({ count: uint8, segmentFlags: uint8, asn: uint32 }), 1),
      fc.integer({ min: 1, max: 2 }),
    )
    .chain(([path, blocks]) =>
      record<Attribute & { type: "bgpsec-path" }>({
        type: is("bgpsec-path"),
        path: fc.constant(path),
        blocks: fc.array(
          record({
            algorithmSuite: uint8,
            signatures: fc.array(record({ keyIdentifier: octets(20), signature: some(8) }), {
              minLength: path.length,
              maxLength: path.length,
            }),
          }),
          { minLength: blocks, maxLength: blocks },
        ),
      }),
    ),
  record({
    type: is("community-containers"),
    containers: list(
      record({ containerType: uint16, containerFlags: uint8, reserved: uint8, value: some(20) }),
      1,
    ),
  }),
  record({
    type: is("d-path"),
    segments: list(
      list(record({ globalAdministrator: uint32, localAdministrator: uint16, safi: uint8 }), 1),
      1,
    ),
  }),
  record<Attribute & { type: "service-function-path" }>({
    type: is("service-function-path"),
    tlvs: list(
      fc.oneof(
        record({
          type: is("association"),
          value: record({ associationType: uint8, rd: octets(8), servicePathIdentifier: uint24 }),
        }),
        record({
          type: is("hop"),
          value: record({
            serviceIndex: uint8,
            details: list(
              record({
                type: is("service-function-type"),
                value: record({ serviceFunctionType: uint16, rds: some(16) }),
              }),
            ),
          }),
        }),
      ),
    ),
  }),
  record<Attribute & { type: "bfd-discriminator" }>({
    type: is("bfd-discriminator"),
    mode: uint8,
    discriminator: uint32,
    tlvs: list(record({ type: is("source-address"), value: anyAddress })),
  }),
  record<Attribute & { type: "next-hop-characteristics" }>({
    type: is("next-hop-characteristics"),
    family: uint24,
    nextHop: some(20),
    tlvs: list(record({ type: is("entropy-label"), value: is(true) })),
  }),
  record({ type: is("prefix-sid"), tlvs: list(prefixSid) }),
  record({
    type: is("bier"),
    tlvs: list(record({ type: is("unknown"), code: uint16, value: some(20) })),
  }),
  record({
    type: is("attribute-set"),
    originAs: uint32,
    attributes: uint32.map((value) => encodeAttributes([{ type: "multi-exit-disc", value }])),
  }),
];
