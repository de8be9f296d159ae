/** The C library through koffi: loaded when the first function is called, never by importing the package. */
import type * as Koffi from "koffi";

import { errnoName, KernelError, KernelUnavailableError } from "../error.ts";
import { koffiRemedy, loadKoffi } from "./addon.ts";

/** Where the structures and constants of this package are those of the kernel: 64 bits, little-endian. */
export const ARCHITECTURES: ReadonlySet<string> = new Set(["x64", "arm64", "riscv64", "loong64"]);

/** The calls that the package makes. Buffers are read and written in place; a number below zero is a failure. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  listen(fd: number, backlog: number): number;
  /** Never asks for the peer's address. */
  accept4(fd: number, address: null, length: null, flags: number): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  /** `length` is 4 octets: the room on the way in, the size of the value on the way out. */
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array): number;
  recvfrom(
    fd: number,
    buffer: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: Uint8Array,
  ): number;
  sendmsg(fd: number, message: Uint8Array, flags: number): number;
  recvmsg(fd: number, message: Uint8Array, flags: number): number;
  close(fd: number): number;
  /** `fcntl(F_DUPFD_CLOEXEC)` and the like: an int as third argument. */
  fcntl(fd: number, command: number, argument: number): number;
  /** Writes two descriptors, 4 octets each. */
  socketpair(domain: number, type: number, protocol: number, pair: Uint8Array): number;
  memfd_create(name: string, flags: number): number;
  if_nametoindex(name: string): number;
  /** Writes at most 16 octets; false for no such interface. */
  if_indextoname(index: number, name: Uint8Array): boolean;
  /** Address of the buffer's first octet. It holds as long as the caller keeps the buffer. */
  address(buffer: Uint8Array): bigint;
  /** Calls back on each turn of the event loop in which the descriptor is readable (or writable). */
  poll(fd: number, events: { readable: boolean; writable: boolean }, onReady: () => void): PollHandle;
  /** Of the last call that failed. Ask at once. */
  errno(): number;
}

export interface PollHandle {
  stop(): void;
  close(): void;
  ref(): void;
  unref(): void;
}

let loaded: Libc | undefined;

/** Throws {@link KernelUnavailableError} where the package cannot work. */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

/** Why the package cannot work here, or undefined where it can. Loads koffi. */
export function unavailableReason(): string | undefined {
  try {
    libc();
    return undefined;
  } catch (error) {
    if (error instanceof KernelUnavailableError) return error.message;
    throw error;
  }
}

/** Why these cannot be, before anything is loaded. */
export function unsupportedPlatform(platform: string, architecture: string): string | undefined {
  if (platform !== "linux") return `socket options of Linux are not available on ${platform}; run on Linux`;
  if (!ARCHITECTURES.has(architecture)) {
    return `structures of the kernel are not known on ${architecture}; run on one of ${[...ARCHITECTURES].join(", ")}`;
  }
  return undefined;
}

/** `result` if it is no failure; else the errno as an Error that says what was asked and the remedy. */
export function checked(
  result: number,
  call: string,
  remedies: Readonly<Record<string, string>> = {},
): number {
  if (result >= 0) return result;
  const errno = libc().errno();
  throw new KernelError(call, errno, remedies[errnoName(errno)]);
}

function load(): Libc {
  const unsupported = unsupportedPlatform(process.platform, process.arch);
  if (unsupported !== undefined) throw new KernelUnavailableError(unsupported);
  try {
    return bindLibc(loadKoffi());
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new KernelUnavailableError(`koffi cannot load (${text.split("\n", 1)[0]}); ${koffiRemedy()}`, {
      cause,
    });
  }
}

function bindLibc(koffi: typeof Koffi): Libc {
  // The process itself: Node is linked with the C library, be it glibc or musl.
  const library = koffi.load(null);
  const bind = (definition: string): unknown => library.func(definition);
  const fcntl = bind("int fcntl(int, int, ...)") as (...args: unknown[]) => number;
  const indexToName = bind("char *if_indextoname(uint32_t, void *)") as (...args: unknown[]) => unknown;
  return {
    socket: bind("int socket(int, int, int)") as Libc["socket"],
    bind: bind("int bind(int, void *, uint32_t)") as Libc["bind"],
    connect: bind("int connect(int, void *, uint32_t)") as Libc["connect"],
    listen: bind("int listen(int, int)") as Libc["listen"],
    accept4: bind("int accept4(int, void *, void *, int)") as Libc["accept4"],
    setsockopt: bind("int setsockopt(int, int, int, void *, uint32_t)") as Libc["setsockopt"],
    getsockopt: bind("int getsockopt(int, int, int, void *, void *)") as Libc["getsockopt"],
    recvfrom: bind("int64_t recvfrom(int, void *, size_t, int, void *, void *)") as Libc["recvfrom"],
    sendmsg: bind("int64_t sendmsg(int, void *, int)") as Libc["sendmsg"],
    recvmsg: bind("int64_t recvmsg(int, void *, int)") as Libc["recvmsg"],
    close: bind("int close(int)") as Libc["close"],
    fcntl: (fd, command, argument) => fcntl(fd, command, "int", argument),
    socketpair: bind("int socketpair(int, int, int, void *)") as Libc["socketpair"],
    memfd_create: bind("int memfd_create(const char *, uint32_t)") as Libc["memfd_create"],
    if_nametoindex: bind("uint32_t if_nametoindex(const char *)") as Libc["if_nametoindex"],
    if_indextoname: (index, name) => indexToName(index, name) !== null,
    address: (buffer) => koffi.address(buffer),
    poll: (fd, events, onReady) => koffi.node.poll(fd, events, onReady),
    errno: () => koffi.errno(),
  };
}
