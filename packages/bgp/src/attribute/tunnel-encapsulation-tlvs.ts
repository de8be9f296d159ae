import { EncodeError } from "../bytes.ts";
import { type Field, octets, text, uint, uints } from "../tlv/field.ts";
import { struct, withRest } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { prefixSidTlvs } from "./prefix-sid.ts";

const RESERVED = { flags: 1, reserved: 1 } as const;
/** The egress of a tunnel: of AFI 0, with no address, the next hop (RFC 9012 section 3.1). */
const egress = withRest({ reserved: 4, afi: 2 }, "address", octets(0, 4, 16));

/** RFC 9830 section 2.4.4.2.4, RFC 9831: an SRv6 endpoint behavior and the widths of the SID's parts, 8 octets. */
export interface EndpointBehavior {
  readonly behavior: number;
  readonly reserved: number;
  readonly locatorBlock: number;
  readonly locatorNode: number;
  readonly function: number;
  readonly argument: number;
}
const endpointBehavior = struct({
  behavior: 2,
  reserved: 2,
  locatorBlock: 1,
  locatorNode: 1,
  function: 1,
  argument: 1,
});

/** A SID, behind flags, and an endpoint behavior if more octets follow. */
export interface Srv6Segment {
  readonly flags: number;
  readonly reserved: number;
  readonly sid: Uint8Array;
  readonly behavior?: EndpointBehavior;
}

const srv6Segment: Field<Srv6Segment> = {
  read(bytes, start, end) {
    if (end - start !== 18 && end - start !== 26) return undefined;
    const behavior = end - start === 26 ? endpointBehavior.read(bytes, start + 18, end) : undefined;
    return {
      flags: bytes[start]!,
      reserved: bytes[start + 1]!,
      sid: bytes.slice(start + 2, start + 18),
      ...(behavior === undefined ? {} : { behavior }),
    };
  },
  write({ flags, reserved, sid, behavior }, out) {
    if (sid.length !== 16) throw new EncodeError(`an SRv6 SID has 16 octets, not ${sid.length}`);
    out.uint8(flags);
    out.uint8(reserved);
    out.bytes(sid);
    if (behavior !== undefined) endpointBehavior.write(behavior, out);
  },
};

/** A binding SID: none, an MPLS label stack entry in 4 octets, or an SRv6 SID in 16. */
const bindingSid = withRest(RESERVED, "sid", octets(0, 4, 16));

/** RFC 9830 section 2.4.4.2, RFC 9831: the hops of a segment list. */
const SEGMENTS = {
  /** Type A: a label stack entry in 4 octets. */
  "mpls-label": { code: 1, field: struct({ ...RESERVED, label: 4 }) },
  /** Type B. */
  "srv6-sid": { code: 13, field: srv6Segment },
  weight: { code: 9, field: struct({ ...RESERVED, weight: 4 }) },
  /** Types C to K by what they name a node or an adjacency by; behind flags and algorithm as their RFC says. */
  "ipv4-node": { code: 3, field: octets() },
  "ipv6-node": { code: 4, field: octets() },
  "ipv4-node-interface": { code: 5, field: octets() },
  "ipv4-adjacency": { code: 6, field: octets() },
  "ipv6-node-interface": { code: 7, field: octets() },
  "ipv6-adjacency": { code: 8, field: octets() },
  "ipv6-node-srv6": { code: 14, field: octets() },
  "ipv6-interface-srv6": { code: 15, field: octets() },
  "ipv6-adjacency-srv6": { code: 16, field: octets() },
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
