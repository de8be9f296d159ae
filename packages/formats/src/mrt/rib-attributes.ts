import {
  afiOf,
  type Attribute,
  AttributeCode,
  AttributeFlag,
  ByteWriter,
  decodeAttributes,
  encodeAttributes,
  type Family,
  readUint16,
  safiOf,
} from "@netferry/bgp";

/** A RIB entry's attributes begin in this, where the first octet can't be an AFI's (RFC 6396 section 4.3.4). */
const FIRST_AFI_OCTETS: ReadonlySet<number> = new Set([0, 0x40]);

/**
 * Decodes the attributes of a RIB entry. There MP_REACH_NLRI is a next hop alone (RFC 6396 section 4.3.4):
 * it is given out as the whole attribute, with the record's family and NLRI. Some collectors write it whole;
 * that is understood too. Total, as `decodeAttributes` is.
 */
export function decodeRibAttributes(attributes: Uint8Array, family: Family, nlri: Uint8Array): Attribute[] {
  const out = new ByteWriter();
  eachAttribute(attributes, (flags, code, start, end, at) => {
    if (code !== AttributeCode.mpReach || !isAbbreviated(attributes, start, end)) {
      out.bytes(attributes.subarray(at, end));
      return;
    }
    out.uint8(flags | AttributeFlag.extendedLength);
    out.uint8(code);
    out.uint16(3 + (end - start) + 1 + nlri.length);
    out.uint16(afiOf(family));
    out.uint8(safiOf(family));
    out.bytes(attributes.subarray(start, end));
    out.uint8(0);
    out.bytes(nlri);
  });
  return decodeAttributes(out.finish()).map((attribute) => {
    // The flags are those of the rewriting, not what the attribute had.
    if (attribute.type !== "mp-reach") return attribute;
    const { flags: _, ...plain } = attribute;
    return plain;
  });
}

/** The inverse of {@link decodeRibAttributes}: attributes with four-octet AS numbers, MP_REACH_NLRI's next hop alone. */
export function encodeRibAttributes(attributes: readonly Attribute[]): Uint8Array {
  const out = new ByteWriter();
  for (const attribute of attributes) {
    if (attribute.type !== "mp-reach") {
      out.bytes(encodeAttributes([attribute]));
      continue;
    }
    out.uint8(AttributeFlag.optional);
    out.uint8(AttributeCode.mpReach);
    out.counted(1, "MP_REACH_NLRI", (value) => {
      value.counted(1, "the next hop", (field) => field.bytes(attribute.nextHop));
    });
  }
  return out.finish();
}

/** The value is the next hop's length and the next hop. */
function isAbbreviated(bytes: Uint8Array, start: number, end: number): boolean {
  return start < end && !(FIRST_AFI_OCTETS.has(bytes[start]!) && start + 1 + bytes[start]! !== end);
}

function eachAttribute(
  bytes: Uint8Array,
  visit: (flags: number, code: number, start: number, end: number, at: number) => void,
): void {
  let at = 0;
  while (at + 3 <= bytes.length) {
    const flags = bytes[at]!;
    const extended = (flags & AttributeFlag.extendedLength) !== 0;
    const start = extended ? at + 4 : at + 3;
    if (start > bytes.length) return;
    const end = start + (extended ? readUint16(bytes, at + 2) : bytes[at + 2]!);
    if (end > bytes.length) return;
    visit(flags, bytes[at + 1]!, start, end, at);
    at = end;
  }
}
