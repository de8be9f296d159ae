import type { Chunks } from "./chunks.ts";
import { type CaptureError, MAX_PACKET_LENGTH, type Packet } from "./packet.ts";

/** Block types (draft-ietf-opsawg-pcapng section 10). */
const Block = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const Option = { end: 0, timestampResolution: 9, timestampOffset: 14 } as const;
/** Type, length, and the length again. */
const BLOCK_OVERHEAD = 12;
/** Longest block that is read, octets: a packet and its options. */
export const MAX_BLOCK_LENGTH = MAX_PACKET_LENGTH + 256 * 1024;
/** Interfaces of a section; packets of further ones have no link type and are left out. */
export const MAX_INTERFACES = 4096;
const MICROSECOND_RESOLUTION = 6;
/** Finer resolutions than this tell no more than nanoseconds do. */
const MAX_RESOLUTION_EXPONENT = 63;
const NANOSECONDS = 1_000_000_000n;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Units of a timestamp in a second. */
  readonly unitsPerSecond: bigint;
  /** Seconds to add. */
  readonly offset: number;
}

/** Whether a file with these first four octets is a pcapng file. */
export function isPcapng(magic: number): boolean {
  return magic === Block.section;
}

/** Cuts a pcapng file into packets; it owns nothing but its place in it and the interfaces of its section. */
export class PcapngReader {
  error: CaptureError | undefined;
  /** Packets of an interface that the section does not describe. */
  unknownInterface = 0;
  readonly #chunks: Chunks;
  #littleEndian = false;
  #interfaces: Interface[] = [];
  #number = 0;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  /** Undefined until a packet is there whole, and after an error. */
  next(): Packet | undefined {
    const chunks = this.#chunks;
    while (this.error === undefined && chunks.left >= BLOCK_OVERHEAD) {
      const { at } = chunks;
      const type = this.#blockType(at);
      const length = this.error === undefined ? chunks.view.getUint32(at + 4, this.#littleEndian) : 0;
      if (length < BLOCK_OVERHEAD || length % 4 !== 0 || length > MAX_BLOCK_LENGTH) {
        const text = `a block says it has ${length} octets, which is not within ${BLOCK_OVERHEAD} to ${MAX_BLOCK_LENGTH}`;
        this.error ??= { cause: "length", offset: chunks.offset, text };
        return undefined;
      }
      if (length > chunks.left) return undefined;
      chunks.at = at + length;
      const packet = this.#readBlock(type, at + 8, at + length - 4);
      if (packet !== undefined) return packet;
    }
    return undefined;
  }

  /** A section's block type reads the same in either byte order; behind it stands which it is. */
  #blockType(at: number): number {
    const { view, offset } = this.#chunks;
    const type = view.getUint32(at, this.#littleEndian);
    if (type !== Block.section) return type;
    const magic = view.getUint32(at + 8);
    this.#littleEndian = magic !== BYTE_ORDER_MAGIC;
    if (view.getUint32(at + 8, this.#littleEndian) !== BYTE_ORDER_MAGIC) {
      const text = "a section of the capture has neither byte order";
      this.error = { cause: "no-capture", offset, text };
    }
    return type;
  }

  #readBlock(type: number, start: number, end: number): Packet | undefined {
    switch (type) {
      case Block.section:
        this.#interfaces = [];
        return undefined;
      case Block.interface:
        this.#readInterface(start, end);
        return undefined;
      case Block.enhancedPacket:
        return this.#readPacket(start, end, this.#uint32(start));
      case Block.packet: // the older form: two octets of interface, two of drops
        return this.#readPacket(start, end, start + 2 > end ? -1 : this.#uint16(start));
      case Block.simplePacket:
        return this.#readSimplePacket(start, end);
      default:
        return undefined;
    }
  }

  #readInterface(start: number, end: number): void {
    if (start + 8 > end || this.#interfaces.length >= MAX_INTERFACES) return;
    const linkType = this.#uint16(start);
    const snapLength = this.#uint32(start + 4);
    let unitsPerSecond = 10n ** BigInt(MICROSECOND_RESOLUTION);
    let offset = 0;
    for (let at = start + 8; at + 4 <= end;) {
      const code = this.#uint16(at);
      const length = this.#uint16(at + 2);
      const value = at + 4;
      if (code === Option.end || value + length > end) break;
      if (code === Option.timestampResolution && length >= 1) {
        unitsPerSecond = resolution(this.#chunks.bytes[value]!);
      }
      if (code === Option.timestampOffset && length >= 8) {
        offset = Number(this.#chunks.view.getBigInt64(value, this.#littleEndian));
      }
      at = value + ((length + 3) & ~3);
    }
    this.#interfaces.push({ linkType, snapLength, unitsPerSecond, offset });
  }

  /** Interface, timestamp in two halves, captured length, original length, octets. */
  #readPacket(start: number, end: number, interfaceId: number): Packet | undefined {
    this.#number++;
    const from = this.#interfaces[interfaceId];
    if (from === undefined || start + 20 > end) {
      this.unknownInterface++;
      return undefined;
    }
    const units = (BigInt(this.#uint32(start + 4)) << 32n) | BigInt(this.#uint32(start + 8));
    const data = this.#data(start + 20, this.#uint32(start + 12), end);
    return {
      number: this.#number,
      seconds: Number(units / from.unitsPerSecond) + from.offset,
      nanoseconds: Number(((units % from.unitsPerSecond) * NANOSECONDS) / from.unitsPerSecond),
      linkType: from.linkType,
      data,
    };
  }

  /** Of the first interface, without a time. */
  #readSimplePacket(start: number, end: number): Packet | undefined {
    this.#number++;
    const [from] = this.#interfaces;
    if (from === undefined || start + 4 > end) {
      this.unknownInterface++;
      return undefined;
    }
    const original = this.#uint32(start);
    const captured = from.snapLength === 0 ? original : Math.min(original, from.snapLength);
    const data = this.#data(start + 4, captured, end);
    return { number: this.#number, seconds: 0, nanoseconds: 0, linkType: from.linkType, data };
  }

  #data(start: number, length: number, end: number): Uint8Array {
    return this.#chunks.bytes.subarray(start, Math.min(end, start + length));
  }

  #uint16(at: number): number {
    return this.#chunks.view.getUint16(at, this.#littleEndian);
  }

  #uint32(at: number): number {
    return this.#chunks.view.getUint32(at, this.#littleEndian);
  }
}

/** A power of ten, or with the highest bit of two. */
function resolution(octet: number): bigint {
  const exponent = BigInt(Math.min(octet & 0x7f, MAX_RESOLUTION_EXPONENT));
  return (octet & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
}
