/** Where another process of this host connects to send or receive descriptors. */
import { chmodSync, lstatSync, unlinkSync } from "node:fs";

import { closeDescriptor } from "../descriptor.ts";
import { KernelArgumentError, KernelError } from "../error.ts";
import { checked, libc } from "../ffi/libc.ts";
import { Readiness } from "../ffi/readiness.ts";
import { unixAddress } from "../socket/address.ts";
import { DescriptorChannel } from "./channel.ts";
import { openUnixSocket, peerCredentials } from "./unix-socket.ts";

/** Connections that wait to be accepted. */
export const DESCRIPTOR_LISTENER_BACKLOG = 4;

const SOCK_NONBLOCK_CLOEXEC = 0o2004000;
const EAGAIN = 11;
const EINTR = 4;
const ECONNABORTED = 103;

export interface DescriptorListenerOptions {
  /**
   * A file in a directory that only this user may enter, or `@name`. A socket that an earlier process left
   * there is replaced; anything else is not.
   */
  readonly path: string;
  /** The channel belongs to the receiver of the call. */
  readonly onChannel: (channel: DescriptorChannel) => void;
  /** Someone of another user connected, and was closed; or accept failed. */
  readonly onRefused: (error: Error) => void;
}

/** Takes connections of processes of the same user, and of root. Anyone else could be given the sessions. */
export class DescriptorListener {
  readonly #fd: number;
  readonly #readiness: Readiness;
  readonly #options: DescriptorListenerOptions;
  #closed = false;

  constructor(options: DescriptorListenerOptions) {
    this.#options = options;
    this.#fd = listenOn(options.path);
    this.#readiness = new Readiness(this.#fd, "readable", () => this.#accept());
  }

  /** Whether the listener alone keeps the process alive; it does until told otherwise. */
  keepAlive(value: boolean): void {
    this.#readiness.keepAlive(value);
  }

  /** Removes the file. Channels stay. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.close();
    closeDescriptor(this.#fd);
    removeSocket(this.#options.path);
  }

  #accept(): void {
    const fd = libc().accept4(this.#fd, null, null, SOCK_NONBLOCK_CLOEXEC);
    if (fd < 0) {
      const errno = libc().errno();
      if (errno === EAGAIN || errno === EINTR || errno === ECONNABORTED) return;
      this.#options.onRefused(new KernelError(`accept on ${this.#options.path}`, errno));
      return;
    }
    const { uid, pid } = peerCredentials(fd);
    if (uid === 0 || uid === process.geteuid?.()) {
      this.#options.onChannel(new DescriptorChannel(fd));
      return;
    }
    closeDescriptor(fd);
    this.#options.onRefused(
      new KernelArgumentError(`process ${pid} of user ${uid} may not take descriptors of this one`),
    );
  }
}

function listenOn(path: string): number {
  const address = unixAddress(path);
  const fd = openUnixSocket("seqpacket");
  try {
    removeSocket(path);
    checked(libc().bind(fd, address, address.length), `bind ${path}`, {
      EADDRINUSE: "something else is there already; remove it or choose another path",
      ENOENT: "its directory does not exist; make one that only this user may enter",
      EACCES: "this user may not make a file there",
    });
    if (!path.startsWith("@")) chmodSync(path, 0o600);
    checked(libc().listen(fd, DESCRIPTOR_LISTENER_BACKLOG), `listen on ${path}`);
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

function removeSocket(path: string): void {
  if (path.startsWith("@")) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) unlinkSync(path);
}
