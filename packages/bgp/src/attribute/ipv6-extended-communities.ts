import { formatIPv6 } from "../address.ts";
import { EncodeError, readUint16, toHex } from "../bytes.ts";
import { listOf } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 5701. */
export interface Ipv6ExtendedCommunitiesAttribute extends AttributeBase<"ipv6-extended-communities"> {
  /** Twenty octets each: type, subtype, an address, a number. */
  readonly values: readonly Uint8Array[];
}

const LENGTH = 20;

/** IANA's "Transitive IPv6-Address-Specific Extended Community Types". */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x0002, "target"],
  [0x0003, "origin"],
  [0x000b, "vrf-import"],
  [0x000c, "redirect-ip"],
  [0x000d, "redirect"],
  [0x0012, "inter-area-p2mp-segmented-next-hop"],
]);

/** One of twenty octets: `target:[2001:db8::1]:100`; of an unnamed type in hexadecimal with `0x`. */
export function formatIpv6ExtendedCommunity(value: Uint8Array): string {
  const name = NAMES.get(readUint16(value, 0));
  return name === undefined
    ? `0x${toHex(value)}`
    : `${name}:[${formatIPv6(value, 2)}]:${readUint16(value, 18)}`;
}

export const ipv6ExtendedCommunities: AttributeCodec<Ipv6ExtendedCommunitiesAttribute> = {
  code: AttributeCode.ipv6ExtendedCommunities,
  type: "ipv6-extended-communities",
  flags: OPTIONAL_TRANSITIVE,
  shape: { values: listOf({ kind: "octets", lengths: [LENGTH] }) },
  unitLength: LENGTH,
  decode(bytes, start, end) {
    const values: Uint8Array[] = [];
    for (let at = start; at < end; at += LENGTH) values.push(bytes.slice(at, at + LENGTH));
    return { type: "ipv6-extended-communities", values };
  },
  encode(attribute, out) {
    for (const value of attribute.values) {
      if (value.length !== LENGTH) {
        throw new EncodeError(`an IPv6 extended community has ${LENGTH} octets, not ${value.length}`);
      }
      out.bytes(value);
    }
  },
};
