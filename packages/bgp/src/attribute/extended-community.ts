import { formatIPv4 } from "../address.ts";
import { readUint16, readUint24, readUint32, toHex } from "../bytes.ts";
import { formatMac } from "../mac.ts";

/** What an extended community says: its name, and its fields in the order of the wire. */
export interface ExtendedCommunity {
  readonly name: string;
  readonly fields: Readonly<Record<string, number | string | boolean>>;
}

type Fields = ExtendedCommunity["fields"];
type Reader = (value: Uint8Array) => Fields;

/** Where the administrator stands in front of a number that it has assigned (RFC 4360 section 3, RFC 5668). */
const KINDS = [
  (value) => ({ asn: readUint16(value, 2), value: readUint32(value, 4) }),
  (value) => ({ address: formatIPv4(value, 2), value: readUint16(value, 6) }),
  (value) => ({ asn: readUint32(value, 2), value: readUint16(value, 6) }),
] as const satisfies readonly Reader[];
const ADMINISTRATORS: ReadonlyMap<number, Reader> = new Map<number, Reader>([...KINDS.entries()]);
const rest: Reader = (value) => ({ octets: toHex(value, 2) });

/** Subtypes that have the same meaning under each of the three administrators, 0x00 to 0x02. */
const ADMINISTERED: ReadonlyMap<number, string> = new Map([
  [0x02, "target"],
  [0x03, "origin"],
  [0x05, "ospf-domain"],
  [0x08, "bgp-data-collection"],
  [0x09, "source-as"],
  [0x0a, "l2vpn-identifier"],
  [0x10, "vpn-distinguisher"],
  [0x13, "route-target-record"],
]);

/** FlowSpec's redirection to a VRF, of which the three administrators have the types 0x80 to 0x82 (RFC 8955 section 7.4). */
const REDIRECT = 0x08;
const EXPERIMENTAL = 0x80;

function float(value: Uint8Array, offset: number): number {
  return new DataView(value.buffer, value.byteOffset).getFloat32(offset);
}

const asnRate: Reader = (value) => ({ asn: readUint16(value, 2), rate: float(value, 4) });
const address: Reader = (value) => ({ address: formatIPv4(value, 2), value: readUint16(value, 6) });
const interfaceSet: Reader = (value) => ({
  asn: readUint32(value, 2),
  direction: value[6]! >>> 6,
  group: readUint16(value, 6) & 0x3fff,
});
const TRAFFIC_ACTION = { terminal: 1, sample: 2 } as const;

