import type { Family } from "../family.ts";
import type { Nlri } from "../nlri.ts";

/** What every attribute carries beside its value. */
interface Flagged {
  /** The flags octet where it differs from what the attribute's RFC and length give (RFC 4271 section 4.3). */
  readonly flags?: number;
}

export type Origin = "igp" | "egp" | "incomplete";
/** RFC 4271 section 4.3 b, RFC 5065 section 3. */
export interface AsPathSegment {
  readonly type: "set" | "sequence" | "confed-sequence" | "confed-set";
  readonly asns: readonly number[];
}
export interface LargeCommunity {
  readonly globalAdministrator: number;
  readonly localData1: number;
  readonly localData2: number;
}

export type Attribute =
  | ({ readonly type: "origin"; readonly origin: Origin } & Flagged)
  | ({ readonly type: "as-path"; readonly segments: readonly AsPathSegment[] } & Flagged)
  | ({ readonly type: "next-hop"; readonly address: Uint8Array } & Flagged)
  | ({ readonly type: "multi-exit-disc"; readonly value: number } & Flagged)
  | ({ readonly type: "local-pref"; readonly value: number } & Flagged)
  | ({ readonly type: "atomic-aggregate" } & Flagged)
  | ({ readonly type: "aggregator"; readonly asn: number; readonly address: Uint8Array } & Flagged)
  | ({ readonly type: "communities"; readonly values: readonly number[] } & Flagged)
  | ({ readonly type: "originator-id"; readonly identifier: number } & Flagged)
  | ({ readonly type: "cluster-list"; readonly identifiers: readonly number[] } & Flagged)
  | ({
      readonly type: "mp-reach";
      readonly family: Family;
      readonly nextHop: Uint8Array;
      readonly nlri: readonly Nlri[];
    } & Flagged)
  | ({ readonly type: "mp-unreach"; readonly family: Family; readonly nlri: readonly Nlri[] } & Flagged)
  | ({ readonly type: "extended-communities"; readonly values: readonly Uint8Array[] } & Flagged)
  | ({ readonly type: "as4-path"; readonly segments: readonly AsPathSegment[] } & Flagged)
  | ({ readonly type: "as4-aggregator"; readonly asn: number; readonly address: Uint8Array } & Flagged)
  | ({ readonly type: "large-communities"; readonly values: readonly LargeCommunity[] } & Flagged)
  | ({ readonly type: "only-to-customer"; readonly asn: number } & Flagged)
  | { readonly type: "unknown"; readonly code: number; readonly flags: number; readonly value: Uint8Array };
