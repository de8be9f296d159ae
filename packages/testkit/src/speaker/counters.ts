import type { DownReason, Message } from "@netferry/bgp";

/** What a speaker has done so far, over all its connections. Plain numbers, to be read at any time. */
export class SpeakerCounters {
  /** Connections that came up or were tried. */
  connections = 0;
  established = 0;
  /** Ends of sessions and failed attempts, by reason. */
  readonly down: Partial<Record<DownReason["kind"], number>> = {};
  messagesSent = 0;
  readonly messagesReceived: Record<Message["type"], number> = {
    open: 0,
    update: 0,
    notification: 0,
    keepalive: 0,
    "route-refresh": 0,
  };
  bytesSent = 0;
  bytesReceived = 0;
  /** Announcements and withdrawals of single routes handed to the transport. */
  routesSent = 0;
  /** Requests of the peer to send a family again. */
  refreshes = 0;
  /** Batches of changes that came while the peer did not keep up, to be sent once it does. */
  batchesDeferred = 0;
}
