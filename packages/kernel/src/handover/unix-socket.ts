/** Unix sockets of the kinds that Node does not make: SOCK_SEQPACKET and SOCK_DGRAM. */
import { closeDescriptor } from "../descriptor.ts";
import { checked, libc } from "../ffi/libc.ts";
import { AF_UNIX, unixAddress } from "../socket/address.ts";
import { getOption, SOL_SOCKET } from "../socket/option.ts";

const SOCK_NONBLOCK_CLOEXEC = 0o2004000;
const SOCKET_TYPES = { datagram: 2, seqpacket: 5 } as const;
const SO_PEERCRED = { level: SOL_SOCKET, option: 17, name: "SO_PEERCRED" };

export type UnixSocketType = keyof typeof SOCKET_TYPES;

/** Who is at the other end, as it was when the connection was made. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Connects to a path, or to a name of the abstract namespace that is written with a leading `@` (systemd's
 * NOTIFY_SOCKET is of either kind, and of type datagram). The caller owns the descriptor; it does not block.
 */
export function connectUnixSocket(path: string, type: UnixSocketType): number {
  const address = unixAddress(path);
  const fd = openUnixSocket(type);
  try {
    checked(libc().connect(fd, address, address.length), `connect ${path}`, {
      ECONNREFUSED: "nobody listens there any more",
      ENOENT: "nobody listens there: there is no such file",
      EACCES: "this user may not write to it",
      EAGAIN: "the process there does not accept connections fast enough; try again",
      EPROTOTYPE: `the socket there is not of type ${type}`,
    });
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

/** Of type datagram or seqpacket, without an address. */
export function openUnixSocket(type: UnixSocketType): number {
  return checked(libc().socket(AF_UNIX, SOCKET_TYPES[type] | SOCK_NONBLOCK_CLOEXEC, 0), "socket AF_UNIX", {
    EAFNOSUPPORT: "the unit's RestrictAddressFamilies= lacks AF_UNIX",
  });
}

/** Two connected sockets of type seqpacket that do not block; the caller owns both. */
export function unixSocketPair(): readonly [number, number] {
  const pair = new Uint8Array(8);
  const type = SOCKET_TYPES.seqpacket | SOCK_NONBLOCK_CLOEXEC;
  checked(libc().socketpair(AF_UNIX, type, 0, pair), "socketpair AF_UNIX");
  const view = new DataView(pair.buffer);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

export function peerCredentials(unixSocket: number): PeerCredentials {
  const value = getOption(unixSocket, SO_PEERCRED, 12);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return { pid: view.getInt32(0, true), uid: view.getUint32(4, true), gid: view.getUint32(8, true) };
}
