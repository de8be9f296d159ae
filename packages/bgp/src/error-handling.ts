import { AttributeCode } from "./attribute/code.ts";
import { type ErrorAction, UpdateSubcode } from "./errors.ts";
import type { UpdateErrorCause } from "./update-error.ts";

/** What an error in one attribute leads to. */
interface AttributeRule {
  /** Wrong length or value. */
  readonly malformed: ErrorAction;
  /** Wrong Optional or Transitive bit. */
  readonly flags: ErrorAction;
  readonly duplicate: ErrorAction;
  /** Peers from whom it is discarded without a look at it. */
  readonly unexpectedFrom?: "external" | "four-octet-as";
  /** Where it says so, beside RFC 7606 section 3. */
  readonly rfc: string;
}

/** RFC 7606 section 3 c and g hold for every attribute whose RFC says nothing else. */
const COMMON = { flags: "treat-as-withdraw", duplicate: "discard" } as const;
/** Of the two that RFC 7606 section 3 j leaves, session reset and AFI/SAFI disable, the milder. */
const MULTIPROTOCOL = {
  malformed: "afi-safi-disable",
  flags: "treat-as-withdraw",
  duplicate: "reset",
} as const;

/** RFC 7606 and its successors, attribute by attribute: the one place where it is decided. */
const RULES: ReadonlyMap<number, AttributeRule> = new Map<number, AttributeRule>([
  [AttributeCode.origin, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.1" }],
  [AttributeCode.asPath, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.2, 7607, 5065 5" }],
  [AttributeCode.nextHop, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.3" }],
  [AttributeCode.multiExitDisc, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.4" }],
  [
    AttributeCode.localPref,
    { ...COMMON, malformed: "treat-as-withdraw", unexpectedFrom: "external", rfc: "7606 7.5" },
  ],
  [AttributeCode.atomicAggregate, { ...COMMON, malformed: "discard", rfc: "7606 7.6" }],
  [AttributeCode.aggregator, { ...COMMON, malformed: "discard", rfc: "7606 7.7, 7607" }],
  [AttributeCode.communities, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.8" }],
  [
    AttributeCode.originatorId,
    { ...COMMON, malformed: "treat-as-withdraw", unexpectedFrom: "external", rfc: "7606 7.9" },
  ],
  [
    AttributeCode.clusterList,
    { ...COMMON, malformed: "treat-as-withdraw", unexpectedFrom: "external", rfc: "7606 7.10" },
  ],
  [AttributeCode.mpReach, { ...MULTIPROTOCOL, rfc: "7606 3 g, 5.3, 7.11" }],
  [AttributeCode.mpUnreach, { ...MULTIPROTOCOL, rfc: "7606 3 g, 5.3, 7.12" }],
  [AttributeCode.extendedCommunities, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.14" }],
  [
    AttributeCode.as4Path,
    { ...COMMON, malformed: "discard", unexpectedFrom: "four-octet-as", rfc: "6793 4.1, 6" },
  ],
  [
    AttributeCode.as4Aggregator,
    { ...COMMON, malformed: "discard", unexpectedFrom: "four-octet-as", rfc: "6793 4.1, 6" },
  ],
  [AttributeCode.pmsiTunnel, { ...COMMON, malformed: "treat-as-withdraw", rfc: "6514 5" }],
  [AttributeCode.tunnelEncapsulation, { ...COMMON, malformed: "treat-as-withdraw", rfc: "9012 13" }],
  [AttributeCode.trafficEngineering, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.13" }],
  [AttributeCode.ipv6ExtendedCommunities, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.15" }],
  [AttributeCode.aigp, { ...COMMON, malformed: "discard", rfc: "7311 3" }],
  [AttributeCode.peDistinguisherLabels, { ...COMMON, malformed: "treat-as-withdraw", rfc: "6514 8" }],
  [AttributeCode.bgpLs, { ...COMMON, malformed: "discard", rfc: "9552 8.2.2" }],
  [AttributeCode.bgpsecPath, { ...COMMON, malformed: "treat-as-withdraw", rfc: "8205 5.2" }],
  [AttributeCode.communityContainers, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 2, draft" }],
  [AttributeCode.dPath, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 2, draft" }],
  [AttributeCode.serviceFunctionPath, { ...COMMON, malformed: "treat-as-withdraw", rfc: "9015 3.2.1" }],
  [AttributeCode.bfdDiscriminator, { ...COMMON, malformed: "discard", rfc: "9026 3.1.6" }],
  [AttributeCode.nextHopCharacteristics, { ...COMMON, malformed: "discard", rfc: "draft" }],
  [AttributeCode.prefixSid, { ...COMMON, malformed: "discard", rfc: "8669 6" }],
  [AttributeCode.bier, { ...COMMON, malformed: "discard", rfc: "9793 4" }],
  [AttributeCode.edgeMetadata, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 2, draft" }],
  [AttributeCode.attributeSet, { ...COMMON, malformed: "treat-as-withdraw", rfc: "7606 7.16" }],
  [AttributeCode.largeCommunities, { ...COMMON, malformed: "treat-as-withdraw", rfc: "8092 6" }],
  [AttributeCode.onlyToCustomer, { ...COMMON, malformed: "treat-as-withdraw", rfc: "9234 5" }],
]);

/** An attribute that is not known can't be malformed; and what is discarded of it is a duplicate. */
const UNKNOWN: AttributeRule = { ...COMMON, malformed: "discard", rfc: "7606 3" };

/** What is done about an error. `code`: of the attribute; 0 for an error that is of none. */
export function errorAction(cause: UpdateErrorCause, code: number): ErrorAction {
  const rule = RULES.get(code) ?? UNKNOWN;
  switch (cause) {
    case "attribute-malformed":
      return rule.malformed;
    case "attribute-flags":
      return rule.flags;
    case "attribute-duplicate":
      return rule.duplicate;
    case "attribute-overrun":
      // Section 4; but the routes of a multiprotocol attribute that is cut off are lost (section 3 j).
      return rule.malformed === "afi-safi-disable" ? "reset" : "treat-as-withdraw";
    case "attribute-missing":
      return "treat-as-withdraw";
    case "attribute-unexpected":
    case "family-not-negotiated":
    case "family-disabled":
    case "family-opaque":
      return "discard";
    case "message-length":
    case "field-lengths":
    case "withdrawn-syntax":
    case "nlri-syntax":
    case "attribute-unrecognized":
    case "family-unreadable":
    case "no-reachable-nlri":
      return "reset";
  }
}

/** Whether an attribute is discarded for whom it came from. */
export function isUnexpected(code: number, internal: boolean, fourOctetAs: boolean): boolean {
  const from = RULES.get(code)?.unexpectedFrom;
  return (from === "external" && !internal) || (from === "four-octet-as" && fourOctetAs);
}

/** The subcode of the UPDATE Message Error for the errors that reset the session (RFC 4271 section 6.3). */
export function resetSubcode(cause: UpdateErrorCause): number {
  switch (cause) {
    case "attribute-unrecognized":
      return UpdateSubcode.unrecognizedWellKnownAttribute;
    case "family-unreadable":
      return UpdateSubcode.optionalAttributeError;
    case "withdrawn-syntax":
    case "nlri-syntax":
      return UpdateSubcode.invalidNetworkField;
    default:
      return UpdateSubcode.malformedAttributeList;
  }
}
