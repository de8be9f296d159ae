import {
  type Family,
  familyCodec,
  type FlowComponent,
  type FlowTestComponent,
  type IpPrefix,
  IPV4_FLOWSPEC,
  IPV4_LABELLED_UNICAST,
  IPV4_MULTICAST,
  IPV4_MUP,
  IPV4_SR_POLICY,
  IPV4_UNICAST,
  IPV4_VPN,
  IPV4_VPN_FLOWSPEC,
  IPV6_FLOWSPEC,
  IPV6_LABELLED_UNICAST,
  IPV6_MUP,
  IPV6_SR_POLICY,
  IPV6_VPN,
  IPV6_VPN_FLOWSPEC,
  L2VPN_EVPN,
  L2VPN_VPLS,
  labelField,
  LINK_STATE,
  LINK_STATE_VPN,
  type LinkStateDescriptor,
  type NlriValue,
  type NodeDescriptor,
  ROUTE_TARGET_CONSTRAINT,
  IPV4_MCAST_VPN,
  IPV6_MCAST_VPN,
  WITHDRAWN_LABEL,
} from "@netferry/bgp";
import fc from "fast-check";

/** Records with a plain prototype, since that is what decoders make. */
export function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

const is = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint24 = fc.nat(0xffffff);
export const uint32 = fc.nat(0xffffffff);
export const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const someOctets = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
export const anyAddress = fc.oneof(octets(4), octets(16));
const rd = octets(8);
const esi = octets(10);

export function ipPrefix(width: 4 | 16, minLength = 0): fc.Arbitrary<IpPrefix> {
  return fc
    .tuple(fc.integer({ min: minLength, max: 8 * width }), octets(width))
    .map(([length, address]) => ({ length, address: cleared(address, length) }));
}

function cleared(address: Uint8Array, length: number): Uint8Array {
  return address.map((octet, index) => {
    const kept = Math.min(8, Math.max(0, length - 8 * index));
    return octet & (0xff00 >> kept);
  });
}

/** Two labels at most, so that the length octet has room. */
const labels: fc.Arbitrary<number[]> = fc.oneof(
  fc.integer({ min: 1, max: 0xfffff }).map((label) => [labelField(label, true)]),
  fc
    .tuple(fc.integer({ min: 1, max: 0x7ffff }), fc.nat(0xfffff))
    .map(([first, last]) => [labelField(first, false), labelField(last, true)]),
  fc.constant<number[]>([WITHDRAWN_LABEL]),
);

const NUMERIC = ["protocol", "port", "destination-port", "source-port", "icmp-type", "icmp-code"] as const;
const LATER = ["tcp-flags", "packet-length", "dscp", "fragment"] as const;

function flowTests(type: FlowTestComponent["type"]): fc.Arbitrary<FlowTestComponent> {
  const value = fc.oneof(
    record({ octets: is(1), number: uint8 }),
    record({ octets: is(2), number: uint16 }),
    record({ octets: is(4), number: uint32 }),
    record({ octets: is(8), number: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }) }),
  );
  const test = record({ and: fc.boolean(), operator: fc.nat(15), value });
  return record({ type: fc.constant(type), tests: fc.array(test, { minLength: 1, maxLength: 3 }) });
}

function flowComponents(width: 4 | 16): fc.Arbitrary<FlowComponent[]> {
  const prefix = (type: "destination" | "source"): fc.Arbitrary<FlowComponent> =>
    width === 4
      ? record({ type: fc.constant(type), prefix: ipPrefix(4), offset: is(0) })
      : ipPrefix(16, 1)
          .chain((whole) => fc.tuple(is(whole), fc.nat(whole.length - 1)))
          .map(([whole, offset]) => ({ type, prefix: withoutHead(whole, offset), offset }));
  const types = [...NUMERIC, ...LATER, ...(width === 16 ? (["flow-label"] as const) : [])];
  const all = [prefix("destination"), prefix("source"), ...types.map((type) => flowTests(type))];
  return fc.subarray(all).chain((chosen) => fc.tuple(...chosen));
}

