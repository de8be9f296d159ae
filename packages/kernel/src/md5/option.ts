/** `struct tcp_md5sig`: one key for one peer, as the kernel takes it. */
import { KernelArgumentError } from "../error.ts";
import {
  addressOctets,
  AF_INET6,
  fromMapped,
  isMapped,
  toMapped,
  writeInternetAddress,
} from "../socket/address.ts";

/** TCP_MD5SIG_MAXKEYLEN */
export const MAX_MD5_KEY = 80;

/** Whose segments a key signs and checks. */
export interface Md5Peer {
  /** IPv4, IPv6, or IPv4-mapped, which is the same as IPv4. */
  readonly address: string;
  /** Length of the prefix that the address stands for, by the family of the address; without it the one address. */
  readonly prefix?: number | undefined;
  /** Index of the VRF that the key is for; without it all of them. */
  readonly interfaceIndex?: number | undefined;
}

const FLAG_PREFIX = 1;
const FLAG_INTERFACE = 2;

const FLAGS_AT = 128;
const PREFIX_AT = 129;
const KEY_LENGTH_AT = 130;
const INTERFACE_AT = 132;
const KEY_AT = 136;
/** Octets of the structure. */
export const MD5_OPTION_LENGTH = KEY_AT + MAX_MD5_KEY;

export interface Md5Option {
  readonly value: Uint8Array;
  /** Whether flags are set: then it must be TCP_MD5SIG_EXT, for the older option ignores them. */
  readonly extended: boolean;
}

/**
 * The structure for a socket of this domain (AF_INET or AF_INET6, which takes IPv4 peers as IPv4-mapped). An
 * empty key removes. The caller zeroes `value` after use.
 */
export function encodeMd5Option(domain: number, peer: Md5Peer, key: Uint8Array): Md5Option {
  if (key.length > MAX_MD5_KEY) {
    throw new KernelArgumentError(
      `a TCP MD5 key has at most ${MAX_MD5_KEY} octets, this one has ${key.length}`,
    );
  }
  const plain = fromMapped(addressOctets(peer.address));
  if (domain !== AF_INET6 && plain.length === 16) {
    throw new KernelArgumentError(`an IPv4 socket has no key for the IPv6 peer ${peer.address}`);
  }
  const value = new Uint8Array(MD5_OPTION_LENGTH);
  const view = new DataView(value.buffer);
  writeInternetAddress(value, domain === AF_INET6 ? toMapped(plain) : plain, 0);
  let flags = 0;
  if (peer.prefix !== undefined) {
    const bits = prefixBits(peer, plain);
    flags |= FLAG_PREFIX;
    view.setUint8(PREFIX_AT, bits);
  }
  if (peer.interfaceIndex !== undefined) {
    if (!Number.isInteger(peer.interfaceIndex) || peer.interfaceIndex < 1) {
      throw new KernelArgumentError(`${peer.interfaceIndex} is no index of an interface`);
    }
    flags |= FLAG_INTERFACE;
    view.setInt32(INTERFACE_AT, peer.interfaceIndex, true);
  }
  view.setUint8(FLAGS_AT, flags);
  view.setUint16(KEY_LENGTH_AT, key.length, true);
  value.set(key, KEY_AT);
  return { value, extended: flags !== 0 };
}

/** Of a mapped address with a prefix of 96 or more, the kernel wants the part that is IPv4. */
function prefixBits(peer: Md5Peer, plain: Uint8Array): number {
  const given = peer.prefix ?? 0;
  const bits = isMapped(addressOctets(peer.address)) && given >= 96 ? given - 96 : given;
  if (Number.isInteger(bits) && bits >= 0 && bits <= plain.length * 8) return bits;
  throw new KernelArgumentError(
    `a prefix of ${peer.address} has 0 to ${plain.length * 8} bits, not ${given}`,
  );
}
