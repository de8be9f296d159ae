import { EncodeError, readUint16 } from "../bytes.ts";
import { address, type Field, float, octets, text, uint, uints } from "../tlv/field.ts";
import { OCTETS, recordOf, UINT16, UINT32, UINT8 } from "../tlv/shape.ts";
import { struct, withRest } from "../tlv/struct.ts";
import { TlvList } from "../tlv/tlv.ts";
import { LINK_STATE_FORM } from "./form.ts";
import { STRUCTURE } from "./sid-structure.ts";

const SRV6 = [16, address(16)] as const;

/** RFC 9857 section 5.1: both SIDs in 4 octets (a label stack entry), or both in 16 (SRv6). */
export interface PolicyBindingSid {
  readonly flags: number;
  readonly reserved: number;
  /** The one in use; zeros where there is none. */
  readonly sid: Uint8Array;
  /** The one that was asked for. */
  readonly specified: Uint8Array;
}

const policyBindingSid: Field<PolicyBindingSid> = {
  shape: recordOf({ flags: UINT16, reserved: UINT16, sid: OCTETS, specified: OCTETS }),
  read(bytes, start, end) {
    const width = (end - start - 4) / 2;
    if (width !== 4 && width !== 16) return undefined;
    return {
      flags: readUint16(bytes, start),
      reserved: readUint16(bytes, start + 2),
      sid: bytes.slice(start + 4, start + 4 + width),
      specified: bytes.slice(start + 4 + width, end),
    };
  },
  write({ flags, reserved, sid, specified }, out) {
    if (sid.length !== specified.length) throw new EncodeError("binding SIDs of different widths");
    out.uint16(flags);
    out.uint16(reserved);
    out.bytes(sid);
    out.bytes(specified);
  },
};

/** RFC 9857 section 5.6.1: bits of administrative groups, in words of 32. */
export interface AffinityConstraint {
  readonly reserved: number;
  readonly excludeAny: readonly number[];
  readonly includeAny: readonly number[];
  readonly includeAll: readonly number[];
}

const WORDS = { kind: "list", of: UINT32 } as const;
const words = uints(4);

const affinity: Field<AffinityConstraint> = {
  shape: recordOf({ reserved: UINT8, excludeAny: WORDS, includeAny: WORDS, includeAll: WORDS }),
  read(bytes, start, end) {
    if (end - start < 4) return undefined;
    const first = start + 4;
    const second = first + 4 * bytes[start]!;
    const third = second + 4 * bytes[start + 1]!;
    if (third + 4 * bytes[start + 2]! !== end) return undefined;
    return {
      reserved: bytes[start + 3]!,
      excludeAny: words.read(bytes, first, second) ?? [],
      includeAny: words.read(bytes, second, third) ?? [],
      includeAll: words.read(bytes, third, end) ?? [],
    };
  },
  write({ reserved, excludeAny, includeAny, includeAll }, out) {
    for (const group of [excludeAny, includeAny, includeAll]) out.uint8(group.length);
    out.uint8(reserved);
    for (const group of [excludeAny, includeAny, includeAll]) words.write(group, out);
  },
};

/** RFC 9857 section 5.6. */
const CONSTRAINTS = {
  "affinity-constraint": { code: 1208, field: affinity },
  "srlg-constraint": { code: 1209, field: uints(4) },
  /** Octets a second. */
  "bandwidth-constraint": { code: 1210, field: float },
  "disjoint-group-constraint": {
    code: 1211,
    field: withRest({ requestFlags: 1, statusFlags: 1, reserved: 2 }, "group", octets()),
  },
  "bidirectional-group-constraint": {
    code: 1214,
    field: withRest({ flags: 2, reserved: 2 }, "group", octets()),
  },
  "metric-constraint": {
    code: 1215,
    field: struct({ metricType: 1, flags: 1, reserved: 2, margin: 4, bound: 4 }),
  },
} as const;

/** Octets of what names a segment of types A to K, RFC 9857 section 5.8.1; the SID stands before it. */
const DESCRIPTOR_LENGTHS: readonly number[] = [0, 0, 0, 5, 17, 8, 8, 40, 32, 17, 41, 33];
/** Types that have an SRv6 SID: B, I, J, K. */
const SRV6_TYPES: ReadonlySet<number> = new Set([2, 9, 10, 11]);
/** The S flag: there is a SID. */
const SID_PRESENT = 0x8000;
const SEGMENT_HEAD = 4;
const segmentSubTlvs = new TlvList(LINK_STATE_FORM, STRUCTURE);

