import { formatIPv4 } from "../address.ts";
import { readUint16, readUint32, toHex } from "../bytes.ts";

/** The type octet without its transitivity: how the value is laid out (RFC 4360 section 3, RFC 5668). */
const TWO_OCTET_AS = 0x00;
const IPV4_ADDRESS = 0x01;
const FOUR_OCTET_AS = 0x02;
const NON_TRANSITIVE = 0x40;

const ROUTE_TARGET = 0x02;
const ROUTE_ORIGIN = 0x03;
const LINK_BANDWIDTH = 0x04;

/**
 * One extended community of eight octets: `target:65000:1` and `origin:192.0.2.1:1` (RFC 4360 sections 4
 * and 5), `bandwidth:65000:1250000` in octets a second (draft-ietf-idr-link-bandwidth), anything else in
 * hexadecimal with `0x`.
 */
export function formatExtendedCommunity(value: Uint8Array): string {
  const type = value[0]!;
  const subtype = value[1]!;
  if (subtype === ROUTE_TARGET || subtype === ROUTE_ORIGIN) {
    const name = subtype === ROUTE_TARGET ? "target" : "origin";
    if (type === TWO_OCTET_AS) return `${name}:${readUint16(value, 2)}:${readUint32(value, 4)}`;
    if (type === IPV4_ADDRESS) return `${name}:${formatIPv4(value, 2)}:${readUint16(value, 6)}`;
    if (type === FOUR_OCTET_AS) return `${name}:${readUint32(value, 2)}:${readUint16(value, 6)}`;
  }
  if (subtype === LINK_BANDWIDTH && (type & ~NON_TRANSITIVE) === TWO_OCTET_AS) {
    const octetsPerSecond = new DataView(value.buffer, value.byteOffset).getFloat32(4);
    return `bandwidth:${readUint16(value, 2)}:${octetsPerSecond}`;
  }
  return `0x${toHex(value)}`;
}
