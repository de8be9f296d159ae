import { formatAddress } from "../address.ts";
import { type ByteWriter, EncodeError } from "../bytes.ts";

/** A prefix inside an NLRI. */
export interface IpPrefix {
  /** Bits. */
  readonly length: number;
  /** 4 or 16 octets, host bits cleared. */
  readonly address: Uint8Array;
}

/** `10.0.0.0/8`. */
export function formatIpPrefix({ length, address }: IpPrefix): string {
  return `${formatAddress(address)}/${length}`;
}

/** Reads the first `bits` bits at `offset` as a prefix in `width` octets. */
export function readIpPrefix(bytes: Uint8Array, offset: number, bits: number, width: number): IpPrefix {
  const count = (bits + 7) >>> 3;
  const address = new Uint8Array(width);
  for (let i = 0; i < count; i++) address[i] = bytes[offset + i]!;
  if ((bits & 7) !== 0) address[count - 1]! &= 0xff << (8 - (bits & 7));
  return { length: bits, address };
}

/** Writes the octets that the prefix's length needs, host bits cleared. `width`: octets that its address must have. */
export function writeIpPrefix({ length, address }: IpPrefix, width: number, out: ByteWriter): void {
  if (address.length !== width || length > 8 * width) {
    throw new EncodeError(`/${length} of ${address.length} octets where ${width} are needed`);
  }
  out.bytes(readIpPrefix(address, 0, length, width).address.subarray(0, (length + 7) >>> 3));
}
