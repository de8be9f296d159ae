import {
  AFI_IPV4,
  AFI_IPV6,
  type Attribute,
  familyOf,
  type Family,
  type FlowComponent,
  FlowOperator,
  formatAddress,
  formatRouteDistinguisher,
  type IpPrefix,
  L2VPN_EVPN,
  labelField,
  type NlriValue,
} from "@netferry/bgp";
import fc from "fast-check";

/** A route as GoBGP's command line has it, and what it must lead to. */
export interface GobgpRoute {
  readonly kind: string;
  /** Behind `gobgp global rib add`. */
  readonly words: readonly string[];
  readonly family: Family;
  readonly value: NlriValue;
  /** As MP_REACH_NLRI or NEXT_HOP has it. */
  readonly nextHop: Uint8Array;
  /** Beside ORIGIN, AS_PATH and LOCAL_PREF, or instead of them. */
  readonly attributes: readonly Attribute[];
}

type Width = 4 | 16;
const MAX_UINT32 = 0xffffffff;
const SAFI_UNICAST = 1;
const SAFI_LABELLED = 4;
const SAFI_MUP = 85;
const SAFI_VPN = 128;
const SAFI_FLOWSPEC = 133;

const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const uint16 = fc.integer({ min: 1, max: 0xffff });
const uint32 = fc.integer({ min: 1, max: MAX_UINT32 });
const label = fc.integer({ min: 16, max: 0xfffff });
/** Neither all zero nor an address that embeds an IPv4 one. */
const address = (width: Width): fc.Arbitrary<Uint8Array> =>
  octets(width).map((bytes) => {
    bytes[0] = width === 4 ? 1 + (bytes[0]! % 223) : 0x20;
    return bytes;
  });

function prefix(width: Width): fc.Arbitrary<IpPrefix> {
  return fc.tuple(address(width), fc.integer({ min: 1, max: 8 * width })).map(([bytes, length]) => ({
    length,
    address: bytes.map((octet, index) => {
      const kept = Math.max(0, Math.min(8, length - 8 * index));
      return octet & (0xff << (8 - kept));
    }),
  }));
}
const prefixText = (one: IpPrefix): string => `${formatAddress(one.address)}/${one.length}`;

/** Of types 0 and 1. */
const rd = fc
  .tuple(fc.integer({ min: 0, max: 1 }), octets(6))
  .map(([type, rest]) => Uint8Array.of(0, type, ...rest));
const VPN_HOP_ZEROES = 8;
const vpnHop = (hop: Uint8Array): Uint8Array => Uint8Array.of(...new Uint8Array(VPN_HOP_ZEROES), ...hop);

/** `rt 65000:1`, and its extended community. */
const routeTarget = fc.tuple(uint16, uint32).map(([asn, number]) => ({
  text: `${asn}:${number}`,
  value: Uint8Array.of(
    0,
    2,
    asn >>> 8,
    asn & 0xff,
    ...new Uint8Array([number >>> 24, number >>> 16, number >>> 8, number]),
  ),
}));
const extended = (...values: Uint8Array[]): Attribute => ({ type: "extended-communities", values });

interface Told {
  readonly words: string[];
  readonly attributes: Attribute[];
}

