import { type ByteWriter, EncodeError } from "../bytes.ts";

/** Writes an address field of four octets. */
export function writeIPv4(address: Uint8Array, out: ByteWriter): void {
  if (address.length !== 4) throw new EncodeError(`an IPv4 address has 4 octets, not ${address.length}`);
  out.bytes(address);
}
