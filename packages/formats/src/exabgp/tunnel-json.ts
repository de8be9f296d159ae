import type { SegmentTlv, TunnelEncapsulationAttribute, TunnelTlv } from "@netferry/bgp";
import { exabgpAddress } from "./address-text.ts";
import type { JsonObject, JsonValue } from "../json/json-text.ts";

/** Tunnel type of SR policies (RFC 9830 section 2.2). */
const SR_POLICY = 15;

/** The tunnel encapsulation attribute of an SR policy; undefined for other tunnels, which ExaBGP does not tell field by field. */
export function tunnelsToExabgp({ tunnels }: TunnelEncapsulationAttribute): JsonObject | undefined {
  const [policy, ...more] = tunnels;
  if (policy?.tunnelType !== SR_POLICY || more.length > 0) return undefined;
  const json: { [name: string]: JsonValue } = {};
  const lists: JsonObject[] = [];
  for (const tlv of policy.tlvs) {
    if (tlv.type === "segment-list") lists.push(segmentList(tlv.value.segments));
    else {
      const entry = policyEntry(tlv);
      if (entry === undefined) return undefined;
      json[entry[0]] = entry[1];
    }
  }
  if (lists.length > 0) json["segment-lists"] = lists;
  return { "sr-policy": json };
}

function policyEntry(
  tlv: Exclude<TunnelTlv, { type: "segment-list" }>,
): readonly [string, JsonValue] | undefined {
  switch (tlv.type) {
    case "preference":
      return ["preference", tlv.value.preference];
    case "priority":
      return ["priority", tlv.value.priority];
    case "enlp":
      return ["enlp", tlv.value.enlp];
    case "srv6-binding-sid":
      return ["srv6-binding-sid", exabgpAddress(tlv.value.sid)];
    case "policy-name":
      return ["policy-name", tlv.value.name];
    case "candidate-path-name":
      return ["candidate-path-name", tlv.value.name];
    default:
      return undefined;
  }
}

function segmentList(tlvs: readonly SegmentTlv[]): JsonObject {
  const segments: JsonObject[] = [];
  let weight: number | undefined;
  for (const tlv of tlvs) {
    if (tlv.type === "weight") weight = tlv.value.weight;
    else if (tlv.type === "mpls-label") segments.push({ type: "A", label: tlv.value.label >>> 12 });
    else if (tlv.type === "srv6-sid") {
      const { sid, behavior } = tlv.value;
      const told =
        behavior === undefined
          ? undefined
          : {
              behavior: behavior.behavior,
              "lb-length": behavior.locatorBlock,
              "ln-length": behavior.locatorNode,
              "fun-length": behavior.function,
              "arg-length": behavior.argument,
            };
      segments.push({ type: "B", sid: exabgpAddress(sid), "endpoint-behavior": told });
    }
  }
  return { weight, segments };
}
