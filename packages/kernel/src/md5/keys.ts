/** TCP MD5 signatures (RFC 2385): which key signs and checks the segments of which peer. */
import { closeDescriptor, type SocketTarget } from "../descriptor.ts";
import { KernelArgumentError, KernelError } from "../error.ts";
import { checked, libc, unavailableReason } from "../ffi/libc.ts";
import { AF_INET } from "../socket/address.ts";
import { setOption, SOL_TCP, socketDomain } from "../socket/option.ts";
import { encodeMd5Option, type Md5Peer } from "./option.ts";

const TCP_MD5SIG = 14;
const TCP_MD5SIG_EXT = 32;
const SOCK_STREAM_CLOEXEC = 0o2000001;

const REMEDIES = {
  ENOPROTOOPT: "this kernel was built without CONFIG_TCP_MD5SIG; use one that has it",
  ENOMEM:
    "the keys of one socket share net.core.optmem_max; raise it (sysctl) or remove keys that are not in use",
  EPERM: "a policy of this system (seccomp, container, FIPS mode) forbids TCP MD5",
  EINVAL:
    "the kernel takes no such peer: a VRF must exist, and before Linux 5.8 a connected socket takes no new key",
};

/**
 * Sets or replaces the key for a peer on a listening, connecting or connected socket. Connections that a
 * listener accepts from the peer get a copy: a later change must be made on them as well as on the listener.
 * A listener takes a connection of this peer only with this key, from the next SYN on. A string is taken as
 * UTF-8. The key is 1 to 80 octets; the caller's own buffer is left as it is.
 */
export function setMd5Key(target: SocketTarget, peer: string | Md5Peer, key: string | Uint8Array): void {
  const octets = typeof key === "string" ? new TextEncoder().encode(key) : key;
  try {
    if (octets.length === 0) {
      throw new KernelArgumentError("an empty TCP MD5 key removes; call removeMd5Key for that");
    }
    apply(target, typeof peer === "string" ? { address: peer } : peer, octets);
  } finally {
    if (octets !== key) octets.fill(0);
  }
}

/**
 * Removes the key for a peer, named as it was when the key was set; false if there was none. On a listener,
 * the peer may connect without a signature from then on, and signed SYNs of it are dropped; connections that
 * are up keep their copy.
 */
export function removeMd5Key(target: SocketTarget, peer: string | Md5Peer): boolean {
  try {
    apply(target, typeof peer === "string" ? { address: peer } : peer, new Uint8Array());
    return true;
  } catch (error) {
    if (error instanceof KernelError && error.code === "ENOENT") return false;
    throw error;
  }
}

/**
 * Replaces the key for a peer on a connected socket that has one; false, and nothing is set, if it has none. What a
 * listener accepted has a key exactly if its SYN was signed, and the kernel has no other way to ask. The socket is without
 * a key for an instant: a segment that arrives in it is dropped and comes again.
 */
export function replaceMd5Key(
  target: SocketTarget,
  peer: string | Md5Peer,
  key: string | Uint8Array,
): boolean {
  if (!removeMd5Key(target, peer)) return false;
  setMd5Key(target, peer, key);
  return true;
}

export type Md5Support =
  | { readonly available: true; readonly reason: undefined }
  | { readonly available: false; readonly reason: string };

/** Whether this kernel signs TCP with MD5, found out by setting a key on a socket of its own. */
export function md5Support(): Md5Support {
  const missing = unavailableReason();
  if (missing !== undefined) return { available: false, reason: missing };
  try {
    const fd = checked(libc().socket(AF_INET, SOCK_STREAM_CLOEXEC, 0), "socket AF_INET");
    try {
      setMd5Key(fd, "127.0.0.1", "probe");
    } finally {
      closeDescriptor(fd);
    }
    return { available: true, reason: undefined };
  } catch (error) {
    if (error instanceof KernelError) return { available: false, reason: error.message };
    throw error;
  }
}

function apply(target: SocketTarget, peer: Md5Peer, key: Uint8Array): void {
  const { value, extended } = encodeMd5Option(socketDomain(target), peer, key);
  try {
    const name = extended ? "TCP_MD5SIG_EXT" : "TCP_MD5SIG";
    const option = extended ? TCP_MD5SIG_EXT : TCP_MD5SIG;
    setOption(target, { level: SOL_TCP, option, name: `${name} for ${peer.address}` }, value, REMEDIES);
  } finally {
    value.fill(0);
  }
}
