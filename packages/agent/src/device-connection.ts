/** The device's TCP connection: whole BGP messages in, bytes out. The only place that touches the socket. */
import type { Socket } from "node:net";
import { MessageFramer, type ProtocolError } from "@netferry/bgp";
import { DEVICE_CLOSED } from "@netferry/relay";

/** Largest message that any BGP speaker may send (RFC 8654); the ingest enforces what was negotiated. */
const MAX_MESSAGE_LENGTH = 65_535;
/** A device that does not take the last bytes within this time is cut off. */
const CLOSE_TIMEOUT_MS = 5_000;

export interface DeviceConnectionHandlers {
  /** A run of whole messages; the receiver may keep it. */
  onRun(run: Uint8Array): void;
  /** The bytes are no BGP; nothing more will come. */
  onGarbage(error: ProtocolError): void;
  /** The connection is gone or going; comes once. */
  onClosed(reason: string): void;
}

export class DeviceConnection {
  readonly #socket: Socket;
  readonly #framer = new MessageFramer({ maxMessageLength: MAX_MESSAGE_LENGTH });
  readonly #handlers: DeviceConnectionHandlers;
  #closed = false;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(socket: Socket, handlers: DeviceConnectionHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
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

  /** Closes in order, after everything that was written. */
  end(): void {
    this.#closed = true;
    this.#socket.resume();
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    this.#socket.once("close", () => clearTimeout(timer));
  }

  #read(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#bytesIn += chunk.length;
    const { messages, error } = this.#framer.push(chunk);
    if (messages.length > 0) this.#handlers.onRun(messages);
    if (error !== undefined) this.#handlers.onGarbage(error);
  }

  #close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    // Half-open is no state of BGP: when the device has ended, so do we.
    this.#socket.end();
    this.#handlers.onClosed(reason);
  }
}
