import { formatAddress } from "../address.ts";
import { readUint32 } from "../bytes.ts";
import type { Family } from "../family.ts";
import { writeFixed } from "./address-field.ts";
import type { FamilyCodec } from "./codec.ts";
import { familyOfNlri } from "./list.ts";
import { anyAddressNextHop } from "./next-hops.ts";
import type { SrPolicyNlri } from "./sr-policy-nlri.ts";

/** RFC 9830 section 2.1: the length is in bits. `width`: octets of the endpoint. */
export function srPolicyFamily(family: Family, width: 4 | 16): FamilyCodec<SrPolicyNlri> {
  const bits = 8 * (8 + width);
  return familyOfNlri<SrPolicyNlri>({
    family,
    kinds: ["sr-policy"],
    layout: "opaque",
    acceptsNextHop: anyAddressNextHop,
    end(bytes, start, limit) {
      const end = start + 9 + width;
      return end <= limit && bytes[start] === bits ? end : -1;
    },
    decode: (bytes, start, end) => ({
      kind: "sr-policy",
      distinguisher: readUint32(bytes, start + 1),
      color: readUint32(bytes, start + 5),
      endpoint: bytes.slice(start + 9, end),
    }),
    encode(value, out) {
      out.uint8(bits);
      out.uint32(value.distinguisher);
      out.uint32(value.color);
      writeFixed(value.endpoint, [width], "an endpoint", out);
    },
    format: ({ distinguisher, color, endpoint }) =>
      `[${distinguisher}]:[${color}]:[${formatAddress(endpoint)}]`,
  });
}
