import { ByteWriter, EncodeError, toHex } from "./bytes.ts";
import type { NlriValue } from "./family/nlri-value.ts";
import { familyCodec } from "./family/registry.ts";
import { type Family, familyName } from "./family.ts";

/**
 * What an NLRI says: the `bytes` of an {@link Nlri}, path identifier apart. Total: undefined for a family
 * without a codec and for bytes that are not just one NLRI of the family.
 */
export function decodeNlri(family: Family, bytes: Uint8Array): NlriValue | undefined {
  const codec = familyCodec(family);
  if (codec === undefined || codec.end(bytes, 0, bytes.length) !== bytes.length) return undefined;
  return codec.decode(bytes, 0, bytes.length);
}

/** The bytes of an NLRI. Throws {@link EncodeError} for a value that has none in the family. */
export function encodeNlri(family: Family, value: NlriValue): Uint8Array {
  const codec = familyCodec(family);
  if (codec === undefined) throw new EncodeError(`${familyName(family)} has no codec`);
  if (!codec.kinds.includes(value.kind)) {
    throw new EncodeError(`${familyName(family)} has NLRI of ${codec.kinds.join(", ")}, not ${value.kind}`);
  }
  const out = new ByteWriter();
  codec.encode(value, out);
  return out.finish();
}

/** One NLRI as operators write it; in hexadecimal what {@link decodeNlri} can't read. */
export function formatNlri(family: Family, bytes: Uint8Array): string {
  const codec = familyCodec(family);
  const readable = codec !== undefined && codec.end(bytes, 0, bytes.length) === bytes.length;
  return readable ? codec.format(bytes, 0) : `0x${toHex(bytes)}`;
}
