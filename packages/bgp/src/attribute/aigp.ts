import { readUint16 } from "../bytes.ts";
import { uint64 } from "../tlv/field.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import { type TlvAttribute, tlvAttribute } from "./tlv-attribute.ts";
import type { AttributeCodec } from "./codec.ts";

const TLVS = { metric: { code: 1, field: uint64 } } as const;
const METRIC_TLV_LENGTH = 11;

/** The accumulated IGP metric (RFC 7311 section 3); of several the first counts. */
export type AigpAttribute = TlvAttribute<"aigp", TlvOf<typeof TLVS>>;

const list = tlvAttribute(
  { code: AttributeCode.aigp, type: "aigp", flags: OPTIONAL_NON_TRANSITIVE },
  new TlvList({ codeWidth: 1, lengthWidth: 2, lengthOfAll: true }, TLVS),
);

export const aigp: AttributeCodec<AigpAttribute> = {
  ...list,
  /** Malformed if a metric's TLV has another length than 11 (section 3). */
  check(bytes, start, end, context) {
    if (list.check?.(bytes, start, end, context) !== true) return false;
    for (let at = start; at < end; at += readUint16(bytes, at + 1)) {
      if (bytes[at] === TLVS.metric.code && readUint16(bytes, at + 1) !== METRIC_TLV_LENGTH) return false;
    }
    return true;
  },
};
