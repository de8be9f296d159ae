import type {
  FlowBitmaskType,
  FlowComponent,
  FlowNumericType,
  FlowPrefixComponent,
} from "./flowspec-nlri.ts";

/** IANA's "Flow Spec Component Types" by number, 1 to 13. */
export const FLOW_TYPES: readonly (FlowComponent["type"] | undefined)[] = [
  undefined,
  "destination",
  "source",
  "protocol",
  "port",
  "destination-port",
  "source-port",
  "icmp-type",
  "icmp-code",
  "tcp-flags",
  "packet-length",
  "dscp",
  "fragment",
  "flow-label",
];

/** The last type of IPv4; the flow label is IPv6's alone (RFC 8956 section 3.7). */
export const LAST_IPV4_TYPE = 12;
export const LAST_IPV6_TYPE = 13;
/** Types up to this are prefixes. */
export const LAST_PREFIX_TYPE = 2;

export const FlowOperatorBit = { end: 0x80, and: 0x40, kept: 0x0f } as const;

/** Octets of the value behind an operator: RFC 8955 section 4.2.1.1. */
export function valueLength(operator: number): 1 | 2 | 4 | 8 {
  return VALUE_LENGTHS[(operator >>> 4) & 3]!;
}

/** The operator's length bits for as many octets. */
export function lengthBits(octets: 1 | 2 | 4 | 8): number {
  return VALUE_LENGTHS.indexOf(octets) << 4;
}

const VALUE_LENGTHS: readonly (1 | 2 | 4 | 8)[] = [1, 2, 4, 8];

export function isPrefixComponent(component: FlowComponent): component is FlowPrefixComponent {
  return component.type === "destination" || component.type === "source";
}

export function isBitmask(type: FlowNumericType | FlowBitmaskType): type is FlowBitmaskType {
  return type === "tcp-flags" || type === "fragment";
}
