import { type ByteWriter, EncodeError } from "../bytes.ts";
import type { MulticastFlow } from "./evpn-nlri.ts";

/** Addresses behind an octet that counts their bits, as multicast's and EVPN's NLRI have them. */

/** Where the field at `at` ends; -1 if it is no address or not within `end`. `wildcard`: none is one, too. */
export function addressFieldEnd(bytes: Uint8Array, at: number, end: number, wildcard: boolean): number {
  if (at < 0 || at >= end) return -1;
  const bits = bytes[at]!;
  if (bits !== 32 && bits !== 128 && !(wildcard && bits === 0)) return -1;
  const next = at + 1 + (bits >>> 3);
  return next <= end ? next : -1;
}

/** Where the fields of source and group end. */
export function flowFieldsEnd(bytes: Uint8Array, at: number, end: number): number {
  return addressFieldEnd(bytes, addressFieldEnd(bytes, at, end, true), end, true);
}

/** The address of a correct field, empty for a wildcard. */
export function readAddressField(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.slice(at + 1, at + 1 + (bytes[at]! >>> 3));
}

export function readFlowFields(bytes: Uint8Array, at: number): MulticastFlow {
  const source = readAddressField(bytes, at);
  const group = readAddressField(bytes, at + 1 + source.length);
  return { ...(source.length === 0 ? {} : { source }), ...(group.length === 0 ? {} : { group }) };
}

export function writeAddressField(address: Uint8Array, out: ByteWriter): void {
  if (address.length !== 4 && address.length !== 16) throw new EncodeError(noAddress(address.length));
  out.uint8(8 * address.length);
  out.bytes(address);
}

export function writeFlowFields({ source, group }: MulticastFlow, out: ByteWriter): void {
  for (const address of [source, group]) {
    if (address === undefined) out.uint8(0);
    else writeAddressField(address, out);
  }
}

/** Writes octets of a fixed number, or one of several. */
export function writeFixed(
  value: Uint8Array,
  lengths: readonly number[],
  what: string,
  out: ByteWriter,
): void {
  if (!lengths.includes(value.length)) {
    throw new EncodeError(`${what} has ${lengths.join(" or ")} octets, not ${value.length}`);
  }
  out.bytes(value);
}

function noAddress(length: number): string {
  return `an address has 4 or 16 octets, not ${length}`;
}
