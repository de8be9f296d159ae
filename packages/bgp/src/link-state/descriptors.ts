import { address, octets, uint, uints } from "../tlv/field.ts";
import { struct } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { candidatePath } from "./candidate-path.ts";
import { maximumSidDepths, reachablePrefix } from "./fields.ts";
import { LINK_STATE_FORM } from "./form.ts";

const NODE = {
  "autonomous-system": { code: 512, field: uint(4) },
  "bgp-ls-identifier": { code: 513, field: uint(4) },
  /** Four octets, written like an address. */
  "ospf-area-id": { code: 514, field: address(4) },
  /** IS-IS: 6 octets, or 7 for a pseudonode; OSPF: 4, or 8 for a LAN (the designated router and its interface). */
  "igp-router-id": { code: 515, field: octets(4, 6, 7, 8) },
  "bgp-router-id": { code: 516, field: address(4) },
  "confederation-member": { code: 517, field: uint(4) },
} as const;

/** RFC 9552 section 5.2.1.4, RFC 9086 section 4.1. */
export type NodeDescriptor = TlvOf<typeof NODE>;
export const nodeDescriptors = new TlvList(LINK_STATE_FORM, NODE);

const OBJECT = {
  "link-identifiers": { code: 258, field: struct({ local: 4, remote: 4 }) },
  "ipv4-interface-address": { code: 259, field: address(4) },
  "ipv4-neighbor-address": { code: 260, field: address(4) },
  "ipv6-interface-address": { code: 261, field: address(16) },
  "ipv6-neighbor-address": { code: 262, field: address(16) },
  /** Twelve bits count, four are reserved. */
  "multi-topology-ids": { code: 263, field: uints(2) },
  "ospf-route-type": { code: 264, field: uint(1) },
  "ip-reachability": { code: 265, field: reachablePrefix },
  "node-msd": { code: 266, field: maximumSidDepths },
  "link-msd": { code: 267, field: maximumSidDepths },
  /** A SID in 16 octets, RFC 9514 section 6.1. */
  "srv6-sid": { code: 518, field: address(16) },
  /** RFC 9857 section 4. */
  "sr-policy-candidate-path": { code: 554, field: candidatePath },
} as const;

/** What a link, a prefix or a SID is told apart by: RFC 9552 sections 5.2.2 and 5.2.3, RFC 9514 section 6. */
export type LinkStateDescriptor = TlvOf<typeof OBJECT>;
export const objectDescriptors = new TlvList(LINK_STATE_FORM, OBJECT);
