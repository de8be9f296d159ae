/** Brings a connection to rest, so that another process can go on with it without losing an octet. */
import type { Socket } from "node:net";

import { nodeHandle, type NodeHandle } from "../descriptor.ts";
import { KernelArgumentError } from "../error.ts";

export interface QuietSocket {
  /** What was read and that nobody has seen. It goes to the successor, in front of what it reads itself. */
  readonly input: Buffer;
  /** Takes it all back: the input is in front again, and reading goes on as before. */
  resume(): void;
  /** Closes this process's descriptor, without a word to the peer as long as another descriptor is left. */
  letGo(): Promise<void>;
}

/**
 * Stops reading at once, and waits until all that was written has reached the kernel. From the call on the
 * caller writes nothing more, and never calls `end`, which would shut the connection down for the
 * successor too. What a `data` listener got before stays with its owner; later data waits in the kernel.
 *
 * A peer that does not read can make the wait long: `signal` ends it, reading goes on, and its reason is
 * thrown. Only for sockets of TCP without TLS, an encoding or an `onread` buffer.
 */
export async function quiesce(
  socket: Socket,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<QuietSocket> {
  const handle = openHandle(socket);
  signal?.throwIfAborted();
  const wasFlowing = socket.readableFlowing === true;
  stopReading(socket, handle);
  const resume = (input: Buffer): void => {
    Reflect.deleteProperty(socket, "_read");
    if (input.length > 0) socket.unshift(input);
    // The stream believes that it is reading, for the empty `_read` never gave it anything: start the handle itself.
    const startReading: unknown = Reflect.get(socket, "_read");
    if (typeof startReading === "function") Reflect.apply(startReading, socket, [0]);
    if (wasFlowing) socket.resume();
  };
  try {
    await written(socket, signal);
  } catch (error) {
    if (!socket.destroyed) resume(Buffer.alloc(0));
    throw error;
  }
  const input = takeInput(socket);
  return { input, resume: () => resume(input), letGo: () => letGo(socket) };
}

type StreamHandle = NodeHandle & Required<Pick<NodeHandle, "readStop">>;

function openHandle(socket: Socket): StreamHandle {
  const handle = nodeHandle(socket);
  if (handle === undefined || handle.fd < 0 || socket.connecting || socket.destroyed) {
    throw new KernelArgumentError("only an open connection can be brought to rest");
  }
  if (handle.readStop === undefined || "encrypted" in socket || socket.readableEncoding !== null) {
    throw new KernelArgumentError("only a plain TCP connection without an encoding can be handed over");
  }
  if (socket.writableEnded) {
    throw new KernelArgumentError("the connection was ended by this process; it can't be handed over");
  }
  return handle as StreamHandle;
}

/**
 * `pause` alone lets libuv read on until the stream's buffer is full, and `read` starts it again; so the
 * handle is stopped, and the stream's own way to start it is taken away.
 */
function stopReading(socket: Socket, handle: StreamHandle): void {
  Reflect.set(socket, "_read", () => {});
  socket.pause();
  handle.reading = false;
  handle.readStop();
}

/** An empty write ends after all that came before it. */
function written(socket: Socket, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => reject(signal?.reason);
  const onClose = (): void => reject(new KernelArgumentError("the connection closed before it was at rest"));
  signal?.addEventListener("abort", onAbort, { once: true });
  socket.once("close", onClose);
  socket.write(new Uint8Array(), (error) => (error ? reject(error) : resolve()));
  return promise.finally(() => {
    signal?.removeEventListener("abort", onAbort);
    socket.off("close", onClose);
  });
}

/** `read` would also give it to `data` listeners, and then it would be seen twice. */
function takeInput(socket: Socket): Buffer {
  const listeners = socket.rawListeners("data");
  socket.removeAllListeners("data");
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk: unknown = socket.read();
    if (!Buffer.isBuffer(chunk)) break;
    chunks.push(chunk);
  }
  for (const listener of listeners) socket.on("data", listener as (chunk: Buffer) => void);
  return Buffer.concat(chunks);
}

/** `destroy` closes the descriptor and nothing else; `end` would send a FIN. */
async function letGo(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  socket.destroy();
  await promise;
}