/** The attributes that the command line has words for. */
const told: fc.Arbitrary<Told> = fc
  .record(
    {
      origin: fc.constantFrom("igp", "egp", "incomplete"),
      aspath: fc.array(uint32, { minLength: 1, maxLength: 4 }),
      med: uint32,
      localPref: uint32,
      communities: fc.uniqueArray(fc.tuple(uint16, uint16), { minLength: 1, maxLength: 3 }),
      aigp: uint32,
      large: fc.tuple(uint32, uint32, uint32),
      aggregator: fc.tuple(uint32, address(4)),
    },
    { requiredKeys: [] },
  )
  .map((all) => {
    const words: string[] = [];
    const attributes: Attribute[] = [];
    if (all.origin !== undefined) {
      words.push("origin", all.origin);
      attributes.push({ type: "origin", origin: all.origin });
    }
    if (all.aspath !== undefined) {
      words.push("aspath", all.aspath.join(","));
      attributes.push({ type: "as-path", segments: [{ type: "sequence", asns: all.aspath }] });
    }
    if (all.med !== undefined) {
      words.push("med", `${all.med}`);
      attributes.push({ type: "multi-exit-disc", value: all.med });
    }
    if (all.localPref !== undefined) {
      words.push("local-pref", `${all.localPref}`);
      attributes.push({ type: "local-pref", value: all.localPref });
    }
    if (all.communities !== undefined) {
      words.push("community", all.communities.map(([high, low]) => `${high}:${low}`).join(","));
      const values = all.communities.map(([high, low]) => high * 0x10000 + low);
      attributes.push({ type: "communities", values });
    }
    if (all.aigp !== undefined) {
      words.push("aigp", "metric", `${all.aigp}`);
      attributes.push({ type: "aigp", tlvs: [{ type: "metric", value: BigInt(all.aigp) }] });
    }
    if (all.large !== undefined) {
      const [globalAdministrator, localData1, localData2] = all.large;
      words.push("large-community", all.large.join(":"));
      attributes.push({
        type: "large-communities",
        values: [{ globalAdministrator, localData1, localData2 }],
      });
    }
    if (all.aggregator !== undefined) {
      const [asn, from] = all.aggregator;
      words.push("aggregator", `${asn}:${formatAddress(from)}`);
      attributes.push({ type: "aggregator", asn, address: from });
    }
    return { words, attributes };
  });

function prefixRoutes(width: Width): Readonly<Record<string, fc.Arbitrary<Omit<GobgpRoute, "kind">>>> {
  const afi = width === 4 ? AFI_IPV4 : AFI_IPV6;
  const ip = width === 4 ? "ipv4" : "ipv6";
  const vpn = width === 4 ? "vpnv4" : "vpnv6";
  const parts = fc.record({ prefix: prefix(width), hop: address(width), label, rd, rt: routeTarget, told });
  return {
    [`${ip} unicast`]: parts.map((one) => ({
      words: ["-a", ip, prefixText(one.prefix), "nexthop", formatAddress(one.hop), ...one.told.words],
      family: familyOf(afi, SAFI_UNICAST),
      value: { kind: "prefix", prefix: one.prefix },
      nextHop: one.hop,
      attributes: one.told.attributes,
    })),
    [`${ip} labelled`]: parts.map((one) => ({
      words: [
        "-a",
        `${ip}-mpls`,
        prefixText(one.prefix),
        `${one.label}`,
        "nexthop",
        formatAddress(one.hop),
      ].concat(one.told.words),
      family: familyOf(afi, SAFI_LABELLED),
      value: { kind: "labelled", labels: [labelField(one.label, true)], prefix: one.prefix },
      nextHop: one.hop,
      attributes: one.told.attributes,
    })),
    [`${ip} vpn`]: parts.map((one) => ({
      words: [
        "-a",
        vpn,
        prefixText(one.prefix),
        "label",
        `${one.label}`,
        "rd",
        formatRouteDistinguisher(one.rd),
      ].concat(["rt", one.rt.text, "nexthop", formatAddress(one.hop)], one.told.words),
      family: familyOf(afi, SAFI_VPN),
      value: { kind: "vpn", labels: [labelField(one.label, true)], rd: one.rd, prefix: one.prefix },
      nextHop: vpnHop(one.hop),
      attributes: [...one.told.attributes, extended(one.rt.value)],
    })),
  };
}

const OPERATORS = [
  ["==", FlowOperator.equal],
  [">", FlowOperator.greater],
  ["<", FlowOperator.less],
  [">=", FlowOperator.greater | FlowOperator.equal],
  ["<=", FlowOperator.less | FlowOperator.equal],
  ["!=", FlowOperator.greater | FlowOperator.less],
] as const;

type NumberType = "port" | "destination-port" | "source-port" | "icmp-type" | "icmp-code" | "packet-length";
const NUMBER_TYPES: readonly NumberType[] = [
  "port",
  "destination-port",
  "source-port",
  "icmp-type",
  "icmp-code",
  "packet-length",
];

