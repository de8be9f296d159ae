/** A connection whose socket has its options before the first SYN leaves. */
import { Socket } from "node:net";

import { closeDescriptor, nodeHandle } from "../descriptor.ts";
import { KernelArgumentError, KernelError } from "../error.ts";
import { checked, libc } from "../ffi/libc.ts";
import { addressOctets, AF_INET, AF_INET6, fromMapped } from "./address.ts";

const SOCK_STREAM_NONBLOCK_CLOEXEC = 0o2004001;

export interface PreparedConnectOptions {
  /** An address, not a name. */
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/**
 * Connects as `net.connect` does, on a socket that `prepare` saw first: for an MD5 key, GTSM, a device. What
 * `prepare` throws is thrown here, and nothing is connected. The descriptor belongs to the returned socket.
 */
export function connectPrepared(options: PreparedConnectOptions, prepare: (fd: number) => void): Socket {
  const octets = fromMapped(addressOctets(options.host));
  const domain = octets.length === 4 ? AF_INET : AF_INET6;
  const fd = checked(libc().socket(domain, SOCK_STREAM_NONBLOCK_CLOEXEC, 0), "socket");
  const socket = new Socket();
  try {
    prepare(fd);
    // Node makes its handle at once and the descriptor in the next tick, unless the handle has one by then.
    socket.connect({
      host: options.host,
      port: options.port,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      ...(options.localPort === undefined ? {} : { localPort: options.localPort }),
    });
    giveDescriptor(socket, fd);
  } catch (error) {
    if (nodeHandle(socket)?.fd !== fd) closeDescriptor(fd);
    socket.destroy();
    throw error;
  }
  return socket;
}

function giveDescriptor(socket: Socket, fd: number): void {
  const handle = nodeHandle(socket);
  if (handle?.open === undefined || handle.fd >= 0) {
    throw new KernelArgumentError(
      `Node ${process.version} connects before the socket has its options; use Node 24`,
    );
  }
  const status = handle.open(fd);
  if (status < 0) throw new KernelError("open of the prepared socket", -status);
}
