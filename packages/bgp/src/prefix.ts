import { parseAddress } from "./address.ts";
import { toHex } from "./bytes.ts";
import { familyCodec } from "./family/registry.ts";
import { prefixAddress } from "./family/prefix-list.ts";
import { type Family, IPV4_UNICAST, IPV6_UNICAST } from "./family.ts";

/** A unicast prefix: NLRI bytes are the length octet and as many octets as it needs, host bits cleared. */
export interface Prefix {
  readonly family: Family;
  readonly nlri: Uint8Array;
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; undefined if the text is no prefix. Host bits are cleared. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return prefixOf(address, Number(length));
}

/** The prefix of the first `bits` bits of a 4- or 16-octet address; undefined if there are not as many. */
export function prefixOf(address: Uint8Array, bits: number): Prefix | undefined {
  if (bits > 8 * address.length) return undefined;
  const nlri = new Uint8Array(1 + ((bits + 7) >>> 3));
  nlri[0] = bits;
  nlri.set(address.subarray(0, nlri.length - 1), 1);
  if ((bits & 7) !== 0) nlri[nlri.length - 1]! &= 0xff << (8 - (bits & 7));
  return { family: address.length === 4 ? IPV4_UNICAST : IPV6_UNICAST, nlri };
}

/** The address of a unicast prefix, 4 or 16 octets, host bits cleared. */
export function addressOfPrefix(prefix: Prefix): Uint8Array {
  return prefixAddress(prefix.nlri, 0, prefix.family === IPV4_UNICAST ? 4 : 16);
}

/** One NLRI as operators write it (`10.0.0.0/8`); in hexadecimal for a family that is carried as bytes. */
export function formatPrefix(family: Family, nlri: Uint8Array, offset = 0): string {
  return familyCodec(family)?.format(nlri, offset) ?? `0x${toHex(nlri, offset)}`;
}
