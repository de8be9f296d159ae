/** Small options of TCP sockets: GTSM, the device, how long unacknowledged data may wait. */
import type { SocketTarget } from "../descriptor.ts";
import { KernelArgumentError } from "../error.ts";
import { AF_INET6 } from "./address.ts";
import {
  getIntOption,
  getOption,
  setIntOption,
  setOption,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SOL_TCP,
  socketDomain,
} from "./option.ts";

const IP_TTL = { level: SOL_IP, option: 2, name: "IP_TTL" };
const IP_MINTTL = { level: SOL_IP, option: 21, name: "IP_MINTTL" };
const IPV6_UNICAST_HOPS = { level: SOL_IPV6, option: 16, name: "IPV6_UNICAST_HOPS" };
const IPV6_MINHOPCOUNT = { level: SOL_IPV6, option: 73, name: "IPV6_MINHOPCOUNT" };
const SO_BINDTODEVICE = { level: SOL_SOCKET, option: 25, name: "SO_BINDTODEVICE" };
const TCP_USER_TIMEOUT = { level: SOL_TCP, option: 18, name: "TCP_USER_TIMEOUT" };

const MAX_TTL = 255;
/** IFNAMSIZ with the zero at its end. */
export const MAX_INTERFACE_NAME = 16;

/**
 * Drops segments whose TTL or hop limit is below `minimum` (1 to 255; 0 switches the check off). On an IPv6
 * socket it is set for IPv4 too, since it may carry IPv4-mapped connections. Connections accepted from a
 * listener inherit it, and its SYNs are checked.
 */
export function setMinimumTtl(target: SocketTarget, minimum: number): void {
  requireInteger("the lowest TTL", minimum, 0, MAX_TTL);
  if (socketDomain(target) === AF_INET6) setIntOption(target, IPV6_MINHOPCOUNT, minimum);
  setIntOption(target, IP_MINTTL, minimum);
}

/** As {@link setMinimumTtl} set it; of the socket's own family. */
export function minimumTtl(target: SocketTarget): number {
  return getIntOption(target, socketDomain(target) === AF_INET6 ? IPV6_MINHOPCOUNT : IP_MINTTL);
}

/** What is sent leaves with this TTL or hop limit (1 to 255). */
export function setTtl(target: SocketTarget, ttl: number): void {
  requireInteger("the TTL", ttl, 1, MAX_TTL);
  if (socketDomain(target) === AF_INET6) setIntOption(target, IPV6_UNICAST_HOPS, ttl);
  setIntOption(target, IP_TTL, ttl);
}

/**
 * Generalized TTL security (RFC 5082): sends with 255 and takes only what crossed fewer than `hops` routers;
 * 1 is a peer on the same link. Both ends must do it, or the session does not come up.
 */
export function enableTtlSecurity(target: SocketTarget, hops: number): void {
  requireInteger("the number of hops", hops, 1, MAX_TTL);
  setTtl(target, MAX_TTL);
  setMinimumTtl(target, MAX_TTL + 1 - hops);
}

/** Sends and receives by this interface (or VRF) only; the empty name unbinds. */
export function bindToDevice(target: SocketTarget, name: string): void {
  setOption(target, SO_BINDTODEVICE, interfaceName(name), {
    EPERM: "the socket is bound already: to change that needs CAP_NET_RAW",
    ENODEV: `there is no interface "${name}"; ip link shows those there are`,
  });
}

/** The interface that the socket is bound to, or the empty name. */
export function boundDevice(target: SocketTarget): string {
  const name = new TextDecoder().decode(getOption(target, SO_BINDTODEVICE, MAX_INTERFACE_NAME));
  return name.split("\0", 1)[0] ?? "";
}

/**
 * Ends the connection when sent data was not acknowledged for so many milliseconds (RFC 5482); 0 is the
 * kernel's own time, about 15 minutes.
 */
export function setUserTimeout(target: SocketTarget, milliseconds: number): void {
  requireInteger("the user timeout", milliseconds, 0, 0x7fffffff);
  setIntOption(target, TCP_USER_TIMEOUT, milliseconds);
}

/** In milliseconds; 0 is the kernel's own time. */
export function userTimeout(target: SocketTarget): number {
  return getIntOption(target, TCP_USER_TIMEOUT);
}

/** With the zero at its end. */
export function interfaceName(name: string): Uint8Array {
  const octets = new TextEncoder().encode(name);
  if (octets.length >= MAX_INTERFACE_NAME || octets.includes(0)) {
    throw new KernelArgumentError(`"${name.slice(0, 32)}" is no name of an interface: at most 15 octets`);
  }
  const value = new Uint8Array(octets.length + 1);
  value.set(octets);
  return value;
}

function requireInteger(what: string, value: number, lowest: number, highest: number): void {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return;
  throw new KernelArgumentError(`${what} is ${lowest} to ${highest}, not ${value}`);
}
