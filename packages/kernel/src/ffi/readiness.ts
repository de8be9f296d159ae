/** Waits for a descriptor in the event loop itself: no thread, no polling, nothing while nothing comes. */
import { libc, type PollHandle } from "./libc.ts";

/**
 * Calls `onReady` when a descriptor is readable or writable, on each turn of the loop as long as it is. The
 * descriptor is in non-blocking mode and stays open until {@link Readiness.close} was called. One watch a
 * descriptor: a second one, or one on what is no socket, is an error that koffi lets end the process.
 */
export class Readiness {
  readonly #handle: PollHandle;
  readonly #onReady: () => void;
  #scheduled = false;
  #closed = false;

  constructor(fd: number, direction: "readable" | "writable", onReady: () => void) {
    this.#onReady = onReady;
    const events = { readable: direction === "readable", writable: direction === "writable" };
    this.#handle = libc().poll(fd, events, () => this.#schedule());
  }

  /** Whether it keeps the process alive; it does until told otherwise. */
  keepAlive(value: boolean): void {
    if (this.#closed) return;
    if (value) this.#handle.ref();
    else this.#handle.unref();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.close();
  }

  /**
   * libuv calls below Node's own machinery: promises would not go on after it, and an exception would be lost.
   * An immediate runs in the same turn of the loop, inside that machinery.
   */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#closed) this.#onReady();
    });
  }
}