/** Without the bits before the offset. */
function withoutHead({ length, address }: IpPrefix, offset: number): IpPrefix {
  const head = cleared(address, offset);
  return { length, address: address.map((octet, index) => octet ^ head[index]!) };
}

function flowSpec(width: 4 | 16, vpn: boolean): fc.Arbitrary<NlriValue> {
  const kind = is("flowspec");
  const components = flowComponents(width);
  return vpn ? record({ kind, rd, components }) : record({ kind, components });
}

/** What a multicast flow may lack is absent. */
function flow<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  const ends = fc.record(
    { source: anyAddress, group: anyAddress },
    { requiredKeys: [], noNullPrototype: true },
  );
  return fc.tuple(record(model), ends).map(([rest, chosen]) => Object.assign(rest, chosen));
}

const tag = uint32;
const evpn: fc.Arbitrary<NlriValue> = fc.oneof(
  record({ kind: is("evpn"), routeType: is("ethernet-ad"), rd, esi, ethernetTag: tag, label: uint24 }),
  fc
    .tuple(
      record({
        kind: is("evpn"),
        routeType: is("mac-ip"),
        rd,
        esi,
        ethernetTag: tag,
        mac: octets(6),
        label: uint24,
      }),
      fc.record({ ip: anyAddress, label2: uint24 }, { requiredKeys: [], noNullPrototype: true }),
    )
    .map(([route, more]) => Object.assign(route, more)),
  record({
    kind: is("evpn"),
    routeType: is("inclusive-multicast"),
    rd,
    ethernetTag: tag,
    originator: anyAddress,
  }),
  record({ kind: is("evpn"), routeType: is("ethernet-segment"), rd, esi, originator: anyAddress }),
  ...([4, 16] as const).map((width) =>
    record({
      kind: is("evpn"),
      routeType: is("ip-prefix"),
      rd,
      esi,
      ethernetTag: tag,
      prefix: ipPrefix(width),
      gateway: octets(width),
      label: uint24,
    }),
  ),
  flow({
    kind: is("evpn"),
    routeType: is("selective-multicast"),
    rd,
    ethernetTag: tag,
    originator: anyAddress,
    flags: uint8,
  }),
  flow({
    kind: is("evpn"),
    routeType: is("join-synch"),
    rd,
    esi,
    ethernetTag: tag,
    originator: anyAddress,
    flags: uint8,
  }),
  flow({
    kind: is("evpn"),
    routeType: is("leave-synch"),
    rd,
    esi,
    ethernetTag: tag,
    originator: anyAddress,
    sequence: uint32,
    maxResponseTime: uint8,
    flags: uint8,
  }),
  flow({
    kind: is("evpn"),
    routeType: is("leave-synch"),
    rd,
    esi,
    ethernetTag: tag,
    originator: anyAddress,
    sequence: uint32,
    maxResponseTime: uint8,
  }),
  record({ kind: is("evpn"), routeType: is("per-region-i-pmsi"), rd, ethernetTag: tag, region: octets(8) }),
  flow({ kind: is("evpn"), routeType: is("s-pmsi"), rd, ethernetTag: tag, originator: anyAddress }),
  // Of a key that itself might end in an address the end is no sign: an IPv6 originator behind other octets.
  record({
    kind: is("evpn"),
    routeType: is("leaf"),
    routeKey: someOctets(30, 1),
    originator: octets(4),
  }),
  record({
    kind: is("evpn"),
    routeType: is("unknown"),
    code: fc.integer({ min: 12, max: 255 }),
    value: someOctets(40),
  }),
);

const routeKey = fc
  .tuple(uint8, someOctets(30))
  .map(([type, value]) => Uint8Array.of(type, value.length, ...value));