/** One component of numbers, each a test, or two that must both hold. */
const numbers: fc.Arbitrary<{ words: string[]; component: FlowComponent }> = fc
  .constantFrom(...NUMBER_TYPES)
  .chain((type) => {
    const max = type.startsWith("icmp") ? 0xff : 0xffff;
    const one = fc.tuple(fc.constantFrom(...OPERATORS), fc.nat(max), fc.boolean());
    return fc.array(one, { minLength: 1, maxLength: 3 }).map((tests) => ({
      words: [
        type,
        tests
          .map(([[sign], number, and], index) => `${index > 0 ? (and ? "&" : " ") : ""}${sign}${number}`)
          .join(""),
      ],
      component: {
        type,
        tests: tests.map(([[, operator], number, and], index) => ({
          and: index > 0 && and,
          operator,
          value: { octets: number <= 0xff ? 1 : 2, number },
        })),
      },
    }));
  });

function rate(value: number, packets = false): Uint8Array {
  const bytes = Uint8Array.of(0x80, packets ? 0x0c : 0x06, 0, 0, 0, 0, 0, 0);
  new DataView(bytes.buffer).setFloat32(4, value);
  return bytes;
}
const flowAction = fc.oneof(
  fc.constant({ words: ["discard"], value: rate(0) }),
  uint32.map((limit) => ({ words: ["rate-limit", `${limit}`], value: rate(limit) })),
  fc.nat(0x3f).map((dscp) => ({
    words: ["mark", `${dscp}`],
    value: Uint8Array.of(0x80, 0x09, 0, 0, 0, 0, 0, dscp),
  })),
  routeTarget.map((rt) => ({
    words: ["redirect", rt.text],
    value: Uint8Array.of(0x80, 0x08, ...rt.value.subarray(2)),
  })),
);

const matchOf = (to: IpPrefix, words: readonly string[]): string[] => [
  "match",
  "destination",
  prefixText(to),
  ...words,
];
const componentsOf = (to: IpPrefix, component: FlowComponent): FlowComponent[] => [
  { type: "destination", prefix: to, offset: 0 },
  component,
];

function flowRoutes(width: Width): Readonly<Record<string, fc.Arbitrary<Omit<GobgpRoute, "kind">>>> {
  const afi = width === 4 ? AFI_IPV4 : AFI_IPV6;
  const ip = width === 4 ? "ipv4" : "ipv6";
  const parts = fc.record({ destination: prefix(width), numbers, rd, action: flowAction });
  return {
    [`${ip} flowspec`]: parts.map((one) => ({
      words: [
        "-a",
        `${ip}-flowspec`,
        ...matchOf(one.destination, one.numbers.words),
        "then",
        ...one.action.words,
      ],
      family: familyOf(afi, SAFI_FLOWSPEC),
      value: { kind: "flowspec", components: componentsOf(one.destination, one.numbers.component) },
      nextHop: new Uint8Array(0),
      attributes: [extended(one.action.value)],
    })),
    [`${ip} flowspec vpn`]: parts.map((one) => ({
      words: ["-a", `${ip}-l3vpn-flowspec`, "rd", formatRouteDistinguisher(one.rd)].concat(
        matchOf(one.destination, one.numbers.words),
        ["then"],
        one.action.words,
      ),
      family: familyOf(afi, SAFI_FLOWSPEC + 1),
      value: {
        kind: "flowspec",
        rd: one.rd,
        components: componentsOf(one.destination, one.numbers.component),
      },
      nextHop: new Uint8Array(0),
      attributes: [extended(one.action.value)],
    })),
  };
}

const SINGLE_HOMED = new Uint8Array(10);
const ESI_ARBITRARY_LENGTH = 9;
const hexPairs = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join(":");

const esi = fc.oneof(
  fc.constant({ words: ["esi", "0"], value: SINGLE_HOMED }),
  octets(ESI_ARBITRARY_LENGTH).map((rest) => ({
    words: ["esi", "ARBITRARY", hexPairs(rest)],
    value: Uint8Array.of(0, ...rest),
  })),
);

