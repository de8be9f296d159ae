import type { CaptureCounts } from "./counts.ts";
import type { Packet } from "./packet.ts";
import type { Segment } from "./segment.ts";

/** Takes the octets of one direction of a connection, in order. */
export interface StreamSink {
  /** `packet`: the one that brought them, or let them be told. */
  data(bytes: Uint8Array, packet: Packet): void;
  /** Octets that are not in the capture; how many, where that can be told. */
  gap(octets: number): void;
}

/** Octets of one stream that wait for those before them; with more of them the hole is given up. */
export const MAX_PENDING_OCTETS = 1024 * 1024;
/** Octets of all streams of a capture that wait so. */
export const MAX_ALL_PENDING_OCTETS = 64 * 1024 * 1024;
/** Segments of one stream that wait for those before them. */
export const MAX_PENDING_SEGMENTS = 4096;
/** Packets of a connection after which a hole that the receiver has acknowledged is given up: it saw what the capture did not. */
export const HOLE_PATIENCE = 64;
/** Farther ahead than any window reaches (RFC 7323 section 2.3). */
const MAX_WINDOW = 2 ** 30;

interface Pending {
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly missing: number;
  readonly packet: Packet;
}

/** Puts one direction of a TCP connection together: out of order, again, overlapping, with holes. */
export class TcpStream {
  readonly #sink: StreamSink;
  readonly #counts: CaptureCounts;
  /** Sequence number of the next octet. */
  #next: number | undefined;
  /** By sequence number. */
  readonly #pending: Pending[] = [];
  #pendingOctets = 0;
  #patience = HOLE_PATIENCE;
  #ended = false;

  constructor(sink: StreamSink, counts: CaptureCounts) {
    this.#sink = sink;
    this.#counts = counts;
  }

  /** FIN or RST was seen. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether a SYN with this sequence number begins another connection than the one at hand. */
  isOther(sequence: number): boolean {
    return this.#next !== undefined && this.#ended && distance(sequence + 1, this.#next) > 0;
  }

  add(segment: Segment, packet: Packet): void {
    const sequence = segment.syn ? (segment.sequence + 1) >>> 0 : segment.sequence;
    if (segment.syn) this.#next ??= sequence;
    if (segment.fin || segment.rst) this.#ended = true;
    const { payload, missing } = segment;
    if (payload.length === 0 && missing === 0) return;
    this.#next ??= sequence;
    const ahead = distance(sequence, this.#next);
    if (ahead > MAX_WINDOW || ahead < -MAX_WINDOW) {
      this.#counts.skipped["out-of-window"]++;
    } else if (ahead > 0) {
      this.#keep({ sequence, payload: payload.slice(), missing, packet: { ...packet, data: NO_OCTETS } });
    } else {
      this.#deliver({ sequence, payload, missing, packet });
      this.#drain();
    }
  }

  /** The other side has everything before this sequence number. */
  acknowledged(sequence: number): void {
    const [first] = this.#pending;
    if (first === undefined || this.#next === undefined || distance(sequence, this.#next) <= 0) return;
    this.#patience--;
    if (this.#patience <= 0) this.#skipHole();
  }

  /** Nothing more comes: gives out what waits. */
  finish(): void {
    while (this.#pending.length > 0) this.#skipHole();
  }

  #keep(pending: Pending): void {
    this.#counts.reordered++;
    let at = this.#pending.length;
    while (at > 0 && distance(this.#pending[at - 1]!.sequence, pending.sequence) > 0) at--;
    this.#pending.splice(at, 0, pending);
    this.#pendingOctets += pending.payload.length;
    this.#counts.pendingOctets += pending.payload.length;
    const tooMuch =
      this.#pendingOctets > MAX_PENDING_OCTETS ||
      this.#pending.length > MAX_PENDING_SEGMENTS ||
      this.#counts.pendingOctets > MAX_ALL_PENDING_OCTETS;
    if (tooMuch) this.#skipHole();
  }

  #drain(): void {
    while (this.#pending.length > 0 && distance(this.#pending[0]!.sequence, this.#next!) <= 0) {
      this.#deliver(this.#takeFirst());
    }
    if (this.#pending.length === 0) this.#patience = HOLE_PATIENCE;
  }

  /** Goes on behind the hole in front of what waits. */
  #skipHole(): void {
    const first = this.#takeFirst();
    this.#gap(distance(first.sequence, this.#next!));
    this.#next = first.sequence;
    this.#patience = HOLE_PATIENCE;
    this.#deliver(first);
    this.#drain();
  }

  #takeFirst(): Pending {
    const first = this.#pending.shift()!;
    this.#pendingOctets -= first.payload.length;
    this.#counts.pendingOctets -= first.payload.length;
    return first;
  }

  /** Hands on what of a segment is new. It begins where the stream is, or before. */
  #deliver({ sequence, payload, missing, packet }: Pending): void {
    const known = -distance(sequence, this.#next!);
    const again = Math.min(known, payload.length);
    this.#counts.retransmittedOctets += again;
    if (again < payload.length) {
      this.#next = (sequence + payload.length) >>> 0;
      this.#sink.data(payload.subarray(again), packet);
    }
    const end = (sequence + payload.length + missing) >>> 0;
    if (missing > 0 && distance(end, this.#next!) > 0) {
      this.#gap(distance(end, this.#next!));
      this.#next = end;
    }
  }

  #gap(octets: number): void {
    this.#counts.gaps++;
    this.#counts.gapOctets += octets;
    this.#sink.gap(octets);
  }
}

const NO_OCTETS = new Uint8Array(0);

/** How far a sequence number is ahead of another, modulo 2^32 (RFC 9293 section 3.4). */
function distance(a: number, b: number): number {
  return (a - b) | 0;
}
