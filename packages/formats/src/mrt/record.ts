import type { Family } from "@netferry/bgp";
import type { Bgp4mpForm } from "./code.ts";

interface Timed {
  /** Seconds since 1970. */
  readonly timestamp: number;
}

interface ExtendedTimed extends Timed {
  /** Microseconds behind the second; their presence makes it a BGP4MP_ET record (RFC 6396 section 4.5). */
  readonly microseconds?: number;
}

/** RFC 6396 section 4.2: one path of one peer. */
export interface TableDumpRecord extends Timed {
  readonly type: "table-dump";
  readonly view: number;
  readonly sequence: number;
  /** IPv4 or IPv6 unicast. */
  readonly family: Family;
  /** Length in bits and the octets it needs. */
  readonly nlri: Uint8Array;
  /** 1 by the RFC. */
  readonly status: number;
  /** Seconds since 1970. */
  readonly originated: number;
  /** 4 or 16 octets, as the family has. */
  readonly peerAddress: Uint8Array;
  readonly peerAs: number;
  /** AS numbers take four octets: the subtypes 3 and 4, which some collectors write and no RFC has. */
  readonly fourOctetAs: boolean;
  /** Path attributes as in an UPDATE. */
  readonly attributes: Uint8Array;
}

export interface MrtPeer {
  readonly bgpIdentifier: number;
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly asn: number;
  /** The AS number takes four octets in the table. */
  readonly fourOctetAs: boolean;
}

/** RFC 6396 section 4.3.1. The RIB records behind it name peers by their place in it. */
export interface PeerIndexTableRecord extends Timed {
  readonly type: "peer-index-table";
  readonly collectorId: number;
  readonly viewName: string;
  readonly peers: readonly MrtPeer[];
}

export interface RibEntry {
  readonly peerIndex: number;
  /** Seconds since 1970. */
  readonly originated: number;
  /** In records with ADD-PATH. */
  readonly pathId?: number;
  /** Path attributes with four-octet AS numbers, MP_REACH_NLRI abbreviated: see {@link decodeRibAttributes}. */
  readonly attributes: Uint8Array;
}

/** RFC 6396 sections 4.3.2 to 4.3.4, RFC 8050 section 4: the paths of one prefix. */
export interface RibRecord extends Timed {
  readonly type: "rib";
  /** RIB_GENERIC, which names its family; the other subtypes are each of one family. */
  readonly generic: boolean;
  readonly addPath: boolean;
  readonly sequence: number;
  readonly family: Family;
  readonly nlri: Uint8Array;
  readonly entries: readonly RibEntry[];
}

interface Bgp4mpSession extends ExtendedTimed {
  readonly peerAs: number;
  readonly localAs: number;
  readonly interfaceIndex: number;
  /** Both 4 octets, or both 16. */
  readonly peerAddress: Uint8Array;
  readonly localAddress: Uint8Array;
}

/** RFC 6396 sections 4.4.2 to 4.4.5, RFC 8050 section 3. */
export interface Bgp4mpMessageRecord extends Bgp4mpSession, Bgp4mpForm {
  readonly type: "bgp4mp-message";
  /** One BGP message, header included; decode it with the context that the form tells. */
  readonly message: Uint8Array;
}

/** RFC 6396 sections 4.4.1 and 4.4.4. */
export interface Bgp4mpStateChangeRecord extends Bgp4mpSession {
  readonly type: "bgp4mp-state-change";
  readonly fourOctetAs: boolean;
  /** 1 Idle to 6 Established. */
  readonly oldState: number;
  readonly newState: number;
}

/** A record that is carried as bytes: another type or subtype, such as GEO_PEER_TABLE (RFC 6397). */
export interface OtherMrtRecord extends ExtendedTimed {
  readonly type: "other";
  readonly mrtType: number;
  readonly subtype: number;
  readonly body: Uint8Array;
}

/** One record of an MRT file. Octets in it are views of what was read. */
export type MrtRecord =
  | TableDumpRecord
  | PeerIndexTableRecord
  | RibRecord
  | Bgp4mpMessageRecord
  | Bgp4mpStateChangeRecord
  | OtherMrtRecord;
