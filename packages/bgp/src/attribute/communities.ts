import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { readUint32List, writeUint32List } from "./uint32-list.ts";

/** RFC 1997. */
export interface CommunitiesAttribute extends AttributeBase<"communities"> {
  /** 32 bits each: `AS number << 16 | value`. */
  readonly values: readonly number[];
}

/** `65000:1`. */
export function formatCommunity(value: number): string {
  return `${value >>> 16}:${value & 0xffff}`;
}

/** IANA's "BGP Well-known Communities". */
const WELL_KNOWN: ReadonlyMap<number, string> = new Map([
  [0xffff0000, "graceful-shutdown"],
  [0xffff0001, "accept-own"],
  [0xffff0002, "route-filter-translated-v4"],
  [0xffff0003, "route-filter-v4"],
  [0xffff0004, "route-filter-translated-v6"],
  [0xffff0005, "route-filter-v6"],
  [0xffff0006, "llgr-stale"],
  [0xffff0007, "no-llgr"],
  [0xffff0008, "accept-own-nexthop"],
  [0xffff0009, "standby-pe"],
  [0xffff029a, "blackhole"],
  [0xffffff01, "no-export"],
  [0xffffff02, "no-advertise"],
  [0xffffff03, "no-export-subconfed"],
  [0xffffff04, "no-peer"],
]);

/** The name of a well-known community; undefined for any other. */
export function communityName(value: number): string | undefined {
  return WELL_KNOWN.get(value);
}

export const communities: AttributeCodec<CommunitiesAttribute> = {
  code: AttributeCode.communities,
  type: "communities",
  flags: OPTIONAL_TRANSITIVE,
  unitLength: 4,
  decode: (bytes, start, end) => ({ type: "communities", values: readUint32List(bytes, start, end) }),
  encode(attribute, out) {
    writeUint32List(attribute.values, out);
  },
};
