/** setsockopt and getsockopt with numbers and octets. */
import { type SocketTarget, descriptorOf } from "../descriptor.ts";
import { checked, libc } from "../ffi/libc.ts";

export const SOL_SOCKET = 1;
export const SOL_IP = 0;
export const SOL_TCP = 6;
export const SOL_IPV6 = 41;
export const SOL_PACKET = 263;

export const SO_DOMAIN = 39;

/** An option by its number, and the name that errors call it. */
export interface SocketOption {
  readonly level: number;
  readonly option: number;
  readonly name: string;
}

/** Texts for the operator, by the name of the errno. */
export type Remedies = Readonly<Record<string, string>>;

export function setOption(
  target: SocketTarget,
  { level, option, name }: SocketOption,
  value: Uint8Array,
  remedies?: Remedies,
): void {
  const fd = descriptorOf(target);
  checked(libc().setsockopt(fd, level, option, value, value.length), `setsockopt ${name}`, remedies);
}

export function setIntOption(
  target: SocketTarget,
  option: SocketOption,
  value: number,
  remedies?: Remedies,
): void {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setInt32(0, value, true);
  setOption(target, option, octets, remedies);
}

/** At most `room` octets, as many as the kernel has. */
export function getOption(
  target: SocketTarget,
  { level, option, name }: SocketOption,
  room: number,
): Uint8Array {
  const value = new Uint8Array(room);
  const length = new Uint8Array(4);
  const view = new DataView(length.buffer);
  view.setUint32(0, room, true);
  checked(libc().getsockopt(descriptorOf(target), level, option, value, length), `getsockopt ${name}`);
  return value.subarray(0, Math.min(room, view.getUint32(0, true)));
}

export function getIntOption(target: SocketTarget, option: SocketOption): number {
  const value = getOption(target, option, 4);
  return new DataView(value.buffer, value.byteOffset, 4).getInt32(0, true);
}

/** AF_INET, AF_INET6, ... of an open socket. */
export function socketDomain(target: SocketTarget): number {
  return getIntOption(target, { level: SOL_SOCKET, option: SO_DOMAIN, name: "SO_DOMAIN" });
}
