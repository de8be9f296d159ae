import { formatIPv4, parseAddress } from "./address.ts";
import { readUint16, readUint32, toHex, writeUint16, writeUint32 } from "./bytes.ts";

/** Octets of a route distinguisher, RFC 4364 section 4.2. */
export const RD_LENGTH = 8;

/** `65000:1` (type 0), `192.0.2.1:1` (type 1), `4200000000:1` (type 2); of any other type hexadecimal with `0x`. */
export function formatRouteDistinguisher(bytes: Uint8Array, offset = 0): string {
  switch (readUint16(bytes, offset)) {
    case 0:
      return `${readUint16(bytes, offset + 2)}:${readUint32(bytes, offset + 4)}`;
    case 1:
      return `${formatIPv4(bytes, offset + 2)}:${readUint16(bytes, offset + 6)}`;
    case 2:
      return `${readUint32(bytes, offset + 2)}:${readUint16(bytes, offset + 6)}`;
    default:
      return `0x${toHex(bytes, offset, offset + RD_LENGTH)}`;
  }
}

/** The inverse of {@link formatRouteDistinguisher}; an AS number that fits two octets makes a type 0. Undefined if the text is none. */
export function parseRouteDistinguisher(text: string): Uint8Array | undefined {
  const match = /^([\d.]+):(\d{1,10})$/.exec(text);
  if (match === null) return undefined;
  const [, administrator = "", assigned = ""] = match;
  const rd = new Uint8Array(RD_LENGTH);
  const number = Number(assigned);
  if (administrator.includes(".")) {
    const address = parseAddress(administrator);
    if (address === undefined || number > 0xffff) return undefined;
    writeUint16(rd, 0, 1);
    rd.set(address, 2);
    writeUint16(rd, 6, number);
    return rd;
  }
  const asn = Number(administrator);
  if (asn > 0xffffffff || number > (asn > 0xffff ? 0xffff : 0xffffffff)) return undefined;
  if (asn > 0xffff) {
    writeUint16(rd, 0, 2);
    writeUint32(rd, 2, asn);
    writeUint16(rd, 6, number);
  } else {
    writeUint16(rd, 2, asn);
    writeUint32(rd, 4, number);
  }
  return rd;
}
