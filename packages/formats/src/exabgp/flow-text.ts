import {
  type FlowComponent,
  FlowOperator,
  type FlowPrefixComponent,
  type FlowTest,
  type FlowTestComponent,
} from "@netferry/bgp";
import { exabgpAddress } from "./address-text.ts";

/** IP protocols by ExaBGP's names. */
export const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, "icmp"],
  [2, "igmp"],
  [6, "tcp"],
  [8, "egp"],
  [17, "udp"],
  [46, "rsvp"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [89, "ospf"],
  [94, "ipip"],
  [103, "pim"],
  [132, "sctp"],
]);
export const ICMP_TYPES: ReadonlyMap<number, string> = new Map([
  [0, "echo-reply"],
  [3, "unreachable"],
  [4, "source-quench"],
  [5, "redirect"],
  [8, "echo-request"],
  [9, "router-advertisement"],
  [10, "router-solicit"],
  [11, "time-exceeded"],
  [12, "parameter-problem"],
  [13, "timestamp"],
  [14, "timestamp-reply"],
  [15, "info-request"],
  [16, "info-reply"],
  [17, "mask-request"],
  [18, "mask-reply"],
  [30, "traceroute"],
  [41, "experimental-mobility"],
  [42, "extended-echo-request"],
  [43, "extended-echo-reply"],
  [253, "experimental-one"],
  [254, "experimental-two"],
]);
/** Bits, the lowest first. */
export const TCP_FLAGS: ReadonlyMap<number, string> = new Map([
  [1, "fin"],
  [2, "syn"],
  [4, "rst"],
  [8, "push"],
  [16, "ack"],
  [32, "urg"],
  [64, "ece"],
  [128, "cwr"],
  [256, "ns"],
]);
export const FRAGMENTS: ReadonlyMap<number, string> = new Map([
  [1, "dont-fragment"],
  [2, "is-fragment"],
  [4, "first-fragment"],
  [8, "last-fragment"],
]);
export const NOT_A_FRAGMENT = "not-a-fragment";

/** How ExaBGP names a component; IPv6 has names of its own. */
export function flowComponentName(component: FlowComponent, isIPv6: boolean): string {
  switch (component.type) {
    case "destination":
    case "source":
      return `${component.type}-${isIPv6 ? "ipv6" : "ipv4"}`;
    case "protocol":
      return isIPv6 ? "next-header" : "protocol";
    case "dscp":
      return isIPv6 ? "traffic-class" : "dscp";
    default:
      return component.type;
  }
}

/** What a component asks for: alternatives, each of tests that must all hold. */
export function flowAlternatives(component: FlowComponent, isIPv6: boolean): string[] {
  if (isPrefix(component)) {
    const prefix = `${exabgpAddress(component.prefix.address)}/${component.prefix.length}`;
    return [isIPv6 ? `${prefix}/${component.offset}` : prefix];
  }
  const alternatives: string[] = [];
  for (const test of component.tests) {
    const text = testText(component.type, test);
    if (test.and && alternatives.length > 0) alternatives[alternatives.length - 1]! += `&${text}`;
    else alternatives.push(text);
  }
  return alternatives;
}

/** The whole flow as ExaBGP's text has it. */
export function flowText(
  components: readonly FlowComponent[],
  rd: string | undefined,
  isIPv6: boolean,
  pathInformation: string | undefined,
): string {
  const parts = components.map((component) => {
    const alternatives = flowAlternatives(component, isIPv6);
    const several = alternatives.length > 1 || (!isPrefix(component) && component.tests.length > 1);
    const text = several ? `[ ${alternatives.join(" ")} ]` : alternatives.join("");
    return ` ${flowComponentName(component, isIPv6)} ${text}`;
  });
  const path = pathInformation === undefined ? "" : ` path-information ${pathInformation}`;
  return `flow${parts.join("")}${rd === undefined ? "" : ` rd ${rd}`}${path}`;
}

export function isPrefix(component: FlowComponent): component is FlowPrefixComponent {
  return component.type === "destination" || component.type === "source";
}

function testText(type: FlowTestComponent["type"], { operator, value }: FlowTest): string {
  const number = Number(value.number);
  if (type === "tcp-flags" || type === "fragment") {
    const not = (operator & FlowOperator.not) === 0 ? "" : "!";
    const match = (operator & FlowOperator.match) === 0 ? "" : "=";
    return not + match + (type === "tcp-flags" ? flags(number, TCP_FLAGS) : fragment(number));
  }
  return comparison(operator) ?? `${operatorText(operator)}${valueText(type, value.number)}`;
}

function fragment(value: number): string {
  return value === 0 ? NOT_A_FRAGMENT : flags(value, FRAGMENTS);
}

function flags(value: number, names: ReadonlyMap<number, string>): string {
  const set: string[] = [];
  let rest = value;
  for (const [bit, name] of names) {
    if ((value & bit) === 0) continue;
    set.push(name);
    rest -= bit;
  }
  return rest === 0 && set.length > 0 ? set.join("+") : `${value}`;
}

/** What needs no value. */
function comparison(operator: number): string | undefined {
  const bits = operator & 7;
  return bits === 0 ? "false" : bits === 7 ? "true" : undefined;
}

function operatorText(operator: number): string {
  const greater = (operator & FlowOperator.greater) !== 0;
  const less = (operator & FlowOperator.less) !== 0;
  if (greater && less) return "!=";
  return `${greater ? ">" : less ? "<" : ""}${(operator & FlowOperator.equal) === 0 ? "" : "="}`;
}

function valueText(type: FlowTestComponent["type"], value: number | bigint): string {
  const name =
    type === "protocol"
      ? PROTOCOLS.get(Number(value))
      : type === "icmp-type"
        ? ICMP_TYPES.get(Number(value))
        : undefined;
  return name ?? `${value}`;
}
