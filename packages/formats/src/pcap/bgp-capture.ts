import { BgpFraming, type FramedBgp, isBgpHeader } from "./bgp-framing.ts";
import { CaptureCounts } from "./counts.ts";
import type { Packet } from "./packet.ts";
import { type Segment, segmentOf } from "./segment.ts";
import { TcpStream } from "./tcp-stream.ts";

/** One end of a connection. */
export interface Endpoint {
  /** 4 or 16 octets. Owned. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** A BGP message in a capture. */
export interface CapturedMessage {
  /** Connections are counted from 1. */
  readonly connection: number;
  /** Which of its two directions: 0 for that of the packet that was seen first. */
  readonly side: 0 | 1;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Of the packet with which it was whole. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly packet: number;
  /** A view, good until the next packet. */
  readonly bytes: Uint8Array;
  /** Octets that stand where a message should begin, and are none. */
  readonly broken: boolean;
}

/** Connections that are followed at a time. */
export const MAX_CONNECTIONS = 4096;

const BGP_PORT = 179;

interface Connection {
  readonly number: number;
  readonly key: string;
  /** The end whose packet was seen first, and the other. */
  readonly ends: readonly [Direction, Direction];
}

interface Direction {
  readonly source: Endpoint;
  readonly stream: TcpStream;
  readonly framing: BgpFraming;
}

/**
 * The BGP messages in the packets of a capture: TCP connections of port 179, and those of other ports from the
 * first segment on that begins with a BGP header. Each connection's two directions are put together by
 * themselves. Memory is bounded by {@link MAX_CONNECTIONS} and what a stream may hold.
 */
export class BgpCapture {
  readonly counts = new CaptureCounts();
  /** In the order of their last packets. */
  readonly #connections = new Map<string, Connection>();
  #given: CapturedMessage[] = [];

  /** Takes the next packet and gives the messages that it completes. */
  add(packet: Packet): readonly CapturedMessage[] {
    this.counts.packets++;
    this.#given = [];
    const segment = segmentOf(packet);
    if (typeof segment === "string") this.counts.skipped[segment]++;
    else this.#addSegment(segment, packet);
    return this.#given;
  }

  /** The capture has ended: gives what waited behind holes. */
  finish(): readonly CapturedMessage[] {
    this.#given = [];
    for (const connection of this.#connections.values()) finish(connection);
    this.#connections.clear();
    return this.#given;
  }

  #addSegment(segment: Segment, packet: Packet): void {
    const there = endText(segment.source, segment.sourcePort);
    const here = endText(segment.destination, segment.destinationPort);
    let connection = this.#connections.get(there + here) ?? this.#connections.get(here + there);
    const from = (each: Connection): 0 | 1 => (each.key === there + here ? 0 : 1);
    if (connection !== undefined && segment.syn) {
      const { stream } = connection.ends[from(connection)];
      if (stream.isOther(segment.sequence)) {
        this.#close(connection);
        connection = undefined;
      }
    }
    connection ??= this.#open(there + here, segment);
    if (connection === undefined) return;
    this.#connections.delete(connection.key);
    this.#connections.set(connection.key, connection);
    const side = from(connection);
    if (segment.acknowledgement !== undefined) {
      connection.ends[1 - side]?.stream.acknowledged(segment.acknowledgement);
    }
    connection.ends[side].stream.add(segment, packet);
    if (segment.rst || connection.ends.every(({ stream }) => stream.ended))
      for (const { stream } of connection.ends) stream.finish();
  }

  /** Undefined for a connection that is not BGP, as far as one can tell. */
  #open(key: string, segment: Segment): Connection | undefined {
    const begins = isBgpHeader(segment.payload, 0);
    const isPort = segment.sourcePort === BGP_PORT || segment.destinationPort === BGP_PORT;
    if (!begins && !isPort) {
      this.counts.skipped["not-bgp"]++;
      return undefined;
    }
    // Acknowledgements behind the end of a connection do not open it again.
    if (!segment.syn && segment.payload.length === 0) return undefined;
    const oldest = this.#connections.values().next().value;
    if (oldest !== undefined && this.#connections.size >= MAX_CONNECTIONS) {
      this.counts.skipped["connection-evicted"]++;
      this.#close(oldest);
    }
    const number = ++this.counts.connections;
    const source = { address: segment.source.slice(), port: segment.sourcePort };
    const destination = { address: segment.destination.slice(), port: segment.destinationPort };
    const fromStart = segment.syn;
    const ends = [
      this.#direction(number, 0, source, destination, fromStart),
      this.#direction(number, 1, destination, source, fromStart),
    ] as const;
    return { number, key, ends };
  }

  #direction(
    connection: number,
    side: 0 | 1,
    source: Endpoint,
    destination: Endpoint,
    fromStart: boolean,
  ): Direction {
    const give = ({ bytes, broken, packet }: FramedBgp): void => {
      const { seconds, nanoseconds, number } = packet;
      const time = { seconds, nanoseconds, packet: number };
      this.#given.push({ connection, side, source, destination, ...time, bytes, broken });
    };
    const framing = new BgpFraming(this.counts, fromStart, give);
    return { source, framing, stream: new TcpStream(framing, this.counts) };
  }

  #close(connection: Connection): void {
    finish(connection);
    this.#connections.delete(connection.key);
  }
}

function finish({ ends }: Connection): void {
  for (const { stream, framing } of ends) {
    stream.finish();
    framing.finish();
  }
}

function endText(address: Uint8Array, port: number): string {
  return `${String.fromCharCode(...address)}${String.fromCharCode(port)}`;
}
