import { type FlowComponent, type FlowSpecNlri, formatIPv4, formatIPv6 } from "@netferry/bgp";
import type { FactList } from "./facts.ts";

const TYPES: readonly FlowComponent["type"][] = [
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
const VALUE_BITS = [1, 2, 4, 8];

export function expectFlowSpec(value: FlowSpecNlri, length: number, width: "4" | "6", facts: FactList): void {
  const inner = length - (length > 240 ? 2 : 1);
  facts.add("flowspec_nlri.length", inner);
  if (value.rd !== undefined) {
    facts.add("flowspec_route_distinguisher_type", (value.rd[0]! << 8) | value.rd[1]!);
  }
  for (const component of value.components) {
    facts.add("flowspec_nlri.filter_type", TYPES.indexOf(component.type) + 1);
    if ("prefix" in component) {
      const { prefix, offset, type } = component;
      const side = type === "destination" ? "dst" : "src";
      if (width === "4") {
        facts.add("prefix_length", prefix.length);
        facts.add(`flowspec_nlri.${side}_prefix_filter`, formatIPv4(prefix.address));
      } else {
        facts.add("flowspec_nlri.ipv6_pref_length", prefix.length);
        facts.add("flowspec_nlri.ipv6_pref_offset", offset);
        facts.add(`flowspec_nlri.${side}_ipv6_pref`, formatIPv6(prefix.address));
      }
      continue;
    }
    for (const [index, test] of component.tests.entries()) {
      const end = index === component.tests.length - 1 ? 0x80 : 0;
      const operator =
        end | (test.and ? 0x40 : 0) | (VALUE_BITS.indexOf(test.value.octets) << 4) | test.operator;
      facts.add("flowspec_nlri.opflags", operator);
    }
  }
}
