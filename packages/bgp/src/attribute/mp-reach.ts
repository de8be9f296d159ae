import { readUint16 } from "../bytes.ts";
import type { FamilyCodec } from "../family/codec.ts";
import { familyCodec } from "../family/registry.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { Nlri } from "../nlri.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { readNlri, writeNlri } from "./mp-nlri.ts";

/** RFC 4760 section 3. */
export interface MpReachAttribute extends AttributeBase<"mp-reach"> {
  readonly family: Family;
  /** As on the wire: 4 octets, 16, or a global and a link-local IPv6 address in 32 (RFC 2545, RFC 8950). */
  readonly nextHop: Uint8Array;
  /** The octet behind the next hop, which was once the number of SNPAs, where it is not 0. */
  readonly reserved?: number;
  readonly nlri: readonly Nlri[];
}

/** AFI, SAFI, the next hop's length, and behind the next hop a reserved octet. */
export const MP_REACH_MINIMUM = 5;

/** Where the NLRI of a value begin; -1 if they can't be found, or the next hop is none of the family's. */
export function mpReachNlri(
  bytes: Uint8Array,
  start: number,
  end: number,
  codec: FamilyCodec | undefined,
  extendedNextHop: boolean,
): number {
  if (end - start < MP_REACH_MINIMUM) return -1;
  const nextHopLength = bytes[start + 3]!;
  const nlri = start + MP_REACH_MINIMUM + nextHopLength;
  if (nlri > end) return -1;
  return codec === undefined || codec.acceptsNextHop(nextHopLength, extendedNextHop) ? nlri : -1;
}

export const mpReach: AttributeCodec<MpReachAttribute> = {
  code: AttributeCode.mpReach,
  type: "mp-reach",
  flags: OPTIONAL_NON_TRANSITIVE,
  check(bytes, start, end, context) {
    if (end - start < MP_REACH_MINIMUM) return false;
    const family = familyOf(readUint16(bytes, start), bytes[start + 2]!);
    const codec = familyCodec(family);
    const nlri = mpReachNlri(bytes, start, end, codec, context.extendedNextHop.has(family));
    if (nlri < 0) return false;
    return codec === undefined || codec.count(bytes, nlri, end, context.addPathReceive.has(family)) >= 0;
  },
  decode(bytes, start, end, context) {
    const family = familyOf(readUint16(bytes, start), bytes[start + 2]!);
    const nextHopEnd = start + 4 + bytes[start + 3]!;
    return {
      type: "mp-reach",
      family,
      nextHop: bytes.slice(start + 4, nextHopEnd),
      ...(bytes[nextHopEnd] === 0 ? {} : { reserved: bytes[nextHopEnd]! }),
      nlri: readNlri(family, bytes, nextHopEnd + 1, end, context),
    };
  },
  encode(attribute, out, context) {
    out.uint16(afiOf(attribute.family));
    out.uint8(safiOf(attribute.family));
    out.counted(1, "the next hop", (field) => field.bytes(attribute.nextHop));
    out.uint8(attribute.reserved ?? 0);
    writeNlri(attribute.family, attribute.nlri, out, context);
  },
};
