/**
 * All that an agent knows of a BGP session: the two OPENs, and whether both were confirmed.
 *
 * Enough to keep the device company while no ingest is attached, and to hand the session to another ingest.
 */
import { decodeMessage, iterateMessages, messageType, MessageType, openAsn } from "@netferry/bgp";
import type { Attach, SessionFlow } from "@netferry/relay";
import type { HandedOpens } from "./handover/state.ts";

/** Offset of the hold time in an OPEN (RFC 4271 section 4.2): after header, version and My AS. */
const HOLD_TIME_OFFSET = 22;
const EMPTY = new Uint8Array(0);

export class SessionOpens {
  #device: Uint8Array = EMPTY;
  #ingest: Uint8Array = EMPTY;
  #deviceAsn: number | undefined;
  #deviceConfirmed = false;
  #ingestConfirmed = false;

  constructor(before?: HandedOpens) {
    if (before === undefined) return;
    this.#device = before.device;
    this.#ingest = before.ingest;
    this.#deviceConfirmed = before.deviceConfirmed;
    this.#ingestConfirmed = before.ingestConfirmed;
  }

  /** The device's OPEN, header included; empty before it came. */
  get device(): Uint8Array {
    return this.#device;
  }

  /** What the device calls itself in its OPEN; undefined before that came, and where it can't be read. */
  get deviceAsn(): number | undefined {
    this.#deviceAsn ??= asnOf(this.#device);
    return this.#deviceAsn;
  }

  /** The ingest's OPEN, header included; empty before it came. */
  get ingest(): Uint8Array {
    return this.#ingest;
  }

  /** The device's OPEN has come. */
  get opened(): boolean {
    return this.#device.length > 0;
  }

  /** Both sides have answered the other's OPEN with a KEEPALIVE. */
  get established(): boolean {
    return this.#deviceConfirmed && this.#ingestConfirmed;
  }

  /** For the agent that goes on with the session. */
  get handed(): HandedOpens {
    return {
      device: this.#device,
      ingest: this.#ingest,
      deviceConfirmed: this.#deviceConfirmed,
      ingestConfirmed: this.#ingestConfirmed,
    };
  }

  /** Negotiated hold time in seconds: the smaller one (RFC 4271 section 4.2); 0 for none, or before both OPENs. */
  get holdTime(): number {
    return this.#device.length === 0 || this.#ingest.length === 0
      ? 0
      : Math.min(holdTimeOf(this.#device), holdTimeOf(this.#ingest));
  }

  /** Looks at a run of whole messages on its way. */
  observe(from: "device" | "ingest", run: Uint8Array): void {
    if (this.established) return;
    for (const message of iterateMessages(run)) {
      const type = messageType(message, 0);
      if (type === MessageType.open) {
        if (from === "device" && this.#device.length === 0) this.#device = message.slice();
        if (from === "ingest" && this.#ingest.length === 0) this.#ingest = message.slice();
      } else if (type === MessageType.keepalive) {
        if (from === "device") this.#deviceConfirmed = true;
        else this.#ingestConfirmed = true;
      }
      if (this.established) return;
    }
  }
}

function asnOf(open: Uint8Array): number | undefined {
  if (open.length === 0) return undefined;
  const decoded = decodeMessage(open);
  return decoded.ok && decoded.message.type === "open" ? openAsn(decoded.message) : undefined;
}

/**
 * What the agent says first on a data stream.
 *
 * @param beganMs when the session began, milliseconds since 1970
 */
export function attachOf(flow: SessionFlow, opens: SessionOpens, lossy: boolean, beganMs: number): Attach {
  return {
    retainedFrom: flow.retainedFrom,
    retainedTo: flow.produced,
    delivered: flow.received,
    lossy,
    deviceOpen: opens.device,
    ingestOpen: opens.ingest,
    established: opens.established,
    beganMs: Math.max(0, Math.trunc(beganMs)),
  };
}

function holdTimeOf(open: Uint8Array): number {
  return ((open[HOLD_TIME_OFFSET] ?? 0) << 8) | (open[HOLD_TIME_OFFSET + 1] ?? 0);
}
