import { EncodeError, readUint32 } from "../bytes.ts";
import type { IpPrefix } from "../family/ip-prefix.ts";
import { type Field, readUint, repeated, writeUint } from "../tlv/field.ts";
import { listOf, OCTETS, recordOf, type Shape, UINT16, UINT24, UINT32, UINT8 } from "../tlv/shape.ts";
import { struct } from "../tlv/struct.ts";

/** A SID or label as BGP-LS carries it (RFC 9085 section 2.1.1): a label in three octets, an index in four. */
export interface SidOrLabel {
  readonly kind: "label" | "index";
  /** A label: the three octets, of which the 20 low bits count. */
  readonly value: number;
}

const SID: Shape = recordOf({ kind: { kind: "word", words: ["label", "index"] }, value: UINT32 });

export const sidOrLabel: Field<SidOrLabel> = {
  shape: SID,
  read(bytes, start, end) {
    if (end - start === 3) return { kind: "label", value: readUint(bytes, start, 3) };
    return end - start === 4 ? { kind: "index", value: readUint32(bytes, start) } : undefined;
  },
  write: (value, out) => writeUint(value.value, value.kind === "label" ? 3 : 4, out),
};

/** Segment routing's blocks of labels (RFC 9085 sections 2.1.2 and 2.1.4). */
export interface LabelRanges {
  readonly flags: number;
  readonly ranges: readonly { readonly size: number; readonly first: SidOrLabel }[];
}

const SID_TLV = 1161;

export const labelRanges: Field<LabelRanges> = {
  shape: recordOf({ flags: UINT8, ranges: listOf(recordOf({ size: UINT24, first: SID })) }),
  read(bytes, start, end) {
    if (end - start < 2) return undefined;
    const ranges: { size: number; first: SidOrLabel }[] = [];
    let at = start + 2;
    while (at < end) {
      if (at + 7 > end || readUint(bytes, at + 3, 2) !== SID_TLV) return undefined;
      const next = at + 7 + readUint(bytes, at + 5, 2);
      const first = next > end ? undefined : sidOrLabel.read(bytes, at + 7, next);
      if (first === undefined) return undefined;
      ranges.push({ size: readUint(bytes, at, 3), first });
      at = next;
    }
    return { flags: bytes[start]!, ranges };
  },
  write({ flags, ranges }, out) {
    out.uint8(flags);
    out.uint8(0);
    for (const { size, first } of ranges) {
      out.uint24(size);
      out.uint16(SID_TLV);
      out.counted(2, "the SID", (field) => sidOrLabel.write(first, field));
    }
  },
};

/** RFC 9085 section 2.2.2: the SID of one neighbour on a LAN. */
export interface LanAdjacencySid {
  readonly flags: number;
  readonly weight: number;
  readonly reserved: number;
  /** IS-IS: a system id of 6 octets; OSPF: a router id of 4. */
  readonly neighbor: Uint8Array;
  readonly sid: SidOrLabel;
}

export const lanAdjacencySid: Field<LanAdjacencySid> = {
  shape: recordOf({ flags: UINT8, weight: UINT8, reserved: UINT16, neighbor: OCTETS, sid: SID }),
  read(bytes, start, end) {
    const length = end - start;
    if (length < 11) return undefined;
    const sidAt = start + (length <= 12 ? 8 : 10);
    const sid = sidOrLabel.read(bytes, sidAt, end);
    if (sid === undefined) return undefined;
    return {
      flags: bytes[start]!,
      weight: bytes[start + 1]!,
      reserved: readUint(bytes, start + 2, 2),
      neighbor: bytes.slice(start + 4, sidAt),
      sid,
    };
  },
  write({ flags, weight, reserved, neighbor, sid }, out) {
    if (neighbor.length !== 4 && neighbor.length !== 6) {
      throw new EncodeError(`a neighbour's id has 4 or 6 octets, not ${neighbor.length}`);
    }
    out.uint8(flags);
    out.uint8(weight);
    out.uint16(reserved);
    out.bytes(neighbor);
    sidOrLabel.write(sid, out);
  },
};

/** The metric of a link in one octet (IS-IS narrow), two (OSPF) or three (IS-IS wide), RFC 9552 section 5.3.2.4. */
export interface IgpMetric {
  readonly octets: 1 | 2 | 3;
  readonly metric: number;
}

export const igpMetric: Field<IgpMetric> = {
  shape: recordOf({ octets: UINT8, metric: UINT24 }),
  read(bytes, start, end) {
    const width = end - start;
    return width === 1 || width === 2 || width === 3
      ? { octets: width, metric: readUint(bytes, start, width) }
      : undefined;
  },
  write({ octets, metric }, out) {
    if (octets !== 1 && octets !== 2 && octets !== 3)
      throw new EncodeError(`a metric of ${String(octets)} octets`);
    writeUint(metric, octets, out);
  },
};

/** A prefix as wide as it needs, of the address family of the NLRI around it (RFC 9552 section 5.2.3.2). */
export interface ReachablePrefix {
  readonly length: number;
  /** As many octets as the length needs. */
  readonly octets: Uint8Array;
}

export const reachablePrefix: Field<ReachablePrefix> = {
  shape: recordOf({ length: UINT8, octets: OCTETS }),
  read(bytes, start, end) {
    const length = end > start ? bytes[start]! : 255;
    if (length > 128 || end - start !== 1 + ((length + 7) >>> 3)) return undefined;
    return { length, octets: bytes.slice(start + 1, end) };
  },
  write({ length, octets }, out) {
    if (length > 128 || octets.length !== (length + 7) >>> 3) {
      throw new EncodeError(`${octets.length} octets are no prefix of ${length} bits`);
    }
    out.uint8(length);
    out.bytes(octets);
  },
};

/** The prefix with its address filled up to 4 or 16 octets. */
export function toIpPrefix(prefix: ReachablePrefix, width: 4 | 16): IpPrefix {
  const address = new Uint8Array(width);
  address.set(prefix.octets.subarray(0, width));
  return { length: prefix.length, address };
}

/** RFC 8814 section 3: how deep a stack of labels or segments may be. */
export const maximumSidDepths = repeated(2, struct({ type: 1, value: 1 }));
