import { HEADER_LENGTH, messageLength, MessageType, messageType } from "@netferry/bgp";
import type { CaptureCounts } from "./counts.ts";
import type { Packet } from "./packet.ts";
import type { StreamSink } from "./tcp-stream.ts";

/** A BGP message of a stream, or octets that stand where one should begin. */
export interface FramedBgp {
  readonly bytes: Uint8Array;
  /** They are no message: its marker or its length is wrong. */
  readonly broken: boolean;
  readonly packet: Packet;
}

/** Octets of a broken place that are given out; what is behind them is passed over. */
export const MAX_BROKEN_OCTETS = 4096;

const MARKER_LENGTH = 16;
const LAST_TYPE: number = MessageType.routeRefresh;
const EMPTY = new Uint8Array(0);

/** Whether a BGP header stands at an offset: false where it is not whole, too. */
export function isBgpHeader(bytes: Uint8Array, at: number): boolean {
  if (at + HEADER_LENGTH > bytes.length) return false;
  for (let i = at; i < at + MARKER_LENGTH; i++) if (bytes[i] !== 0xff) return false;
  const type = messageType(bytes, at);
  return messageLength(bytes, at) >= HEADER_LENGTH && type > 0 && type <= LAST_TYPE;
}

/**
 * Cuts one direction of a connection into messages. Where it loses its place (a gap, a broken header) it goes
 * on at the next header. Holds less than one message of the greatest length there is.
 */
export class BgpFraming implements StreamSink {
  readonly #counts: CaptureCounts;
  readonly #give: (framed: FramedBgp) => void;
  #bytes: Uint8Array = EMPTY;
  /** A message begins with the next octet. */
  #inPlace: boolean;

  constructor(counts: CaptureCounts, fromStart: boolean, give: (framed: FramedBgp) => void) {
    this.#counts = counts;
    this.#inPlace = fromStart;
    this.#give = give;
  }

  data(chunk: Uint8Array, packet: Packet): void {
    const bytes = this.#bytes.length === 0 ? chunk : joined(this.#bytes, chunk);
    let at = 0;
    while (at < bytes.length) {
      if (!this.#inPlace) {
        const found = nextHeader(bytes, at);
        this.#counts.skippedOctets += found - at;
        at = found;
        if (!isBgpHeader(bytes, at)) break; // not whole yet
        this.#inPlace = true;
      }
      const end = messageEnd(bytes, at);
      if (end === 0) break;
      if (end < 0) at = this.#giveBroken(bytes, at, packet);
      else {
        this.#counts.messages++;
        this.#give({ bytes: bytes.subarray(at, end), broken: false, packet });
        at = end;
      }
    }
    // A copy: the chunk that it is of may be much longer, and is another's.
    this.#bytes = at === bytes.length ? EMPTY : bytes.slice(at);
  }

  gap(_octets: number): void {
    this.#counts.skippedOctets += this.#bytes.length;
    this.#bytes = EMPTY;
    this.#inPlace = false;
  }

  /** Octets of a message that did not come to its end, when the stream does. */
  finish(): void {
    this.#counts.skippedOctets += this.#bytes.length;
    this.#bytes = EMPTY;
  }

  /** Where the next header may begin. */
  #giveBroken(bytes: Uint8Array, at: number, packet: Packet): number {
    this.#counts.broken++;
    const next = nextHeader(bytes, at + 1);
    const end = Math.min(next, at + MAX_BROKEN_OCTETS);
    this.#give({ bytes: bytes.subarray(at, end), broken: true, packet });
    this.#inPlace = false;
    this.#counts.skippedOctets += next - end;
    return next;
  }
}

/** The end of the message at `at`; 0 if it is not whole yet, -1 if it is none. */
function messageEnd(bytes: Uint8Array, at: number): number {
  const marker = Math.min(bytes.length, at + MARKER_LENGTH);
  for (let i = at; i < marker; i++) if (bytes[i] !== 0xff) return -1;
  if (at + HEADER_LENGTH > bytes.length) return 0;
  const length = messageLength(bytes, at);
  if (length < HEADER_LENGTH) return -1;
  return at + length <= bytes.length ? at + length : 0;
}

/** The first offset at which a header stands, or may once more octets have come. */
function nextHeader(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at + HEADER_LENGTH <= bytes.length) {
    if (isBgpHeader(bytes, at)) return at;
    at++;
  }
  for (; at < bytes.length; at++) {
    const marker = Math.min(bytes.length, at + MARKER_LENGTH);
    let i = at;
    while (i < marker && bytes[i] === 0xff) i++;
    if (i === marker) return at;
  }
  return bytes.length;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
