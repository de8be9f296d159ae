/** `struct sockaddr` of each kind, in a machine's own byte order where the kernel has it so. */
import { formatIPv4, formatIPv6, parseAddress } from "@netferry/bgp";

import { KernelArgumentError } from "../error.ts";

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;

export const SOCKADDR_IN_LENGTH = 16;
export const SOCKADDR_IN6_LENGTH = 28;
export const SOCKADDR_LL_LENGTH = 20;
/** `sun_path`, with the zero at its end. */
export const MAX_UNIX_PATH = 108;

const MAPPED_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255);

/** Four or sixteen octets; throws for text that is no address. */
export function addressOctets(text: string): Uint8Array {
  const octets = parseAddress(text);
  if (octets === undefined) {
    throw new KernelArgumentError(
      `"${text.slice(0, 64)}" is no IPv4 or IPv6 address; give one without a mask`,
    );
  }
  return octets;
}

/** The address as people write it: an IPv4-mapped one as IPv4. */
export function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return formatIPv4(octets);
  return isMapped(octets) ? formatIPv4(octets, 12) : formatIPv6(octets);
}

/** `::ffff:a.b.c.d` */
export function isMapped(octets: Uint8Array): boolean {
  return octets.length === 16 && MAPPED_PREFIX.every((octet, index) => octets[index] === octet);
}

/** `::ffff:a.b.c.d` of four octets; sixteen are returned as they are. */
export function toMapped(octets: Uint8Array): Uint8Array {
  if (octets.length === 16) return octets;
  const mapped = new Uint8Array(16);
  mapped.set(MAPPED_PREFIX);
  mapped.set(octets, 12);
  return mapped;
}

/** The four octets inside an IPv4-mapped address; anything else as it is. */
export function fromMapped(octets: Uint8Array): Uint8Array {
  return isMapped(octets) ? octets.slice(12) : octets;
}

/** Writes sockaddr_in or sockaddr_in6 by the length of the address; returns its length. */
export function writeInternetAddress(into: Uint8Array, octets: Uint8Array, port: number): number {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  view.setUint16(0, octets.length === 4 ? AF_INET : AF_INET6, true);
  view.setUint16(2, port);
  into.set(octets, octets.length === 4 ? 4 : 8);
  return octets.length === 4 ? SOCKADDR_IN_LENGTH : SOCKADDR_IN6_LENGTH;
}

/** sockaddr_ll for bind: the EtherType to receive, on one interface or (0) on all. */
export function linkAddress(etherType: number, interfaceIndex: number): Uint8Array {
  const address = new Uint8Array(SOCKADDR_LL_LENGTH);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, etherType);
  view.setInt32(4, interfaceIndex, true);
  return address;
}

/** The interface index of a received sockaddr_ll. */
export function linkInterface(address: Uint8Array): number {
  return new DataView(address.buffer, address.byteOffset, address.byteLength).getInt32(4, true);
}

/** sockaddr_un; a leading `@` is Linux's abstract namespace, as systemd writes it. */
export function unixAddress(path: string): Uint8Array {
  const name = new TextEncoder().encode(path);
  if (name.length === 0 || name.includes(0) || name.length >= MAX_UNIX_PATH) {
    throw new KernelArgumentError(
      `the path of a Unix socket has 1 to ${MAX_UNIX_PATH - 1} octets and no zero; this one has ${name.length}: ` +
        `choose a shorter directory`,
    );
  }
  const abstract = path.startsWith("@");
  const address = new Uint8Array(2 + name.length + (abstract ? 0 : 1));
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  if (abstract) address[2] = 0;
  return address;
}
