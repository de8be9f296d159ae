import { address, type FieldValue, octets, text, uint, uints } from "../tlv/field.ts";
import { struct, withOptional, withRest } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { prefixSidTlvs } from "./prefix-sid.ts";

const RESERVED = { flags: 1, reserved: 1 } as const;
/** The egress of a tunnel: of AFI 0, with no address, the next hop (RFC 9012 section 3.1). */
const egress = withRest({ reserved: 4, afi: 2 }, "address", address(0, 4, 16));

/** RFC 9830 section 2.4.4.2.4, RFC 9831: an SRv6 endpoint behavior and the widths of the SID's parts, bits. */
const endpointBehavior = struct({
  behavior: 2,
  reserved: 2,
  locatorBlock: 1,
  locatorNode: 1,
  function: 1,
  argument: 1,
});
export type EndpointBehavior = FieldValue<typeof endpointBehavior>;

const ADDRESS = [16, address(16)] as const;
const IPV4 = [4, address(4)] as const;
const BEHAVIOR = [8, endpointBehavior] as const;
/** A label stack entry, where the headend is told what the node or adjacency is known by. */
const LABEL = { sid: 4 } as const;
/** An SRv6 SID, and what it is. */
const SRV6 = { sid: ADDRESS, behavior: BEHAVIOR } as const;

const ALGORITHM = { flags: 1, algorithm: 1 } as const;
/** Both ends of a link that has no global addresses. */
const INTERFACES = { localInterface: 4, local: ADDRESS, remoteInterface: 4, remote: ADDRESS } as const;

/** A SID, behind flags, and an endpoint behavior if more octets follow. */
const srv6Segment = withOptional({ ...RESERVED, sid: ADDRESS }, { behavior: BEHAVIOR });
export type Srv6Segment = FieldValue<typeof srv6Segment>;

/** A binding SID: none, an MPLS label stack entry in 4 octets, or an SRv6 SID in 16. */
const bindingSid = withRest(RESERVED, "sid", octets(0, 4, 16));

/** RFC 9830 section 2.4.4.2, RFC 9831: the hops of a segment list. */
const SEGMENTS = {
  /** Type A: a label stack entry in 4 octets. */
  "mpls-label": { code: 1, field: struct({ ...RESERVED, label: 4 }) },
  /** Type B. */
  "srv6-sid": { code: 13, field: srv6Segment },
  weight: { code: 9, field: struct({ ...RESERVED, weight: 4 }) },
  /** Type C: an IPv4 node, and the algorithm. */
  "ipv4-node": { code: 3, field: withOptional({ ...ALGORITHM, node: IPV4 }, LABEL) },
  /** Type D. */
  "ipv6-node": { code: 4, field: withOptional({ ...ALGORITHM, node: ADDRESS }, LABEL) },
  /** Type E. */
  "ipv4-node-interface": { code: 5, field: withOptional({ ...RESERVED, interface: 4, node: IPV4 }, LABEL) },
  /** Type F. */
  "ipv4-adjacency": { code: 6, field: withOptional({ ...RESERVED, local: IPV4, remote: IPV4 }, LABEL) },
  /** Type G. */
  "ipv6-node-interface": { code: 7, field: withOptional({ ...RESERVED, ...INTERFACES }, LABEL) },
  /** Type H. */
  "ipv6-adjacency": { code: 8, field: withOptional({ ...RESERVED, local: ADDRESS, remote: ADDRESS }, LABEL) },
  /** Type I. */
  "ipv6-node-srv6": { code: 14, field: withOptional({ ...ALGORITHM, node: ADDRESS }, SRV6) },
  /** Type J. */
  "ipv6-interface-srv6": { code: 15, field: withOptional({ ...ALGORITHM, ...INTERFACES }, SRV6) },
  /** Type K. */
  "ipv6-adjacency-srv6": {
    code: 16,
    field: withOptional({ ...ALGORITHM, local: ADDRESS, remote: ADDRESS }, SRV6),
  },
} as const;
const segmentTlvs = new TlvList({ codeWidth: 1, lengthWidth: 1 }, SEGMENTS);
export type SegmentTlv = TlvOf<typeof SEGMENTS>;

const reservedName = withRest({ reserved: 1 }, "name", text);

const TLVS = {
  /** As the tunnel's type says, RFC 9012 section 3.2. */
  encapsulation: { code: 1, field: octets() },
  "protocol-type": { code: 2, field: uint(2) },
  /** A color extended community, RFC 9012 section 3.4.2. */
  color: { code: 4, field: octets(8) },
  "load-balancing-block": { code: 5, field: uint(2) },
  "egress-endpoint": { code: 6, field: egress },
  "ds-field": { code: 7, field: uint(1) },
  "udp-destination-port": { code: 8, field: uint(2) },
  "embedded-label-handling": { code: 9, field: uint(1) },
  /** Label stack entries. */
  "mpls-label-stack": { code: 10, field: uints(4) },
  "prefix-sid": { code: 11, field: prefixSidTlvs },
  /** From here on RFC 9830 section 2.4. */
  preference: { code: 12, field: struct({ ...RESERVED, preference: 4 }) },
  "binding-sid": { code: 13, field: bindingSid },
  /** Explicit null label policy. */
  enlp: { code: 14, field: struct({ ...RESERVED, enlp: 1 }) },
  priority: { code: 15, field: struct({ priority: 1, reserved: 1 }) },
  "srv6-binding-sid": { code: 20, field: srv6Segment },
  "segment-list": { code: 128, field: withRest({ reserved: 1 }, "segments", segmentTlvs) },
  "candidate-path-name": { code: 129, field: reservedName },
  "policy-name": { code: 130, field: reservedName },
} as const;

/** From this type on a sub-TLV's length takes two octets (RFC 9012 section 2). */
const FIRST_LONG = 128;

export type TunnelTlv = TlvOf<typeof TLVS>;
export const tunnelTlvs = new TlvList(
  { codeWidth: 1, lengthWidth: (code) => (code < FIRST_LONG ? 1 : 2) },
  TLVS,
);
