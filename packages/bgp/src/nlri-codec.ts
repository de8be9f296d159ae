import { ByteWriter, EncodeError, toHex } from "./bytes.ts";
import type { NlriValue } from "./family/nlri-value.ts";
import { formatIpPrefix, readIpPrefix } from "./family/ip-prefix.ts";
import { familyCodec } from "./family/registry.ts";
import { AFI_IPV4, afiOf, type Family, familyName } from "./family.ts";
import { formatRouteDistinguisher, RD_LENGTH } from "./route-distinguisher.ts";

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

/**
 * The key by which a RIB knows an NLRI of a labelled family, as an {@link NlriCursor} gives it:
 * `10.0.0.0/8`, `65000:1:10.0.0.0/8`. Of another family, whose keys are NLRI, as {@link formatNlri}.
 */
export function formatNlriKey(family: Family, key: Uint8Array): string {
  const codec = familyCodec(family);
  if (codec?.layout !== "labelled") return formatNlri(family, key);
  const vpn = codec.kinds.includes("vpn");
  const head = vpn ? RD_LENGTH : 0;
  const width = afiOf(family) === AFI_IPV4 ? 4 : 16;
  const bits = (key[0] ?? 0) - 8 * head;
  const isKey = bits >= 0 && bits <= 8 * width && key.length === 1 + head + ((bits + 7) >>> 3);
  if (!isKey) return `0x${toHex(key)}`;
  const prefix = formatIpPrefix(readIpPrefix(key, 1 + head, bits, width));
  return vpn ? `${formatRouteDistinguisher(key, 1)}:${prefix}` : prefix;
}

/** One NLRI as operators write it; in hexadecimal what {@link decodeNlri} can't read. */
export function formatNlri(family: Family, bytes: Uint8Array): string {
  const codec = familyCodec(family);
  const readable = codec !== undefined && codec.end(bytes, 0, bytes.length) === bytes.length;
  return readable ? codec.format(bytes, 0) : `0x${toHex(bytes)}`;
}