function evpnRoutes(width: Width): Readonly<Record<string, fc.Arbitrary<Omit<GobgpRoute, "kind">>>> {
  const ip = width === 4 ? "ipv4" : "ipv6";
  const parts = fc.record({
    hop: address(4),
    ip: address(width),
    prefix: prefix(width),
    gateway: address(width),
    mac: octets(6),
    esi,
    tag: fc.nat(MAX_UINT32),
    label,
    rd,
    rt: routeTarget,
  });
  const kind = "evpn";
  type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;
  const route = (
    build: (one: Parts) => { words: readonly string[]; value: NlriValue },
  ): fc.Arbitrary<Omit<GobgpRoute, "kind">> =>
    parts.map((one) => {
      const { words, value } = build(one);
      const rdWords = ["rd", formatRouteDistinguisher(one.rd), "rt", one.rt.text];
      return {
        words: ["-a", "evpn", ...words, ...rdWords, "nexthop", formatAddress(one.hop)],
        family: L2VPN_EVPN,
        value,
        nextHop: one.hop,
        attributes: [extended(one.rt.value)],
      };
    });
  return {
    [`evpn a-d ${ip}`]: route(({ esi: segment, tag, label: number, rd: distinguisher }) => ({
      words: ["a-d", ...segment.words, "etag", `${tag}`, "label", `${number}`],
      value: {
        kind,
        routeType: "ethernet-ad",
        rd: distinguisher,
        esi: segment.value,
        ethernetTag: tag,
        label: labelField(number, true),
      },
    })),
    [`evpn macadv ${ip}`]: route((one) => ({
      words: ["macadv", hexPairs(one.mac), formatAddress(one.ip), ...one.esi.words].concat([
        "etag",
        `${one.tag}`,
        "label",
        `${one.label}`,
      ]),
      value: {
        kind,
        routeType: "mac-ip",
        rd: one.rd,
        esi: one.esi.value,
        ethernetTag: one.tag,
        mac: one.mac,
        ip: one.ip,
        label: labelField(one.label, true),
      },
    })),
    [`evpn multicast ${ip}`]: route((one) => ({
      words: ["multicast", formatAddress(one.ip), "etag", `${one.tag}`],
      value: { kind, routeType: "inclusive-multicast", rd: one.rd, ethernetTag: one.tag, originator: one.ip },
    })),
    [`evpn esi ${ip}`]: route((one) => ({
      words: ["esi", formatAddress(one.ip), ...one.esi.words],
      value: { kind, routeType: "ethernet-segment", rd: one.rd, esi: one.esi.value, originator: one.ip },
    })),
    [`evpn prefix ${ip}`]: route((one) => ({
      words: ["prefix", prefixText(one.prefix), "gw", formatAddress(one.gateway), ...one.esi.words].concat([
        "etag",
        `${one.tag}`,
        "label",
        `${one.label}`,
      ]),
      value: {
        kind,
        routeType: "ip-prefix",
        rd: one.rd,
        esi: one.esi.value,
        ethernetTag: one.tag,
        prefix: one.prefix,
        gateway: one.gateway,
        label: labelField(one.label, true),
      },
    })),
  };
}

function mupRoutes(width: Width): Readonly<Record<string, fc.Arbitrary<Omit<GobgpRoute, "kind">>>> {
  const afi = width === 4 ? AFI_IPV4 : AFI_IPV6;
  const ip = width === 4 ? "ipv4" : "ipv6";
  const parts = fc.record({
    hop: address(16),
    host: address(width),
    endpoint: address(width),
    teid: uint32,
    qfi: fc.nat(0x3f),
    rd,
    rt: routeTarget,
  });
  return {
    [`${ip} mup t1st`]: parts.map((one) => ({
      words: ["-a", `${ip}-mup`, "t1st", `${formatAddress(one.host)}/${8 * width}`, "rd"].concat(
        [formatRouteDistinguisher(one.rd), "rt", one.rt.text, "teid", `${one.teid}`, "qfi", `${one.qfi}`],
        ["endpoint", formatAddress(one.endpoint), "nexthop", formatAddress(one.hop)],
      ),
      family: familyOf(afi, SAFI_MUP),
      value: {
        kind: "mup",
        routeType: "type-1-session-transformed",
        rd: one.rd,
        prefix: { length: 8 * width, address: one.host },
        teid: one.teid,
        qfi: one.qfi,
        endpoint: one.endpoint,
      },
      nextHop: one.hop,
      attributes: [extended(one.rt.value)],
    })),
  };
}

/** So many routes of each kind that the command line knows. */
export function gobgpRoutes(seed: number, count: number): GobgpRoute[] {
  return ([4, 16] as const).flatMap((width) =>
    Object.entries({
      ...prefixRoutes(width),
      ...flowRoutes(width),
      ...evpnRoutes(width),
      ...mupRoutes(width),
    }).flatMap(([kind, routes]) =>
      fc
        .sample(routes, { seed: seed + width, numRuns: count })
        .map((route) => Object.assign({ kind }, route)),
    ),
  );
}
