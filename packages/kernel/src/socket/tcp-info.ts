/** What the kernel knows about a TCP connection, or a listening socket. */
import type { Server } from "node:net";
import type { SocketTarget } from "../descriptor.ts";
import { KernelError } from "../error.ts";
import { unavailableReason } from "../ffi/libc.ts";
import { getOption, SOL_TCP } from "./option.ts";

const TCP_INFO = { level: SOL_TCP, option: 11, name: "TCP_INFO" };
/** More than any kernel writes; the rest stays away. */
const TCP_INFO_ROOM = 512;

const STATES = [
  "established",
  "syn-sent",
  "syn-received",
  "fin-wait-1",
  "fin-wait-2",
  "time-wait",
  "close",
  "close-wait",
  "last-ack",
  "listen",
  "closing",
] as const;

export type TcpState = (typeof STATES)[number] | "unknown";

export interface SocketInfo {
  readonly state: TcpState;
  /** Smoothed round trip and its variation, in microseconds; 0 before the first measurement. */
  readonly rtt: number;
  readonly rttVariation: number;
  /** Lowest round trip seen, in microseconds. */
  readonly minimumRtt: number;
  /** Time to the next retransmission, in microseconds. */
  readonly retransmissionTimeout: number;
  /** Segments that were sent and not acknowledged. */
  readonly unacked: number;
  /** Octets that were written and not sent yet. */
  readonly notSent: number;
  /** Segments that were sent again, over the whole life. */
  readonly retransmits: number;
  /** Segments that may be under way. */
  readonly congestionWindow: number;
  /** Largest segment that is sent, in octets of data. */
  readonly maximumSegment: number;
  /** Since the last data came, in milliseconds. */
  readonly idle: number;
  /** Octets that the peer acknowledged, and that came from it. */
  readonly bytesAcknowledged: number;
  readonly bytesReceived: number;
}

/** TCP_INFO. A field that this kernel does not have is 0. */
export function socketInfo(target: SocketTarget): SocketInfo {
  const octets = new Uint8Array(TCP_INFO_ROOM);
  octets.set(getOption(target, TCP_INFO, TCP_INFO_ROOM));
  return decodeTcpInfo(octets);
}

/**
 * Whether the kernel still listens for a server: a socket can be ended from outside (`ss -K`), of which the runtime is not
 * told. Where the kernel can't be asked, what the runtime says.
 */
export function isListening(server: Server): boolean {
  if (!server.listening || unavailableReason() !== undefined) return server.listening;
  try {
    return socketInfo(server).state === "listen";
  } catch (error) {
    if (error instanceof KernelError) return false;
    throw error;
  }
}

/** `struct tcp_info` with {@link TCP_INFO_ROOM} octets. */
function decodeTcpInfo(octets: Uint8Array): SocketInfo {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const word = (offset: number): number => view.getUint32(offset, true);
  const long = (offset: number): number => Number(view.getBigUint64(offset, true));
  return {
    state: STATES[view.getUint8(0) - 1] ?? "unknown",
    retransmissionTimeout: word(8),
    maximumSegment: word(16),
    unacked: word(24),
    idle: word(52),
    rtt: word(68),
    rttVariation: word(72),
    congestionWindow: word(80),
    retransmits: word(100),
    bytesAcknowledged: long(120),
    bytesReceived: long(128),
    notSent: word(144),
    minimumRtt: word(148),
  };
}