const mcastVpn: fc.Arbitrary<NlriValue> = fc.oneof(
  record({ kind: is("mcast-vpn"), routeType: is("intra-as-i-pmsi"), rd, originator: anyAddress }),
  record({ kind: is("mcast-vpn"), routeType: is("inter-as-i-pmsi"), rd, sourceAs: uint32 }),
  flow({ kind: is("mcast-vpn"), routeType: is("s-pmsi"), rd, originator: anyAddress }),
  record({ kind: is("mcast-vpn"), routeType: is("leaf"), routeKey, originator: anyAddress }),
  flow({ kind: is("mcast-vpn"), routeType: is("source-active"), rd }),
  flow({
    kind: is("mcast-vpn"),
    routeType: fc.constantFrom("shared-tree-join" as const, "source-tree-join" as const),
    rd,
    sourceAs: uint32,
  }),
  record({
    kind: is("mcast-vpn"),
    routeType: is("unknown"),
    code: fc.integer({ min: 8, max: 255 }),
    value: someOctets(40),
  }),
);

function mup(width: 4 | 16): fc.Arbitrary<NlriValue> {
  const kind = is("mup");
  const session = {
    kind,
    routeType: is("type-1-session-transformed"),
    rd,
    prefix: ipPrefix(width),
    teid: uint32,
    qfi: uint8,
    endpoint: anyAddress,
  };
  return fc.oneof(
    record({ kind, routeType: is("interwork-segment"), rd, prefix: ipPrefix(width) }),
    record({ kind, routeType: is("direct-segment"), rd, address: octets(width) }),
    record(session),
    record({ ...session, source: anyAddress }),
    fc
      .tuple(rd, anyAddress, fc.nat(32), octets(4))
      .map(([distinguisher, endpoint, teidLength, teid]): NlriValue => ({
        kind: "mup",
        routeType: "type-2-session-transformed",
        rd: distinguisher,
        endpoint,
        teid: new DataView(cleared(teid, teidLength).buffer).getUint32(0),
        teidLength,
      })),
    record({
      kind,
      routeType: is("unknown"),
      architecture: uint8,
      code: fc.integer({ min: 5, max: 0xffff }),
      value: someOctets(40),
    }),
  );
}

const unknownTlv = record({
  type: is("unknown"),
  code: fc.integer({ min: 40000, max: 65535 }),
  value: someOctets(12),
});
const nodes: fc.Arbitrary<NodeDescriptor[]> = fc.array(
  fc.oneof(
    record({ type: is("autonomous-system"), value: uint32 }),
    record({ type: is("bgp-ls-identifier"), value: uint32 }),
    record({ type: is("ospf-area-id"), value: octets(4) }),
    record({ type: is("igp-router-id"), value: fc.oneof(octets(4), octets(6), octets(7), octets(8)) }),
    record({ type: is("bgp-router-id"), value: octets(4) }),
    record({ type: is("confederation-member"), value: uint32 }),
    unknownTlv,
  ),
  { maxLength: 4 },
);
const objects: fc.Arbitrary<LinkStateDescriptor[]> = fc.array(
  fc.oneof(
    record({ type: is("link-identifiers"), value: record({ local: uint32, remote: uint32 }) }),
    record({
      type: fc.constantFrom("ipv4-interface-address" as const, "ipv4-neighbor-address" as const),
      value: octets(4),
    }),
    record({
      type: fc.constantFrom("ipv6-interface-address" as const, "ipv6-neighbor-address" as const),
      value: octets(16),
    }),
    record({ type: is("multi-topology-ids"), value: fc.array(uint16, { maxLength: 3 }) }),
    record({ type: is("ospf-route-type"), value: uint8 }),
    fc.integer({ min: 0, max: 128 }).chain((length) =>
      record({
        type: is("ip-reachability"),
        value: record({ length: fc.constant(length), octets: octets((length + 7) >>> 3) }),
      }),
    ),
    record({ type: is("srv6-sid"), value: octets(16) }),
    record({
      type: is("sr-policy-candidate-path"),
      value: record({
        protocolOrigin: uint8,
        flags: fc.nat(0x3f),
        reserved: uint16,
        endpoint: anyAddress,
        color: uint32,
        originatorAs: uint32,
        originator: anyAddress,
        discriminator: uint32,
      }),
    }),
    record({
      type: is("link-msd"),
      value: fc.array(record({ type: uint8, value: uint8 }), { maxLength: 3 }),
    }),
    unknownTlv,
  ),
  { maxLength: 5 },
);

