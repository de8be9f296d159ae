/** The device's TCP connection: whole BGP messages in, bytes out. The only place that touches the socket. */
import type { Socket } from "node:net";
import { MessageFramer, type ProtocolError } from "@netferry/bgp";
import { descriptorOf, quiesce } from "@netferry/kernel";
import { DEVICE_CLOSED } from "@netferry/relay";
import type { Clock } from "@netferry/service";
import type { RestingSocket } from "./handover/resting.ts";
import type { HandedConnection } from "./handover/state.ts";

/** Largest message of a session that is not established (RFC 4271 section 4.1). */
const MAX_EARLY_MESSAGE_LENGTH = 4_096;
/** Largest message that any BGP speaker may send (RFC 8654); the ingest enforces what was negotiated. */
const MAX_MESSAGE_LENGTH = 65_535;
/** A device that does not take the last bytes within this time is cut off. */
const CLOSE_TIMEOUT_MS = 5_000;
/** One that goes on sending is read for so long, in octets, that the last ones written can reach it; then it is cut off. */
const MAX_DISCARDED_BYTES = 256 * 1024;

export interface DeviceConnectionHandlers {
  /** A run of whole messages; the receiver may keep it. */
  onRun(run: Uint8Array): void;
  /** The bytes are no BGP; nothing more will come. */
  onGarbage(error: ProtocolError): void;
  /** The connection is gone or going; comes once. */
  onClosed(reason: string): void;
}

/** A connection that another process can go on with. */
export interface RestingConnection extends RestingSocket {
  readonly handed: HandedConnection;
}

export class DeviceConnection {
  readonly #socket: Socket;
  readonly #framer = new MessageFramer({ maxMessageLength: MAX_EARLY_MESSAGE_LENGTH });
  readonly #handlers: DeviceConnectionHandlers;
  readonly #later: Clock["later"];
  #closed = false;
  #discarded = 0;
  #bytesIn: number;
  #bytesOut: number;

  /** @param before what an agent before this one had of the connection; its input is in the socket */
  constructor(
    socket: Socket,
    handlers: DeviceConnectionHandlers,
    later: Clock["later"],
    before?: HandedConnection,
  ) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#later = later;
    this.#bytesIn = before?.bytesIn ?? 0;
    this.#bytesOut = before?.bytesOut ?? 0;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("end", () => this.#close(DEVICE_CLOSED));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#close(`the connection to the device failed: ${error.code ?? error.message}`),
    );
    socket.on("close", () => this.#close("the connection to the device is closed"));
  }

  get bytesIn(): number {
    return this.#bytesIn;
  }

  get bytesOut(): number {
    return this.#bytesOut;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Writes whole messages; `done` is called when the kernel has taken them. */
  write(run: Uint8Array, done: () => void): void {
    if (!this.#socket.writable) return;
    this.#bytesOut += run.length;
    this.#socket.write(run, (error) => {
      if (error === undefined || error === null) done();
    });
  }

  /** Longer messages may come from now on (RFC 8654). */
  established(): void {
    this.#framer.maxMessageLength = MAX_MESSAGE_LENGTH;
  }

  /** Closes in order, after everything that was written. */
  end(): void {
    this.#closed = true;
    this.#socket.resume();
    this.#finish();
  }

  /**
   * Brings the connection to rest: nothing more is read, and all that was written is with the kernel. Rejects where it
   * closes meanwhile, or where the device does not take what was written before `signal` aborts.
   */
  async rest(signal: AbortSignal): Promise<RestingConnection> {
    const quiet = await quiesce(this.#socket, { signal });
    const begun = this.#framer.remainder();
    return {
      descriptor: descriptorOf(this.#socket),
      handed: {
        input: begun.length === 0 ? quiet.input : Buffer.concat([begun, quiet.input]),
        bytesIn: this.#bytesIn - begun.length,
        bytesOut: this.#bytesOut,
      },
      resume: () => quiet.resume(),
      letGo: () => {
        this.#closed = true;
        return quiet.letGo();
      },
    };
  }

  #read(chunk: Uint8Array): void {
    if (this.#closed) {
      this.#discarded += chunk.length;
      if (this.#discarded > MAX_DISCARDED_BYTES) this.#socket.destroy();
      return;
    }
    this.#bytesIn += chunk.length;
    const { messages, error } = this.#framer.push(chunk);
    if (messages.length > 0) this.#handlers.onRun(messages);
    if (error !== undefined) this.#handlers.onGarbage(error);
  }

  #close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    // Half-open is no state of BGP: when the device has ended, so do we.
    this.#finish();
    this.#handlers.onClosed(reason);
  }

  /** A device that takes nothing any more does not keep its connection by that. */
  #finish(): void {
    this.#socket.end();
    if (this.#socket.destroyed) return;
    const cancel = this.#later(CLOSE_TIMEOUT_MS, () => this.#socket.destroy());
    this.#socket.once("close", cancel);
  }
}
