/** File descriptors, and those below Node's sockets. */
import type { Server, Socket } from "node:net";

import { KernelArgumentError } from "./error.ts";
import { checked, libc } from "./ffi/libc.ts";

/** A socket of Node that is open, or a descriptor of its own. */
export type SocketTarget = Server | Socket | number;

const F_DUPFD_CLOEXEC = 1030;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** What is used of the handle under a socket of Node. */
export interface NodeHandle {
  readonly fd: number;
  reading?: boolean;
  readStop?(): number;
  open?(fd: number): number;
}

/** The handle under a socket of Node, while it has one. */
export function nodeHandle(target: Server | Socket): NodeHandle | undefined {
  const handle: unknown = Reflect.get(target, "_handle");
  if (typeof handle !== "object" || handle === null) return undefined;
  return "fd" in handle && typeof handle.fd === "number" ? (handle as NodeHandle) : undefined;
}

/**
 * The descriptor under a socket of Node, which stays its owner: it closes it, and after that the number may
 * belong to something else. Throws for a socket that is not open.
 */
export function descriptorOf(target: SocketTarget): number {
  if (typeof target === "number") {
    if (Number.isInteger(target) && target >= 0) return target;
    throw new KernelArgumentError(`${target} is no file descriptor`);
  }
  const fd = nodeHandle(target)?.fd ?? -1;
  if (fd < 0) throw new KernelArgumentError("the socket has no descriptor: it is not open yet, or closed");
  return fd;
}

/** Another descriptor for the same open socket, owned by the caller; it is not inherited by child processes. */
export function duplicateDescriptor(target: SocketTarget): number {
  return checked(libc().fcntl(descriptorOf(target), F_DUPFD_CLOEXEC, 0), "fcntl F_DUPFD_CLOEXEC");
}

/** A descriptor that this process was started with is not for the processes that it starts. */
export function closeOnExec(fd: number): void {
  checked(libc().fcntl(descriptorOf(fd), F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
}

/**
 * Closes a descriptor that no object of Node owns. A connection behind it ends only when no other
 * descriptor, in whatever process, is left.
 */
export function closeDescriptor(fd: number): void {
  checked(libc().close(descriptorOf(fd)), "close");
}