function linkState(vpn: boolean): fc.Arbitrary<NlriValue> {
  const head = {
    kind: is("link-state"),
    protocol: uint8,
    identifier: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    localNode: nodes,
    ...(vpn ? { rd } : {}),
  };
  return fc.oneof<fc.Arbitrary<NlriValue>[]>(
    record({ ...head, type: is("node") }),
    record({ ...head, type: is("link"), remoteNode: nodes, descriptors: objects }),
    record({
      ...head,
      type: fc.constantFrom(
        "ipv4-prefix" as const,
        "ipv6-prefix" as const,
        "srv6-sid" as const,
        "candidate-path" as const,
      ),
      descriptors: objects,
    }),
    record({
      kind: head.kind,
      ...(vpn ? { rd } : {}),
      type: is("unknown"),
      code: fc.integer({ min: 7, max: 0xffff }),
      value: someOctets(40),
    }),
  );
}

const rtConstraint: fc.Arbitrary<NlriValue> = fc
  .tuple(fc.oneof(is(0), fc.integer({ min: 32, max: 96 })), octets(12))
  .map(([length, value]) => {
    const kept = cleared(value, length);
    const originAs = new DataView(kept.buffer).getUint32(0);
    return { kind: "rt-constraint", length, originAs, routeTarget: kept.slice(4) };
  });

const vpls: fc.Arbitrary<NlriValue> = fc.oneof(
  record({ kind: is("vpls"), rd, veId: uint16, blockOffset: uint16, blockSize: uint16, labelBase: uint24 }),
  record({ kind: is("vpls-discovery"), rd, peAddress: octets(4) }),
);

const srPolicy = (width: 4 | 16): fc.Arbitrary<NlriValue> =>
  record({ kind: is("sr-policy"), distinguisher: uint32, color: uint32, endpoint: octets(width) });

/** What an NLRI of a family may say; undefined for a family without a codec. */
export function nlriValue(family: Family): fc.Arbitrary<NlriValue> | undefined {
  if (familyCodec(family) === undefined) return undefined;
  switch (family) {
    case IPV4_LABELLED_UNICAST:
      return record({ kind: is("labelled"), labels, prefix: ipPrefix(4) });
    case IPV6_LABELLED_UNICAST:
      return record({ kind: is("labelled"), labels, prefix: ipPrefix(16) });
    case IPV4_VPN:
      return record({ kind: is("vpn"), labels, rd, prefix: ipPrefix(4) });
    case IPV6_VPN:
      return record({ kind: is("vpn"), labels, rd, prefix: ipPrefix(16) });
    case IPV4_FLOWSPEC:
      return flowSpec(4, false);
    case IPV6_FLOWSPEC:
      return flowSpec(16, false);
    case IPV4_VPN_FLOWSPEC:
      return flowSpec(4, true);
    case IPV6_VPN_FLOWSPEC:
      return flowSpec(16, true);
    case L2VPN_EVPN:
      return evpn;
    case L2VPN_VPLS:
      return vpls;
    case IPV4_MCAST_VPN:
    case IPV6_MCAST_VPN:
      return mcastVpn;
    case ROUTE_TARGET_CONSTRAINT:
      return rtConstraint;
    case LINK_STATE:
      return linkState(false);
    case LINK_STATE_VPN:
      return linkState(true);
    case IPV4_SR_POLICY:
      return srPolicy(4);
    case IPV6_SR_POLICY:
      return srPolicy(16);
    case IPV4_MUP:
      return mup(4);
    case IPV6_MUP:
      return mup(16);
    case IPV4_UNICAST:
    case IPV4_MULTICAST:
      return record({ kind: is("prefix"), prefix: ipPrefix(4) });
    default:
      return record({ kind: is("prefix"), prefix: ipPrefix(16) });
  }
}
