import {
  FLOW_TYPES,
  type FlowComponent,
  FlowOperator,
  type FlowTest,
  type FlowTestComponent,
  type FlowValue,
  parseAddress,
} from "@netferry/bgp";
import { FRAGMENTS, ICMP_TYPES, NOT_A_FRAGMENT, PROTOCOLS, TCP_FLAGS } from "./flow-text.ts";

/** Components by the names that ExaBGP has for them, in text, configuration and JSON. */
const TYPES: ReadonlyMap<string, FlowComponent["type"]> = new Map<string, FlowComponent["type"]>([
  ["destination", "destination"],
  ["destination-ipv4", "destination"],
  ["destination-ipv6", "destination"],
  ["source", "source"],
  ["source-ipv4", "source"],
  ["source-ipv6", "source"],
  ["protocol", "protocol"],
  ["next-header", "protocol"],
  ["port", "port"],
  ["destination-port", "destination-port"],
  ["source-port", "source-port"],
  ["icmp-type", "icmp-type"],
  ["icmp-code", "icmp-code"],
  ["tcp-flags", "tcp-flags"],
  ["packet-length", "packet-length"],
  ["dscp", "dscp"],
  ["traffic-class", "dscp"],
  ["fragment", "fragment"],
  ["flow-label", "flow-label"],
]);
/** In the order of their numbers, which is that of the wire (RFC 8955 section 4.2.2). */
const ORDER = FLOW_TYPES.filter((type) => type !== undefined);
const OPERATORS: readonly (readonly [text: string, operator: number])[] = [
  [">=", FlowOperator.greater | FlowOperator.equal],
  ["<=", FlowOperator.less | FlowOperator.equal],
  ["!=", FlowOperator.greater | FlowOperator.less],
  ["=", FlowOperator.equal],
  [">", FlowOperator.greater],
  ["<", FlowOperator.less],
];

export function flowComponentType(name: string): FlowComponent["type"] | undefined {
  return TYPES.get(name);
}

/** In the order of the wire. */
export function inFlowOrder(components: readonly FlowComponent[]): FlowComponent[] {
  return components.toSorted((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type));
}

/** A component of what it asks for, each alternative of tests joined by `&`. Undefined if a text is none. */
export function parseFlowComponent(name: string, alternatives: readonly string[]): FlowComponent | undefined {
  const type = TYPES.get(name);
  if (type === undefined || alternatives.length === 0) return undefined;
  if (type === "destination" || type === "source") return parsePrefix(type, alternatives);
  const tests: FlowTest[] = [];
  for (const alternative of alternatives) {
    for (const [index, text] of alternative.split("&").entries()) {
      const test = parseTest(type, text, index > 0);
      if (test === undefined) return undefined;
      tests.push(test);
    }
  }
  return { type, tests };
}

/** `10.0.0.0/8`, `2001:db8::/32/0`: behind the length the bits in front that don't matter. */
function parsePrefix(
  type: "destination" | "source",
  [text = "", ...more]: readonly string[],
): FlowComponent | undefined {
  const [addressText = "", lengthText, offsetText = "0"] = text.split("/");
  const address = parseAddress(addressText);
  if (address === undefined || more.length > 0) return undefined;
  const length = Number(lengthText ?? 8 * address.length);
  const offset = Number(offsetText);
  const valid =
    Number.isInteger(length) && length >= 0 && length <= 8 * address.length && Number.isInteger(offset);
  if (!valid || offset < 0 || offset > length) return undefined;
  const prefix = { length, address: cleared(address, length) };
  return offset === 0 ? { type, prefix, offset } : { type, prefix, offset, wholePattern: true };
}

function cleared(address: Uint8Array, length: number): Uint8Array {
  return address.map((octet, index) => {
    const kept = Math.max(0, Math.min(8, length - 8 * index));
    return octet & (0xff << (8 - kept));
  });
}

function parseTest(type: FlowTestComponent["type"], text: string, and: boolean): FlowTest | undefined {
  if (type === "tcp-flags" || type === "fragment") return parseBits(type, text, and);
  if (text === "true" || text === "false") {
    return { and, operator: text === "true" ? 7 : 0, value: { octets: 1, number: 0 } };
  }
  const [sign, operator] = OPERATORS.find(([known]) => text.startsWith(known)) ?? ["", FlowOperator.equal];
  const number = numberOf(type, text.slice(sign.length));
  return number === undefined ? undefined : { and, operator, value: flowValue(number) };
}

function parseBits(type: "tcp-flags" | "fragment", text: string, and: boolean): FlowTest | undefined {
  const [, not = "", match = "", names = ""] = /^(!?)(=?)(.*)$/.exec(text) ?? [];
  const known = type === "tcp-flags" ? TCP_FLAGS : FRAGMENTS;
  let number = 0;
  for (const name of names.toLowerCase().split("+")) {
    const bit =
      name === NOT_A_FRAGMENT ? 0 : (keyOf(known, name === "urgent" ? "urg" : name) ?? plainNumber(name));
    if (bit === undefined) return undefined;
    number |= bit;
  }
  const operator = (not === "" ? 0 : FlowOperator.not) | (match === "" ? 0 : FlowOperator.match);
  return { and, operator, value: flowValue(number) };
}

function numberOf(type: FlowTestComponent["type"], text: string): number | undefined {
  const name = text.toLowerCase();
  const named =
    type === "protocol" ? keyOf(PROTOCOLS, name) : type === "icmp-type" ? keyOf(ICMP_TYPES, name) : undefined;
  return named ?? plainNumber(text);
}

function plainNumber(text: string): number | undefined {
  const value = /^\d{1,10}$/.test(text) || /^0x[0-9a-f]{1,8}$/i.test(text) ? Number(text) : Number.NaN;
  return value <= 0xffffffff ? value : undefined;
}

function keyOf(names: ReadonlyMap<number, string>, wanted: string): number | undefined {
  for (const [key, name] of names) if (name === wanted) return key;
  return undefined;
}

function flowValue(number: number): FlowValue {
  return { octets: number <= 0xff ? 1 : number <= 0xffff ? 2 : 4, number };
}
