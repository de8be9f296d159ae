/** Captures made by hand: packets of TCP connections, in the files that tcpdump and Wireshark write. */

export interface SegmentParts {
  /** 4 or 16 octets, as the other. */
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement?: number;
  /** Of the letters SFRA. */
  readonly flags?: string;
  readonly payload?: Uint8Array;
}

function uint16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function uint32(value: number): number[] {
  return [...uint16(value >>> 16), ...uint16(value & 0xffff)];
}

/** An IPv4 or IPv6 packet; checksums are left at 0, as offloading cards leave them. */
export function ipPacket(parts: SegmentParts): Uint8Array {
  const { source, destination, payload = new Uint8Array(), flags = "A" } = parts;
  const bits = ["F", "S", "R", "P", "A"].reduce(
    (sum, letter, at) => sum | (flags.includes(letter) ? 1 << at : 0),
    0,
  );
  const tcp = [
    ...uint16(parts.sourcePort),
    ...uint16(parts.destinationPort),
    ...uint32(parts.sequence >>> 0),
    ...uint32((parts.acknowledgement ?? 0) >>> 0),
    ...[0x50, bits, 0xff, 0xff, 0, 0, 0, 0],
    ...payload,
  ];
  const ip =
    source.length === 4
      ? [0x45, 0, ...uint16(20 + tcp.length), 0, 1, 0x40, 0, 64, 6, 0, 0]
      : [0x60, 0, 0, 0, ...uint16(tcp.length), 6, 64];
  return Uint8Array.from([...ip, ...source, ...destination, ...tcp]);
}

/** The link-layer headers that are understood, in front of an IPv4 packet. */
export const LINK_HEADERS: readonly (readonly [name: string, linkType: number, header: readonly number[]])[] =
  [
    ["Ethernet", 1, [...Array<number>(12).fill(2), 8, 0]],
    ["Ethernet with a VLAN tag", 1, [...Array<number>(12).fill(2), 0x81, 0, 0, 7, 8, 0]],
    ["Ethernet with two VLAN tags", 1, [...Array<number>(12).fill(2), 0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, 8, 0]],
    ["raw IP", 101, []],
    ["raw IP of BSD", 12, []],
    ["IPv4", 228, []],
    ["Linux cooked", 113, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0]],
    ["Linux cooked v2", 276, [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]],
    ["BSD loopback, little-endian", 0, [2, 0, 0, 0]],
    ["BSD loopback, big-endian", 0, [0, 0, 0, 2]],
    ["OpenBSD loopback", 108, [0, 0, 0, 2]],
  ];

export interface CapturedFrame {
  readonly data: Uint8Array;
  readonly seconds?: number;
  /** Microseconds or nanoseconds, as the file has. */
  readonly fraction?: number;
}

export function pcapFile(
  frames: readonly CapturedFrame[],
  options: {
    readonly linkType?: number;
    readonly littleEndian?: boolean;
    readonly nanoseconds?: boolean;
  } = {},
): Uint8Array {
  const { linkType = 101, littleEndian = true, nanoseconds = false } = options;
  const length = frames.reduce((sum, { data }) => sum + 16 + data.length, 24);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian);
  view.setUint16(4, 2, littleEndian);
  view.setUint16(6, 4, littleEndian);
  view.setUint32(16, 262_144, littleEndian);
  view.setUint32(20, linkType, littleEndian);
  let at = 24;
  for (const { data, seconds = 0, fraction = 0 } of frames) {
    view.setUint32(at, seconds, littleEndian);
    view.setUint32(at + 4, fraction, littleEndian);
    view.setUint32(at + 8, data.length, littleEndian);
    view.setUint32(at + 12, data.length, littleEndian);
    bytes.set(data, at + 16);
    at += 16 + data.length;
  }
  return bytes;
}

/** One section with one interface. `resolution`: of its timestamps, a power of ten; 6 is what goes without saying. */
export function pcapngFile(
  frames: readonly CapturedFrame[],
  options: { readonly linkType?: number; readonly littleEndian?: boolean; readonly resolution?: number } = {},
): Uint8Array {
  const { linkType = 101, littleEndian = true, resolution } = options;
  const blocks = [
    block(0x0a0d0d0a, 16, littleEndian, (view, at) => {
      view.setUint32(at, 0x1a2b3c4d, littleEndian);
      view.setUint16(at + 4, 1, littleEndian);
      view.setBigInt64(at + 8, -1n, littleEndian);
    }),
    block(1, resolution === undefined ? 8 : 20, littleEndian, (view, at) => {
      view.setUint16(at, linkType, littleEndian);
      if (resolution === undefined) return;
      view.setUint16(at + 8, 9, littleEndian);
      view.setUint16(at + 10, 1, littleEndian);
      view.setUint8(at + 12, resolution);
    }),
    // A block of a type that is none of ours.
    block(5, 12, littleEndian, () => {}),
    ...frames.map(({ data, seconds = 0, fraction = 0 }) =>
      block(6, 20 + ((data.length + 3) & ~3), littleEndian, (view, at) => {
        const units = BigInt(seconds) * 10n ** BigInt(resolution ?? 6) + BigInt(fraction);
        view.setUint32(at + 4, Number(units >> 32n), littleEndian);
        view.setUint32(at + 8, Number(units & 0xffff_ffffn), littleEndian);
        view.setUint32(at + 12, data.length, littleEndian);
        view.setUint32(at + 16, data.length, littleEndian);
        new Uint8Array(view.buffer).set(data, at + 20);
      }),
    ),
  ];
  return Uint8Array.from(blocks.flatMap((each) => Array.from(each)));
}

function block(
  type: number,
  bodyLength: number,
  littleEndian: boolean,
  write: (view: DataView<ArrayBuffer>, at: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(12 + bodyLength));
  view.setUint32(0, type, littleEndian);
  view.setUint32(4, 12 + bodyLength, littleEndian);
  view.setUint32(8 + bodyLength, 12 + bodyLength, littleEndian);
  write(view, 8);
  return new Uint8Array(view.buffer);
}
