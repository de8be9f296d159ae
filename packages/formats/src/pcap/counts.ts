/** Why something of a capture is not among its messages. */
export const captureSkipCauses = [
  /** Packets of a link type that is not understood. */
  "link-type",
  /** Frames that are neither IPv4 nor IPv6. */
  "not-ip",
  /** Packets whose headers don't fit them. */
  "malformed",
  /** IP packets that are not TCP. */
  "not-tcp",
  /** IP fragments: they are not put together. */
  "fragment",
  /** Segments of connections that are not BGP. */
  "not-bgp",
  /** Segments too far from where their stream is. */
  "out-of-window",
  /** Connections given up for newer ones, too many being open. */
  "connection-evicted",
] as const;

export type CaptureSkipCause = (typeof captureSkipCauses)[number];

/** What became of a capture's packets. */
export class CaptureCounts {
  packets = 0;
  connections = 0;
  messages = 0;
  /** Octets that are there again, or twice in overlapping segments. */
  retransmittedOctets = 0;
  /** Octets of all streams that wait for those before them. */
  pendingOctets = 0;
  /** Segments that came before their turn. */
  reordered = 0;
  /** Places where octets of a stream are not in the capture. */
  gaps = 0;
  gapOctets = 0;
  /** Octets passed over to find the next message: behind a gap, at a start in the midst, behind a broken header. */
  skippedOctets = 0;
  /** Places where a message should begin and none does. */
  broken = 0;
  readonly skipped: Record<CaptureSkipCause, number> = {
    "link-type": 0,
    "not-ip": 0,
    malformed: 0,
    "not-tcp": 0,
    fragment: 0,
    "not-bgp": 0,
    "out-of-window": 0,
    "connection-evicted": 0,
  };
}