/** RFC 9857 section 5.8. */
export interface PolicySegment {
  /** 1 for type A to 11 for type K. */
  readonly segmentType: number;
  readonly reserved: number;
  readonly flags: number;
  /** A label stack entry or an SRv6 SID; nothing without the S flag. */
  readonly sid: Uint8Array;
  /** Algorithm, addresses and interfaces, as RFC 9857 section 5.8.1 orders them for the type. */
  readonly descriptor: Uint8Array;
  readonly subTlvs: ReturnType<typeof segmentSubTlvs.read> & object;
}

function sidWidth(segmentType: number, flags: number): number {
  if ((flags & SID_PRESENT) === 0) return 0;
  return SRV6_TYPES.has(segmentType) ? 16 : 4;
}

const policySegment: Field<PolicySegment> = {
  shape: recordOf({
    segmentType: UINT8,
    reserved: UINT8,
    flags: UINT16,
    sid: OCTETS,
    descriptor: OCTETS,
    subTlvs: segmentSubTlvs.shape,
  }),
  read(bytes, start, end) {
    if (end - start < SEGMENT_HEAD) return undefined;
    const segmentType = bytes[start]!;
    const flags = readUint16(bytes, start + 2);
    const descriptorAt = start + SEGMENT_HEAD + sidWidth(segmentType, flags);
    const tlvsAt = descriptorAt + (DESCRIPTOR_LENGTHS[segmentType] ?? end);
    const subTlvs = tlvsAt > end ? undefined : segmentSubTlvs.read(bytes, tlvsAt, end);
    return (
      subTlvs && {
        segmentType,
        reserved: bytes[start + 1]!,
        flags,
        sid: bytes.slice(start + SEGMENT_HEAD, descriptorAt),
        descriptor: bytes.slice(descriptorAt, tlvsAt),
        subTlvs,
      }
    );
  },
  write({ segmentType, reserved, flags, sid, descriptor, subTlvs }, out) {
    if (
      sid.length !== sidWidth(segmentType, flags) ||
      descriptor.length !== DESCRIPTOR_LENGTHS[segmentType]
    ) {
      throw new EncodeError(`a segment of type ${segmentType} has a SID or a descriptor of another length`);
    }
    out.uint8(segmentType);
    out.uint8(reserved);
    out.uint16(flags);
    out.bytes(sid);
    out.bytes(descriptor);
    segmentSubTlvs.write(subTlvs, out);
  },
};

/** RFC 9857 sections 5.8 to 5.11. */
const LIST = {
  segment: { code: 1206, field: policySegment },
  "segment-list-metric": {
    code: 1207,
    field: struct({ metricType: 1, flags: 1, reserved: 2, margin: 4, bound: 4, value: 4 }),
  },
  /** Octets a second. */
  "segment-list-bandwidth": { code: 1216, field: float },
  "segment-list-identifier": { code: 1217, field: uint(4) },
} as const;

/** What the attribute says of a candidate path, RFC 9857 section 5. */
export const SR_POLICY = {
  "sr-binding-sid": { code: 1201, field: policyBindingSid },
  "candidate-path-state": {
    code: 1202,
    field: struct({ priority: 1, reserved: 1, flags: 2, preference: 4 }),
  },
  "candidate-path-name": { code: 1203, field: text },
  "candidate-path-constraints": {
    code: 1204,
    field: withRest(
      { flags: 2, reserved1: 2, multiTopologyId: 2, algorithm: 1, reserved2: 1 },
      "subTlvs",
      new TlvList(LINK_STATE_FORM, CONSTRAINTS),
    ),
  },
  "sr-segment-list": {
    code: 1205,
    field: withRest(
      { flags: 2, reserved1: 2, multiTopologyId: 2, algorithm: 1, reserved2: 1, weight: 4 },
      "subTlvs",
      new TlvList(LINK_STATE_FORM, LIST),
    ),
  },
  "srv6-policy-binding-sid": {
    code: 1212,
    field: withRest({ flags: 2, reserved: 2, sid: SRV6, specified: SRV6 }, "subTlvs", segmentSubTlvs),
  },
  "policy-name": { code: 1213, field: text },
} as const;
