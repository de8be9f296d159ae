import { formatExtendedCommunity } from "../attribute/extended-community.ts";
import { EncodeError, readUint32, writeUint32 } from "../bytes.ts";
import { ROUTE_TARGET_CONSTRAINT } from "../family.ts";
import { familyOfNlri } from "./list.ts";
import { anyAddressNextHop } from "./next-hops.ts";
import { prefixAddress, prefixEnd } from "./prefix-list.ts";
import type { RtConstraintNlri } from "./rt-constraint-nlri.ts";

/** An AS number and a route target. */
const MAX_BITS = 96;
const AS_BITS = 32;

function isLength(bits: number): boolean {
  return bits === 0 || (bits >= AS_BITS && bits <= MAX_BITS);
}

/** RFC 4684 section 4. */
export const routeTargetConstraint = familyOfNlri<RtConstraintNlri>({
  family: ROUTE_TARGET_CONSTRAINT,
  kinds: ["rt-constraint"],
  layout: "opaque",
  acceptsNextHop: anyAddressNextHop,
  end(bytes, start, limit) {
    const end = prefixEnd(bytes, start, limit, MAX_BITS);
    return end >= 0 && isLength(bytes[start]!) ? end : -1;
  },
  decode(bytes, start) {
    const value = prefixAddress(bytes, start, MAX_BITS / 8);
    return {
      kind: "rt-constraint",
      length: bytes[start]!,
      originAs: readUint32(value, 0),
      routeTarget: value.slice(4),
    };
  },
  encode({ length, originAs, routeTarget }, out) {
    if (!isLength(length)) throw new EncodeError(`a route target of ${length - AS_BITS} bits`);
    if (routeTarget.length !== 8) throw new EncodeError(`a route target of ${routeTarget.length} octets`);
    const value = new Uint8Array(1 + MAX_BITS / 8);
    value[0] = length;
    writeUint32(value, 1, originAs);
    value.set(routeTarget, 5);
    out.uint8(length);
    out.bytes(prefixAddress(value, 0, MAX_BITS / 8).subarray(0, (length + 7) >>> 3));
  },
  format({ length, originAs, routeTarget }) {
    if (length === 0) return "default";
    const target = formatExtendedCommunity(routeTarget);
    return length === MAX_BITS ? `${originAs}:${target}` : `${originAs}:${target}/${length}`;
  },
});