/** By type and subtype, each where it is defined. */
const KNOWN: ReadonlyMap<number, readonly [name: string, read: Reader]> = new Map([
  // draft-ietf-idr-link-bandwidth: octets a second
  [0x0004, ["bandwidth", (value) => ({ asn: readUint16(value, 2), octetsPerSecond: float(value, 4) })]],
  [0x4004, ["bandwidth", (value) => ({ asn: readUint16(value, 2), octetsPerSecond: float(value, 4) })]],
  // RFC 4577, RFC 6514 section 7, draft-ietf-idr-flowspec-redirect-ip
  [0x0107, ["ospf-router", (value) => ({ address: formatIPv4(value, 2) })]],
  [0x010b, ["vrf-import", address]],
  [0x010c, ["redirect-ip", (value) => ({ address: formatIPv4(value, 2), copy: (value[7]! & 1) !== 0 })]],
  [0x0800, ["redirect-next-hop", (value) => ({ copy: (value[7]! & 1) !== 0 })]],
  [
    0x0306,
    [
      "ospf-route-type",
      (value) => ({ area: formatIPv4(value, 2), routeType: value[6]!, options: value[7]! }),
    ],
  ],
  // RFC 9012 sections 4.1 and 4.3, RFC 7432 section 7.8
  [0x0303, ["cp-orf", rest]],
  [0x0304, ["extranet-source", rest]],
  [0x0305, ["extranet-separation", rest]],
  [0x0307, ["pmsi-flags", rest]],
  [0x0308, ["context-label-space", (value) => ({ idType: readUint16(value, 2), id: readUint32(value, 4) })]],
  [0x030b, ["color", (value) => ({ flags: readUint16(value, 2), color: readUint32(value, 4) })]],
  [0x030c, ["encapsulation", (value) => ({ tunnelType: readUint16(value, 6) })]],
  [0x030d, ["default-gateway", () => ({})]],
  // RFC 8097
  [
    0x4300,
    ["validation-state", (value) => ({ state: VALIDATION_STATES[value[7]!] ?? `state ${value[7]!}` })],
  ],
  // RFC 7432 section 7, RFC 8214, RFC 8317, RFC 8584, RFC 9047, RFC 9135, RFC 9251
  [0x0600, ["mac-mobility", (value) => ({ sticky: (value[2]! & 1) !== 0, sequence: readUint32(value, 4) })]],
  [0x0601, ["esi-label", (value) => ({ singleActive: (value[2]! & 1) !== 0, label: readUint24(value, 5) })]],
  [0x0602, ["es-import", (value) => ({ mac: formatMac(value.subarray(2)) })]],
  [0x0603, ["router-mac", (value) => ({ mac: formatMac(value.subarray(2)) })]],
  [0x0604, ["l2-attributes", (value) => ({ flags: readUint16(value, 2), mtu: readUint16(value, 4) })]],
  [0x0605, ["e-tree", (value) => ({ leaf: (value[2]! & 1) !== 0, label: readUint24(value, 5) })]],
  [
    0x0606,
    [
      "df-election",
      (value) => ({
        algorithm: value[2]! & 0x1f,
        bitmap: readUint16(value, 3),
        preference: readUint16(value, 6),
      }),
    ],
  ],
  [0x0608, ["arp-nd", (value) => ({ flags: value[2]! })]],
  [0x0609, ["multicast-flags", (value) => ({ flags: readUint16(value, 2) })]],
  [
    0x060f,
    ["service-carving-time", (value) => ({ seconds: readUint32(value, 2), fraction: readUint16(value, 6) })],
  ],
  // RFC 9251 section 9.5: route targets of instances, by the type that they have as such; RFC 9744
  [0x060a, ["evi-target", KINDS[0]]],
  [0x060b, ["evi-target", KINDS[1]]],
  [0x060c, ["evi-target", KINDS[2]]],
  [0x060d, ["evi-target-ipv6", rest]],
  [0x060e, ["attachment-circuit", rest]],
  [0x0615, ["target-derived", rest]],
  [0x0610, ["evpn-bandwidth", (value) => ({ units: value[2]!, weight: readUint32(value, 4) })]],
  // RFC 8955 section 7, RFC 4761 section 3.2.4, draft-ietf-idr-flowspec-interfaceset
  [0x8006, ["rate-limit", asnRate]],
  [0x800c, ["rate-limit-packets", asnRate]],
  [
    0x8007,
    [
      "traffic-action",
      (value) => ({
        terminal: (value[7]! & TRAFFIC_ACTION.terminal) !== 0,
        sample: (value[7]! & TRAFFIC_ACTION.sample) !== 0,
      }),
    ],
  ],
  [0x8009, ["mark", (value) => ({ dscp: value[7]! & 0x3f })]],
  [
    0x800a,
    [
      "l2info",
      (value) => ({
        encapsulation: value[2]!,
        control: value[3]!,
        mtu: readUint16(value, 4),
        preference: readUint16(value, 6),
      }),
    ],
  ],
  [0x0702, ["interface-set", interfaceSet]],
  [0x4702, ["interface-set", interfaceSet]],
  // draft-ietf-idr-flowspec-path-redirect, RFC 9832 section 4.3, RFC 9015 section 7.4
  [
    0x0900,
    ["indirection-id", (value) => ({ flags: value[2]!, idType: value[3]!, id: readUint32(value, 4) })],
  ],
  [0x0a02, ["transport-class", (value) => ({ class: readUint32(value, 4) })]],
  [0x4a02, ["transport-class", (value) => ({ class: readUint32(value, 4) })]],
  [0x0b01, ["sfir-pool", rest]],
  [0x0b02, ["mpls-mixed-labels", rest]],
  // draft-ietf-bess-mup-safi
  [0x0c00, ["mup-segment", (value) => ({ segment2: readUint16(value, 2), segment4: readUint32(value, 4) })]],
]);

const VALIDATION_STATES: readonly string[] = ["valid", "not-found", "invalid"];

/** What one of eight octets says; undefined for a type that has no name here. */
export function describeExtendedCommunity(value: Uint8Array): ExtendedCommunity | undefined {
  const type = value[0]!;
  const subtype = value[1]!;
  const known = KNOWN.get(readUint16(value, 0));
  if (known !== undefined) return { name: known[0], fields: known[1](value) };
  const administered = ADMINISTRATORS.get(type);
  const name = ADMINISTERED.get(subtype);
  if (administered !== undefined && name !== undefined) return { name, fields: administered(value) };
  const redirect = subtype === REDIRECT ? ADMINISTRATORS.get(type - EXPERIMENTAL) : undefined;
  return redirect && { name: "redirect", fields: redirect(value) };
}

/**
 * One extended community of eight octets: `target:65000:1` and `origin:192.0.2.1:1` (RFC 4360 sections 4
 * and 5), `bandwidth:65000:1250000` in octets a second, `rate-limit:0:0`, `color:0:100`,
 * `router-mac:02:00:5e:00:53:01`; of flags those that are set, by name (`traffic-action:sample`); anything
 * without a name in hexadecimal with `0x`.
 */
export function formatExtendedCommunity(value: Uint8Array): string {
  const community = describeExtendedCommunity(value);
  if (community === undefined) return `0x${toHex(value)}`;
  const parts = Object.entries(community.fields).flatMap(([name, field]) => {
    if (typeof field !== "boolean") return [String(field)];
    return field ? [name] : [];
  });
  return [community.name, ...parts].join(":");
}

/** Bit 6 of the type: it stays inside the AS (RFC 4360 section 2). */
export function isTransitiveExtendedCommunity(value: Uint8Array): boolean {
  return (value[0]! & 0x40) === 0;
}
