import { type ByteWriter, readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";

/** AFI and SAFI. */
const FAMILY = 3;

/** Entries of AFI, SAFI and `extra` octets that `read` reads; undefined if they don't fill the value. */
export function readFamilyEntries<E>(
  value: Uint8Array,
  extra: number,
  read: (family: Family, offset: number) => E,
): E[] | undefined {
  if (value.length % (FAMILY + extra) !== 0) return undefined;
  const entries: E[] = [];
  for (let at = 0; at < value.length; at += FAMILY + extra) {
    entries.push(read(familyOf(readUint16(value, at), value[at + 2]!), at + FAMILY));
  }
  return entries;
}

export function writeFamily(family: Family, out: ByteWriter): void {
  out.uint16(afiOf(family));
  out.uint8(safiOf(family));
}
