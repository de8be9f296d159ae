/** Attribute type codes (IANA's "BGP Path Attributes"). */
export const AttributeCode = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  multiExitDisc: 4,
  localPref: 5,
  atomicAggregate: 6,
  aggregator: 7,
  communities: 8,
  originatorId: 9,
  clusterList: 10,
  mpReach: 14,
  mpUnreach: 15,
  extendedCommunities: 16,
  as4Path: 17,
  as4Aggregator: 18,
  pmsiTunnel: 22,
  tunnelEncapsulation: 23,
  trafficEngineering: 24,
  ipv6ExtendedCommunities: 25,
  aigp: 26,
  peDistinguisherLabels: 27,
  bgpLs: 29,
  largeCommunities: 32,
  bgpsecPath: 33,
  communityContainers: 34,
  onlyToCustomer: 35,
  dPath: 36,
  serviceFunctionPath: 37,
  bfdDiscriminator: 38,
  nextHopCharacteristics: 39,
  prefixSid: 40,
  bier: 41,
  edgeMetadata: 42,
  attributeSet: 128,
} as const;

/** Bits of the flags octet (RFC 4271 section 4.3). */
export const AttributeFlag = {
  optional: 0x80,
  transitive: 0x40,
  partial: 0x20,
  extendedLength: 0x10,
} as const;

/** The Optional and Transitive bits of the three kinds of attribute (RFC 4271 section 5). */
export const WELL_KNOWN = AttributeFlag.transitive;
export const OPTIONAL_TRANSITIVE = AttributeFlag.optional | AttributeFlag.transitive;
export const OPTIONAL_NON_TRANSITIVE = AttributeFlag.optional;
/** Where those bits are. */
export const KIND_MASK = 0xc0;
