/** IP packets with a TCP header, octet by octet. */

export interface TcpParts {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly flags?: number;
  /** Padded to whole words. */
  readonly options?: Uint8Array;
}

/** The TCP MD5 option, with a digest of zeros. */
export const MD5_OPTION: Uint8Array = Uint8Array.of(19, 18, ...new Uint8Array(16));

export function tcpHeader(parts: TcpParts = {}): Uint8Array {
  const options = parts.options ?? new Uint8Array();
  const length = 20 + ((options.length + 3) & ~3);
  const header = new Uint8Array(length);
  const view = new DataView(header.buffer);
  view.setUint16(0, parts.sourcePort ?? 40_000);
  view.setUint16(2, parts.destinationPort ?? 179);
  header[12] = (length / 4) << 4;
  header[13] = parts.flags ?? 0x02;
  header.set(options, 20);
  return header;
}

/** From 192.0.2.1 to 192.0.2.2. */
export function ipv4Packet(payload: Uint8Array, options: Uint8Array = new Uint8Array()): Uint8Array {
  const length = 20 + options.length;
  const packet = new Uint8Array(length + payload.length);
  packet.set([
    0x40 | (length / 4),
    0,
    0,
    packet.length,
    0,
    0,
    0x40,
    0,
    255,
    6,
    0,
    0,
    192,
    0,
    2,
    1,
    192,
    0,
    2,
    2,
  ]);
  packet.set(options, 20);
  packet.set(payload, length);
  return packet;
}

/** From 2001:db8::1 to 2001:db8::2; each extension header is 8 octets. */
export function ipv6Packet(payload: Uint8Array, extensions: readonly number[] = []): Uint8Array {
  const packet = new Uint8Array(40 + 8 * extensions.length + payload.length);
  const chain = [...extensions, 6];
  packet.set([0x60, 0, 0, 0, 0, packet.length - 40, chain[0]!, 255]);
  packet.set([0x20, 1, 0x0d, 0xb8], 8);
  packet[23] = 1;
  packet.set([0x20, 1, 0x0d, 0xb8], 24);
  packet[39] = 2;
  for (const index of extensions.keys()) packet[40 + 8 * index] = chain[index + 1]!;
  packet.set(payload, 40 + 8 * extensions.length);
  return packet;
}
