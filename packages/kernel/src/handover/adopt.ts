/** Makes Node's sockets of descriptors that came from elsewhere: another process, or systemd. */
import { once } from "node:events";
import { type Server, Socket } from "node:net";

import { KernelArgumentError } from "../error.ts";
import { AF_INET, AF_INET6 } from "../socket/address.ts";
import { getIntOption, SOL_SOCKET, socketDomain } from "../socket/option.ts";

const SOCK_STREAM = 1;
const SO_TYPE = { level: SOL_SOCKET, option: 3, name: "SO_TYPE" };
const SO_ACCEPTCONN = { level: SOL_SOCKET, option: 30, name: "SO_ACCEPTCONN" };

export interface AdoptOptions {
  /** What the process before had read; it is read first. */
  readonly input?: Uint8Array | undefined;
  /** As for `net.Socket`. */
  readonly allowHalfOpen?: boolean | undefined;
}

/**
 * A connected TCP socket as a `net.Socket`, which owns the descriptor from now on. MD5 keys and every other
 * option of the kernel are as they were; what Node keeps itself (`setTimeout`, listeners) is not. If this
 * throws, the caller still owns the descriptor.
 */
export function adoptSocket(fd: number, { input, allowHalfOpen = false }: AdoptOptions = {}): Socket {
  requireTcp(fd, false);
  const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen });
  if (input !== undefined && input.length > 0) socket.unshift(input);
  return socket;
}

/**
 * Lets `server` accept from a listening TCP socket, and own its descriptor. Connections that came while
 * nobody accepted are still in the kernel's queue. If this throws, the caller still owns the descriptor.
 */
export async function adoptServer(server: Server, fd: number): Promise<void> {
  requireTcp(fd, true);
  server.listen({ fd });
  await once(server, "listening");
}

function requireTcp(fd: number, listening: boolean): void {
  const domain = socketDomain(fd);
  const stream = (domain === AF_INET || domain === AF_INET6) && getIntOption(fd, SO_TYPE) === SOCK_STREAM;
  if (stream && (getIntOption(fd, SO_ACCEPTCONN) === 1) === listening) return;
  const wanted = listening ? "a listening TCP socket" : "a TCP connection";
  throw new KernelArgumentError(`descriptor ${fd} is not ${wanted}`);
}
