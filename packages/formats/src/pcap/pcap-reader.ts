import type { Chunks } from "./chunks.ts";
import { type CaptureError, MAX_PACKET_LENGTH, type Packet } from "./packet.ts";

/** Of files with microseconds and with nanoseconds, in the byte order of who reads them (draft-ietf-opsawg-pcap section 4). */
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER_LENGTH = 24;
const PACKET_HEADER_LENGTH = 16;
/** The upper bits tell of frame check sequences. */
const LINK_TYPE_MASK = 0xffff;

/** Whether a file with these first four octets is a pcap file. */
export function isPcap(magic: number, swapped: number): boolean {
  return [MICROSECONDS, NANOSECONDS].some((each) => each === magic || each === swapped);
}

/** Cuts a pcap file into packets; it owns nothing but its place in it. */
export class PcapReader {
  error: CaptureError | undefined;
  readonly #chunks: Chunks;
  #littleEndian = false;
  #nanoseconds = false;
  #linkType = -1;
  #number = 0;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  /** Undefined until a packet is there whole, and after an error. */
  next(): Packet | undefined {
    if (this.error !== undefined || (this.#linkType < 0 && !this.#readHeader())) return undefined;
    const chunks = this.#chunks;
    if (chunks.left < PACKET_HEADER_LENGTH) return undefined;
    const { view, at } = chunks;
    const length = view.getUint32(at + 8, this.#littleEndian);
    if (length > MAX_PACKET_LENGTH) {
      const text = `a packet says it has ${length} octets, more than the limit ${MAX_PACKET_LENGTH}`;
      this.error = { cause: "length", offset: chunks.offset, text };
      return undefined;
    }
    const start = at + PACKET_HEADER_LENGTH;
    if (start + length > chunks.bytes.length) return undefined;
    chunks.at = start + length;
    this.#number++;
    const fraction = view.getUint32(at + 4, this.#littleEndian);
    return {
      number: this.#number,
      seconds: view.getUint32(at, this.#littleEndian),
      nanoseconds: this.#nanoseconds ? fraction : fraction * 1000,
      linkType: this.#linkType,
      data: chunks.bytes.subarray(start, start + length),
    };
  }

  #readHeader(): boolean {
    const chunks = this.#chunks;
    if (chunks.left < FILE_HEADER_LENGTH) return false;
    const { view, at } = chunks;
    const magic = view.getUint32(at);
    this.#littleEndian = magic !== MICROSECONDS && magic !== NANOSECONDS;
    this.#nanoseconds = view.getUint32(at, this.#littleEndian) === NANOSECONDS;
    this.#linkType = view.getUint32(at + 20, this.#littleEndian) & LINK_TYPE_MASK;
    chunks.at = at + FILE_HEADER_LENGTH;
    return true;
  }
}
