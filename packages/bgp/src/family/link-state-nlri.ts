import type { LinkStateDescriptor, NodeDescriptor } from "../link-state/descriptors.ts";

/** BGP-LS (RFC 9552 section 5.2): what the BGP-LS attribute of the route speaks of. */
export type LinkStateNlri =
  | LinkStateNode
  | LinkStateLink
  | LinkStatePrefix
  | LinkStateCandidatePath
  | LinkStateSrv6Sid
  | LinkStateUnknown;

interface LinkState<T extends string> {
  readonly kind: "link-state";
  readonly type: T;
  /** The route distinguisher of the VPN family, 8 octets. */
  readonly rd?: Uint8Array;
}

interface LinkStateObject {
  /** 1 IS-IS level 1, 2 IS-IS level 2, 3 OSPFv2, 4 direct, 5 static, 6 OSPFv3, 7 BGP, 8 RSVP-TE, 9 segment routing. */
  readonly protocol: number;
  /** Which instance of the protocol. */
  readonly identifier: bigint;
  readonly localNode: readonly NodeDescriptor[];
}

/** Type 1. */
export interface LinkStateNode extends LinkState<"node">, LinkStateObject {}

/** Type 2. */
export interface LinkStateLink extends LinkState<"link">, LinkStateObject {
  readonly remoteNode: readonly NodeDescriptor[];
  readonly descriptors: readonly LinkStateDescriptor[];
}

/** Types 3 and 4. */
export interface LinkStatePrefix extends LinkState<"ipv4-prefix" | "ipv6-prefix">, LinkStateObject {
  readonly descriptors: readonly LinkStateDescriptor[];
}

/** Type 5, a candidate path of an SR policy: RFC 9857 section 3. */
export interface LinkStateCandidatePath extends LinkState<"candidate-path">, LinkStateObject {
  readonly descriptors: readonly LinkStateDescriptor[];
}

/** Type 6, RFC 9514 section 6. */
export interface LinkStateSrv6Sid extends LinkState<"srv6-sid">, LinkStateObject {
  readonly descriptors: readonly LinkStateDescriptor[];
}

/** A type that this package does not know, or one whose descriptors are not where they should be. */
export interface LinkStateUnknown extends LinkState<"unknown"> {
  readonly code: number;
  /** What stands behind the length and the route distinguisher. */
  readonly value: Uint8Array;
}
