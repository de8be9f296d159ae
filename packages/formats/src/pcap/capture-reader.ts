import { Chunks } from "./chunks.ts";
import type { CaptureError, Packet } from "./packet.ts";
import { isPcapng, PcapngReader } from "./pcapng-reader.ts";
import { isPcap, PcapReader } from "./pcap-reader.ts";

/** Octets that tell a capture file. */
export const CAPTURE_MAGIC_LENGTH = 4;

/** Whether a file that begins so is a capture: pcap in either byte order, with microseconds or nanoseconds, or pcapng. */
export function isCapture(head: Uint8Array): boolean {
  if (head.length < CAPTURE_MAGIC_LENGTH) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const magic = view.getUint32(0);
  return isPcapng(magic) || isPcap(magic, view.getUint32(0, true));
}

/**
 * Cuts a capture file into packets as it comes: after each {@link CaptureReader.push} ask for packets until
 * there are none. Memory is bounded by the longest packet and the longest piece. After an error there is no
 * next packet.
 */
export class CaptureReader {
  readonly #chunks = new Chunks();
  #reader: PcapReader | PcapngReader | undefined;
  #error: CaptureError | undefined;

  /** Set when there can be no next packet. */
  get error(): CaptureError | undefined {
    return this.#error ?? this.#reader?.error;
  }

  /** Packets without a place in the result: of interfaces that a pcapng file does not describe. */
  get lost(): number {
    return this.#reader instanceof PcapngReader ? this.#reader.unknownInterface : 0;
  }

  /** Hands over the next piece of the file. The reader keeps it: the caller must not change it. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  /** The next packet, good until the next push; undefined if there is none yet, or after an error. */
  next(): Packet | undefined {
    if (this.#error !== undefined) return undefined;
    this.#reader ??= this.#readerOf();
    return this.#reader?.next();
  }

  /** The file has ended: what is left must be nothing. */
  finish(): CaptureError | undefined {
    const { left, offset } = this.#chunks;
    if (this.error === undefined && (left > 0 || this.#reader === undefined)) {
      const text =
        this.#reader === undefined
          ? `a capture file of ${left} octets has no header`
          : `the capture ends ${left} octets into a packet`;
      this.#error = { cause: "cut-short", offset, text };
    }
    return this.error;
  }

  #readerOf(): PcapReader | PcapngReader | undefined {
    const chunks = this.#chunks;
    if (chunks.left < CAPTURE_MAGIC_LENGTH) return undefined;
    if (isPcapng(chunks.view.getUint32(chunks.at))) return new PcapngReader(chunks);
    if (isCapture(chunks.bytes.subarray(chunks.at))) return new PcapReader(chunks);
    this.#error = { cause: "no-capture", offset: 0, text: "the file is neither pcap nor pcapng" };
    return undefined;
  }
}
