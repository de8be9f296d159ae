import { readUint32, toHex } from "../bytes.ts";
import type { Nlri } from "../nlri.ts";
import type { FamilyCodec } from "./codec.ts";
import type { NlriValue } from "./nlri-value.ts";
import { PATH_ID_LENGTH } from "./prefix-list.ts";

/** What a family tells of one NLRI; {@link familyOfNlri} makes a codec of it. */
export interface NlriCodec<V extends NlriValue> extends Omit<FamilyCodec<V>, "count" | "split" | "format"> {
  format(value: V): string;
}

/** A codec for lists of NLRI, of what is known of one. */
export function familyOfNlri<V extends NlriValue>(one: NlriCodec<V>): FamilyCodec<V> {
  const { family, kinds, layout } = one;
  return {
    family,
    kinds,
    layout,
    acceptsNextHop: (length, extended) => one.acceptsNextHop(length, extended),
    count(bytes, start, end, addPath) {
      const skip = addPath ? PATH_ID_LENGTH : 0;
      let count = 0;
      let at = start;
      while (at < end) {
        at = one.end(bytes, at + skip, end);
        if (at < 0) return -1;
        count++;
      }
      return count;
    },
    split(bytes, start, end, addPath) {
      const routes: Nlri[] = [];
      let at = start;
      while (at < end) {
        const from = addPath ? at + PATH_ID_LENGTH : at;
        const next = one.end(bytes, from, end);
        const view = bytes.subarray(from, next);
        routes.push(addPath ? { pathId: readUint32(bytes, at), bytes: view } : { bytes: view });
        at = next;
      }
      return routes;
    },
    end: (bytes, start, limit) => one.end(bytes, start, limit),
    decode: (bytes, start, end) => one.decode(bytes, start, end),
    encode(value, out) {
      one.encode(value, out);
    },
    format(bytes, offset) {
      const end = one.end(bytes, offset, bytes.length);
      return end < 0 ? `0x${toHex(bytes, offset)}` : one.format(one.decode(bytes, offset, end));
    },
  };
}
