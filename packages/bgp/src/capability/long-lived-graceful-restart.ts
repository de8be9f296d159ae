import { readUint24 } from "../bytes.ts";
import type { Family } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { readFamilyEntries, writeFamily } from "./family-entries.ts";
import { BOOLEAN, FAMILY, listOf, recordOf, UINT24 } from "../tlv/shape.ts";

export interface LongLivedFamily {
  readonly family: Family;
  /** F: the forwarding state was preserved. */
  readonly forwarding: boolean;
  /** Seconds for which stale routes are kept, 24 bits. */
  readonly staleTime: number;
}

/** RFC 9494 section 3.1. */
export interface LongLivedGracefulRestartCapability {
  readonly kind: "long-lived-graceful-restart";
  readonly families: readonly LongLivedFamily[];
}

const FORWARDING = 0x80;

export const longLivedGracefulRestart: CapabilityCodec<LongLivedGracefulRestartCapability> = {
  code: 71,
  kind: "long-lived-graceful-restart",
  essential: false,
  shape: {
    families: listOf(recordOf({ family: FAMILY, forwarding: BOOLEAN, staleTime: UINT24 })),
  },
  decode(value) {
    const families = readFamilyEntries(value, 4, (family, at) => ({
      family,
      forwarding: (value[at]! & FORWARDING) !== 0,
      staleTime: readUint24(value, at + 1),
    }));
    return families && { kind: "long-lived-graceful-restart", families };
  },
  encode(capability, out) {
    for (const { family, forwarding, staleTime } of capability.families) {
      writeFamily(family, out);
      out.uint8(forwarding ? FORWARDING : 0);
      out.uint24(staleTime);
    }
  },
};
