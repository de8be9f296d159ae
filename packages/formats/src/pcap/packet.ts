/** A packet of a capture file. */
export interface Packet {
  /** Counted from 1, as Wireshark does. */
  readonly number: number;
  /** Seconds since 1970, and nanoseconds behind them; 0 where the file does not tell. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** One of libpcap's link-layer header types. */
  readonly linkType: number;
  /** What was captured: a view of what was read. */
  readonly data: Uint8Array;
}

export const captureErrorCauses = [
  /** The first octets are of no capture file. */
  "no-capture",
  /** A packet or block is longer than any can be: the reader has lost its place. */
  "length",
  /** The file ends inside a packet or block. */
  "cut-short",
  /** It can't be read or decompressed. */
  "unreadable",
] as const;

/** Why a capture file can't be read on. */
export interface CaptureError {
  readonly cause: (typeof captureErrorCauses)[number];
  /** Octets from the start of the file. */
  readonly offset: number;
  /** One line. */
  readonly text: string;
}

/** Longest packet that is read, octets: four times the most that tcpdump and Wireshark capture of one. */
export const MAX_PACKET_LENGTH = 1024 * 1024;
