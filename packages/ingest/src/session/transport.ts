/** What carries a BGP session to ingest: a device's own TCP connection, or an agent's relay. */
import type { ProtocolError, TransportDownReason } from "@netferry/bgp";

export interface TransportHandlers {
  /** A run of whole messages; valid only during the call. */
  onRun(run: Uint8Array): void;
  /** What follows the last run is no BGP; nothing more comes, and the owner closes. */
  onGarbage(error: ProtocolError): void;
  /** Everything that was sent so far is with the next hop. */
  onSent(): void;
  /** The relay lost its stream (true), or has one again (false); the device notices neither. */
  onDetached(detached: boolean): void;
  /** The transport is gone; comes once, and not after {@link Transport.close}. */
  onDown(reason: TransportDownReason): void;
}

export interface Transport {
  /** UUID of the session that it carries. */
  readonly id: string;
  readonly via: "relay" | "direct";
  /** Instance UUID of the agent; only for a relay. */
  readonly agentInstance: string | undefined;
  /** Account that opened the session; only for a relay. */
  readonly accountId: number | undefined;
  /** The device's address, canonical text. */
  readonly deviceAddress: string;
  /** The device's end as host:port. */
  readonly peer: string;
  /** The end that the device dialled, as host:port. */
  readonly local: string;
  /** When the session began, milliseconds since 1970 by the agent's clock; 0 where nobody says. */
  readonly beganMs: number;
  /** Bytes of BGP since the session began: `up` from the device, `down` to it. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** The relay has not confirmed what was sent last: it may be cut off. Never so for a device's own connection. */
  readonly unconfirmed: boolean;
  /** Registers the owner; runs flow from then on. */
  open(handlers: TransportHandlers): void;
  /** Sends whole messages and takes the array over. */
  send(messages: Uint8Array): void;
  /** Ends the session: after what was sent, or at once where `abort` says so. */
  close(reason: string, abort: boolean): void;
}
