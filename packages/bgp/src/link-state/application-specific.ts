import { EncodeError, readUint16 } from "../bytes.ts";
import type { Field } from "../tlv/field.ts";
import { OCTETS, recordOf, UINT16 } from "../tlv/shape.ts";

/** Attributes of a link for some of its uses, RFC 9294 section 2. */
export interface ApplicationSpecific<T> {
  /** Bits of standard applications: 0, 4 or 8 octets. */
  readonly standard: Uint8Array;
  readonly userDefined: Uint8Array;
  readonly reserved: number;
  readonly subTlvs: T;
}

const HEAD = 4;
/** Both bit masks are none, or one or two words. */
const MASK_LENGTHS: ReadonlySet<number> = new Set([0, 4, 8]);

export function asla<T>(subTlvs: Field<T>): Field<ApplicationSpecific<T>> {
  return {
    shape: recordOf({ standard: OCTETS, userDefined: OCTETS, reserved: UINT16, subTlvs: subTlvs.shape }),
    read(bytes, start, end) {
      if (end - start < HEAD) return undefined;
      const userAt = start + HEAD + bytes[start]!;
      const tlvsAt = userAt + bytes[start + 1]!;
      if (!MASK_LENGTHS.has(bytes[start]!) || !MASK_LENGTHS.has(bytes[start + 1]!) || tlvsAt > end) {
        return undefined;
      }
      const list = subTlvs.read(bytes, tlvsAt, end);
      if (list === undefined) return undefined;
      return {
        standard: bytes.slice(start + HEAD, userAt),
        userDefined: bytes.slice(userAt, tlvsAt),
        reserved: readUint16(bytes, start + 2),
        subTlvs: list,
      };
    },
    write(value, out) {
      if (!MASK_LENGTHS.has(value.standard.length) || !MASK_LENGTHS.has(value.userDefined.length)) {
        throw new EncodeError("a mask of applications has 0, 4 or 8 octets");
      }
      out.uint8(value.standard.length);
      out.uint8(value.userDefined.length);
      out.uint16(value.reserved);
      out.bytes(value.standard);
      out.bytes(value.userDefined);
      subTlvs.write(value.subTlvs, out);
    },
  };
}
