/** A device that dials ingest itself: its TCP connection as a {@link Transport}. */
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { TransportDownReason } from "@netferry/bgp";
import { MAX_EXTENDED_MESSAGE_LENGTH, MessageFramer } from "@netferry/bgp";
import type { Transport, TransportHandlers } from "./transport.ts";

/** Unsent bytes beyond which a device is taken for one that does not read. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
/** A device that does not take the last bytes within this time is cut off. */
const CLOSE_TIMEOUT_MS = 5_000;
/** One that goes on sending is read for so long, in octets, that the last ones written can reach it; then it is cut off. */
const MAX_DISCARDED_BYTES = 256 * 1024;

export class DirectTransport implements Transport {
  readonly id = randomUUID();
  readonly via = "direct";
  readonly agentInstance = undefined;
  readonly beganMs = 0;
  readonly accountId = undefined;
  readonly unconfirmed = false;
  readonly #socket: Socket;
  // Which length was negotiated is the decoder's to say; here it only has to be one at all.
  readonly #framer = new MessageFramer({ maxMessageLength: MAX_EXTENDED_MESSAGE_LENGTH });
  readonly deviceAddress: string;
  readonly peer: string;
  readonly local: string;
  #handlers: TransportHandlers | undefined;
  #closed = false;
  #discarded = 0;
  #bytesUp = 0;
  #bytesDown = 0;

  /** The socket must be paused. */
  constructor(socket: Socket, ends: { deviceAddress: string; peer: string; local: string }) {
    this.#socket = socket;
    this.deviceAddress = ends.deviceAddress;
    this.peer = ends.peer;
    this.local = ends.local;
    socket.setNoDelay(true);
  }

  get bytesUp(): number {
    return this.#bytesUp;
  }

  get bytesDown(): number {
    return this.#bytesDown;
  }

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    const socket = this.#socket;
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("end", () => this.#down({ kind: "peer-closed" }));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#down({ kind: "transport-failed", text: error.code ?? error.message }),
    );
    socket.on("close", () => this.#down({ kind: "transport-failed", text: "connection closed" }));
    socket.resume();
  }

  send(messages: Uint8Array): void {
    if (this.#closed || !this.#socket.writable) return;
    this.#bytesDown += messages.length;
    this.#socket.write(messages, (error) => {
      if ((error === undefined || error === null) && !this.#closed) this.#handlers?.onSent();
    });
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.#socket.destroy();
      this.#down({ kind: "transport-failed", text: "the device does not read" });
    }
  }

  close(_reason: string, abort: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    if (abort) {
      this.#socket.destroy();
      return;
    }
    // The device's last words are not waited for, but must not block its end.
    this.#socket.resume();
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    this.#socket.once("close", () => clearTimeout(timer));
  }

  #read(chunk: Uint8Array): void {
    if (this.#closed) {
      this.#discarded += chunk.length;
      if (this.#discarded > MAX_DISCARDED_BYTES) this.#socket.destroy();
      return;
    }
    this.#bytesUp += chunk.length;
    const { messages, error } = this.#framer.push(chunk);
    if (messages.length > 0) this.#handlers?.onRun(messages);
    if (error !== undefined && !this.#closed) this.#handlers?.onGarbage(error);
  }

  #down(reason: TransportDownReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#handlers?.onDown(reason);
  }
}
