/** Runs one script against the port of an agent. */
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { iterateMessages, MessageFramer, messageType, MessageType } from "@netferry/bgp";
import type { Script, Step } from "./script.ts";

/** A message that does not come within this time is not waited for. */
const AWAIT_MS = 2_000;
/** A connection that is left alone is held for so long. */
const HOLD_MS = 3_000;

export interface Outcome {
  readonly sent: number;
  /** BGP messages that came back. */
  readonly received: number;
  /** The agent has closed it. */
  readonly closed: boolean;
}

class Connection {
  sent = 0;
  received = 0;
  closed = false;
  readonly #socket: Socket;
  readonly #framer = new MessageFramer({ maxMessageLength: 65_535 });
  readonly #types = new Set<number>();
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const over = (): void => {
      this.closed = true;
      this.#wake();
    };
    socket.on("error", over);
    socket.on("end", over);
    socket.on("close", over);
    socket.on("drain", () => this.#wake());
    socket.on("data", (chunk) => {
      for (const message of iterateMessages(this.#framer.push(chunk).messages)) {
        this.received += 1;
        this.#types.add(messageType(message, 0));
      }
      this.#wake();
    });
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case "write":
        await this.#write(step.bytes, step.chunk);
        return;
      case "await":
        await this.#until(AWAIT_MS, () => this.#types.has(MessageType[step.type]));
        return;
      case "wait":
        await this.#until(step.milliseconds, () => false);
        return;
      case "deaf":
        this.#socket.pause();
        return;
      case "flood":
        await this.#flood(step.message, step.milliseconds);
        return;
      case "end":
        if (step.how === "finish") this.#socket.end();
        else this.#socket.resetAndDestroy();
    }
  }

  async #write(bytes: Uint8Array, chunk: number): Promise<void> {
    for (let at = 0; at < bytes.length && !this.closed; at += chunk) {
      this.#socket.write(bytes.subarray(at, at + chunk));
      this.sent += Math.min(chunk, bytes.length - at);
      // Apart, so that they arrive one by one.
      if (at + chunk < bytes.length) await delay(0);
    }
  }

  async #flood(message: Uint8Array, milliseconds: number): Promise<void> {
    const batch = Buffer.concat(Array.from({ length: Math.ceil(65_536 / message.length) }, () => message));
    const deadline = performance.now() + milliseconds;
    while (!this.closed && performance.now() < deadline) {
      this.sent += batch.length;
      if (this.#socket.write(batch)) await delay(0);
      else await this.#until(deadline - performance.now(), () => !this.#socket.writableNeedDrain);
    }
  }

  /** Resolves when it is so, when the connection is over, or when the time is. */
  async #until(milliseconds: number, isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (!this.closed && !isSo()) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
  }
}

/** Never rejects: whatever the agent does to a hostile connection is right, as long as it stays up. */
export async function runScript(
  { steps }: Script,
  at: { readonly host: string; readonly port: number },
  localAddress: string,
): Promise<Outcome> {
  const socket = connect({ ...at, localAddress });
  const connection = new Connection(socket);
  await new Promise<void>((resolve) => {
    socket.once("connect", () => resolve());
    socket.once("close", () => resolve());
  });
  for (const step of steps) {
    if (connection.closed) break;
    await connection.step(step);
  }
  if (!connection.closed && steps.at(-1)?.kind !== "end") await delay(HOLD_MS);
  const { sent, received, closed } = connection;
  socket.destroy();
  return { sent, received, closed };
}
