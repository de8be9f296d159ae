import { EncodeError, readUint24 } from "../bytes.ts";
import { listOf, recordOf, UINT24 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

export interface PeDistinguisherLabel {
  /** 4 or 16 octets, of all entries the same. */
  readonly address: Uint8Array;
  /** The 24-bit field of the wire. */
  readonly label: number;
}

/** RFC 6514 section 8. */
export interface PeDistinguisherLabelsAttribute extends AttributeBase<"pe-distinguisher-labels"> {
  readonly entries: readonly PeDistinguisherLabel[];
}

const LABEL = 3;

/** Octets of the addresses: the length must tell, as nothing else here does. 0 if it can't. */
function addressWidth(length: number): 0 | 4 | 16 {
  if (length % (4 + LABEL) === 0) return 4;
  return length % (16 + LABEL) === 0 ? 16 : 0;
}

export const peDistinguisherLabels: AttributeCodec<PeDistinguisherLabelsAttribute> = {
  code: AttributeCode.peDistinguisherLabels,
  type: "pe-distinguisher-labels",
  flags: OPTIONAL_TRANSITIVE,
  shape: { entries: listOf(recordOf({ address: { kind: "address", lengths: [4, 16] }, label: UINT24 })) },
  check: (_bytes, start, end) => end > start && addressWidth(end - start) !== 0,
  decode(bytes, start, end) {
    const width = addressWidth(end - start);
    const entries: PeDistinguisherLabel[] = [];
    for (let at = start; at < end; at += width + LABEL) {
      entries.push({ address: bytes.slice(at, at + width), label: readUint24(bytes, at + width) });
    }
    return { type: "pe-distinguisher-labels", entries };
  },
  encode(attribute, out) {
    for (const { address, label } of attribute.entries) {
      if (address.length !== 4 && address.length !== 16) {
        throw new EncodeError(`a PE's address has 4 or 16 octets, not ${address.length}`);
      }
      out.bytes(address);
      out.uint24(label);
    }
  },
};
