import { readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import { nothing, octets } from "../tlv/field.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { FAMILY, OCTETS } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

const TLVS = {
  "entropy-label": { code: 1, field: nothing },
  /** Of who set the next hop. */
  "bgp-identifier": { code: 3, field: octets() },
} as const;
const list = new TlvList({ codeWidth: 2, lengthWidth: 2 }, TLVS);

/** What the next hop can do, draft-ietf-idr-entropy-label section 2; it is void where another next hop was set. */
export interface NextHopCharacteristicsAttribute extends AttributeBase<"next-hop-characteristics"> {
  readonly family: Family;
  readonly nextHop: Uint8Array;
  readonly tlvs: readonly TlvOf<typeof TLVS>[];
}

const HEAD = 4;

export const nextHopCharacteristics: AttributeCodec<NextHopCharacteristicsAttribute> = {
  code: AttributeCode.nextHopCharacteristics,
  type: "next-hop-characteristics",
  flags: OPTIONAL_TRANSITIVE,
  shape: { family: FAMILY, nextHop: OCTETS, tlvs: list.shape },
  check(bytes, start, end) {
    if (start + HEAD > end) return false;
    const tlvs = start + HEAD + bytes[start + 3]!;
    return tlvs <= end && list.fills(bytes, tlvs, end);
  },
  decode(bytes, start, end) {
    const tlvs = start + HEAD + bytes[start + 3]!;
    return {
      type: "next-hop-characteristics",
      family: familyOf(readUint16(bytes, start), bytes[start + 2]!),
      nextHop: bytes.slice(start + HEAD, tlvs),
      tlvs: list.read(bytes, tlvs, end) ?? [],
    };
  },
  encode(attribute, out) {
    out.uint16(afiOf(attribute.family));
    out.uint8(safiOf(attribute.family));
    out.counted(1, "the next hop", (field) => field.bytes(attribute.nextHop));
    list.write(attribute.tlvs, out);
  },
};
