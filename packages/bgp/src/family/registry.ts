import type { Family } from "../family.ts";
import type { FamilyCodec } from "./codec.ts";
import { ipv4Multicast } from "./ipv4-multicast.ts";
import { ipv4Unicast } from "./ipv4-unicast.ts";
import { ipv6Multicast } from "./ipv6-multicast.ts";
import { ipv6Unicast } from "./ipv6-unicast.ts";

const CODECS: readonly FamilyCodec[] = [ipv4Unicast, ipv6Unicast, ipv4Multicast, ipv6Multicast];
const BY_FAMILY: ReadonlyMap<Family, FamilyCodec> = new Map(CODECS.map((codec) => [codec.family, codec]));

/** Undefined for a family whose NLRI this package carries as bytes. */
export function familyCodec(family: Family): FamilyCodec | undefined {
  return BY_FAMILY.get(family);
}

/** The families with a codec, in the order of their numbers. */
export const codecFamilies: readonly Family[] = CODECS.map((codec) => codec.family).sort((a, b) => a - b);
