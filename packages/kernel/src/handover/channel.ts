/** A connection between two processes of this host that carries messages with descriptors. */
import { closeDescriptor, duplicateDescriptor } from "../descriptor.ts";
import { KernelArgumentError } from "../error.ts";
import { Readiness } from "../ffi/readiness.ts";
import { type ReceivedMessage, receiveDescriptors, sendDescriptors } from "./message.ts";
import { connectUnixSocket, type PeerCredentials, peerCredentials } from "./unix-socket.ts";

/**
 * Messages arrive whole and in order. One `send` and one `receive` may be under way; nothing is queued here,
 * so what waits is bounded by the kernel's buffer for the socket. Owns its descriptor.
 */
export class DescriptorChannel {
  readonly #fd: number;
  readonly #waits = new Map<"readable" | "writable", Wait>();
  #closed = false;

  /** Takes over the descriptor of a connected Unix socket of type SOCK_SEQPACKET that does not block. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Connects to a {@link DescriptorListener}. */
  static connect(path: string): DescriptorChannel {
    return new DescriptorChannel(connectUnixSocket(path, "seqpacket"));
  }

  /** The process at the other end. */
  get peer(): PeerCredentials {
    return peerCredentials(this.#fd);
  }

  /** As {@link sendDescriptors}; waits while the other side is slow. The descriptors stay open here. */
  async send(payload: Uint8Array, descriptors: readonly number[] = []): Promise<void> {
    this.#requireIdle("writable");
    while (!sendDescriptors(this.#fd, descriptors, payload)) await this.#wait("writable");
  }

  /** The next message, or undefined when the other side closed. The caller owns the descriptors in it. */
  async receive(): Promise<ReceivedMessage | undefined> {
    this.#requireIdle("readable");
    for (;;) {
      const received = receiveDescriptors(this.#fd);
      if (received.kind === "message") return received.message;
      if (received.kind === "end") return undefined;
      await this.#wait("readable");
    }
  }

  /** What is under way fails. Messages that the other side did not read yet are still delivered. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const wait of this.#waits.values()) {
      wait.readiness.close();
      wait.reject(new KernelArgumentError("the channel was closed here"));
    }
    this.#waits.clear();
    closeDescriptor(this.#fd);
  }

  #requireIdle(direction: "readable" | "writable"): void {
    if (this.#closed) throw new KernelArgumentError("the channel was closed here");
    if (!this.#waits.has(direction)) return;
    throw new KernelArgumentError(`await the last ${direction === "readable" ? "receive" : "send"} first`);
  }

  /** libuv watches a descriptor once, and a send and a receive may both wait: each watches a copy. */
  #wait(direction: "readable" | "writable"): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const copy = duplicateDescriptor(this.#fd);
    const readiness = watch(copy, direction, () => {
      readiness.close();
      this.#waits.delete(direction);
      resolve();
    });
    this.#waits.set(direction, { readiness, reject });
    return promise;
  }
}

/** A watch that closes the descriptor with itself. */
function watch(fd: number, direction: "readable" | "writable", onReady: () => void): Wait["readiness"] {
  const readiness = new Readiness(fd, direction, onReady);
  return {
    close: () => {
      readiness.close();
      closeDescriptor(fd);
    },
  };
}

interface Wait {
  readonly readiness: { close(): void };
  reject(error: Error): void;
}
