import { ByteWriter, EncodeError, readUint16 } from "../bytes.ts";
import { codecContext, type CodecContext } from "../codec-context.ts";
import { type Attribute, attributeCodecByCode, attributeCodecOf } from "./attribute.ts";
import { AttributeFlag, KIND_MASK } from "./code.ts";
import { isWellFormed } from "./well-formed.ts";

const MAX_SHORT_LENGTH = 0xff;
const MAX_EXTENDED_LENGTH = 0xffff;

/** Flags, code and value of an attribute that the caller has checked. */
export function decodeAttribute(
  bytes: Uint8Array,
  flags: number,
  code: number,
  valueStart: number,
  valueEnd: number,
  context: CodecContext,
): Attribute {
  const codec = attributeCodecByCode[code];
  if (codec === undefined) return { type: "unknown", code, flags, value: bytes.slice(valueStart, valueEnd) };
  const attribute = codec.decode(bytes, valueStart, valueEnd, context);
  const usual =
    valueEnd - valueStart > MAX_SHORT_LENGTH ? codec.flags | AttributeFlag.extendedLength : codec.flags;
  return flags === usual ? attribute : { ...attribute, flags };
}

/**
 * Decodes a list of path attributes by itself, such as a RIB keeps it. Total: an attribute that is not
 * well-formed is returned as an unknown one, and what does not fit the end is left out.
 */
export function decodeAttributes(bytes: Uint8Array, context: CodecContext = codecContext()): Attribute[] {
  const attributes: Attribute[] = [];
  let at = 0;
  while (at + 3 <= bytes.length) {
    const flags = bytes[at]!;
    const code = bytes[at + 1]!;
    const extended = (flags & AttributeFlag.extendedLength) !== 0;
    if (extended && at + 4 > bytes.length) break;
    const valueStart = extended ? at + 4 : at + 3;
    const valueEnd = valueStart + (extended ? readUint16(bytes, at + 2) : bytes[at + 2]!);
    if (valueEnd > bytes.length) break;
    const codec = attributeCodecByCode[code];
    const wellFormed =
      codec === undefined ||
      ((flags & KIND_MASK) === codec.flags && isWellFormed(code, bytes, valueStart, valueEnd, context));
    attributes.push(
      wellFormed
        ? decodeAttribute(bytes, flags, code, valueStart, valueEnd, context)
        : { type: "unknown", code, flags, value: bytes.slice(valueStart, valueEnd) },
    );
    at = valueEnd;
  }
  return attributes;
}

/** Writes flags, code, length and value. */
export function encodeAttribute(attribute: Attribute, out: ByteWriter, context: CodecContext): void {
  const codec = attribute.type === "unknown" ? attribute : attributeCodecOf(attribute);
  const flags = attribute.flags ?? codec.flags;
  const flagsAt = out.length;
  out.uint8(flags);
  out.uint8(codec.code);
  const body = (value: ByteWriter): void => {
    if (attribute.type === "unknown") value.bytes(attribute.value);
    else attributeCodecOf(attribute).encode(attribute, value, context);
  };
  if ((flags & AttributeFlag.extendedLength) !== 0) {
    out.counted(2, `attribute ${attribute.type}`, body);
    return;
  }
  out.uint8(0);
  const start = out.length;
  body(out);
  const length = out.length - start;
  if (length <= MAX_SHORT_LENGTH) {
    out.patchUint8(start - 1, length);
    return;
  }
  if (length > MAX_EXTENDED_LENGTH)
    throw new EncodeError(`attribute ${attribute.type} takes ${length} octets`);
  out.patchUint8(flagsAt, flags | AttributeFlag.extendedLength);
  out.insertUint8(start, length & 0xff);
  out.patchUint8(start - 1, length >>> 8);
}

/** A list of path attributes by itself: the inverse of {@link decodeAttributes}. */
export function encodeAttributes(
  attributes: readonly Attribute[],
  context: CodecContext = codecContext(),
): Uint8Array {
  const out = new ByteWriter();
  for (const attribute of attributes) encodeAttribute(attribute, out, context);
  return out.finish();
}
