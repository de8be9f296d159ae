import {
  parseAddress,
  readUint32,
  type SegmentTlv,
  type TunnelEncapsulationAttribute,
  type TunnelTlv,
  writeUint32,
} from "@netferry/bgp";
import type { JsonObject, JsonValue } from "../json/json-text.ts";
import { JsonShapeError, listIn, objectIn, parsed, textIn, unsignedIn } from "../json/values.ts";
import { exabgpAddress } from "./address-text.ts";
import { BOTTOM_OF_STACK, segmentFromExabgp, segmentToExabgp } from "./segment-json.ts";

/** Tunnel type of SR policies (RFC 9830 section 2.2). */
export const SR_POLICY_TUNNEL = 15;
const LABEL_SHIFT = 12;
const LABEL_FLAG = 0x10;
const MAX_UINT32 = 0xffffffff;
const MAX_LABEL = 0xfffff;

/** The tunnel encapsulation attribute of an SR policy; undefined for other tunnels, which ExaBGP does not tell field by field. */
export function tunnelsToExabgp({ tunnels }: TunnelEncapsulationAttribute): JsonObject | undefined {
  const [policy, ...more] = tunnels;
  if (policy?.tunnelType !== SR_POLICY_TUNNEL || more.length > 0) return undefined;
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
    case "binding-sid": {
      const { sid } = tlv.value;
      if (sid.length === 0) return ["binding-sid", null];
      return sid.length === 4
        ? ["binding-sid", { type: "mpls", label: readUint32(sid, 0) >>> LABEL_SHIFT }]
        : undefined;
    }
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
    else if (tlv.type !== "unknown") segments.push(segmentToExabgp(tlv));
  }
  return { weight, segments };
}

/** The inverse of {@link tunnelsToExabgp}: flags and reserved octets, which the JSON leaves out, are zero. Throws {@link JsonShapeError}. */
export function tunnelsFromExabgp(json: JsonObject): TunnelEncapsulationAttribute {
  const policy = objectIn(json["sr-policy"], "sr-policy");
  const tlvs = Object.entries(policy).flatMap(([name, value]) =>
    name === "segment-lists"
      ? listIn(value, name).map((list) => segmentListFrom(objectIn(list, name)))
      : [policyTlv(name, value ?? null)],
  );
  return { type: "tunnel-encapsulation", tunnels: [{ tunnelType: SR_POLICY_TUNNEL, tlvs }] };
}

function policyTlv(name: string, value: JsonValue): TunnelTlv {
  const head = { flags: 0, reserved: 0 };
  switch (name) {
    case "preference":
      return { type: name, value: { ...head, preference: unsignedIn(value, name, MAX_UINT32) } };
    case "priority":
      return { type: name, value: { priority: unsignedIn(value, name, 0xff), reserved: 0 } };
    case "enlp":
      return { type: name, value: { ...head, enlp: unsignedIn(value, name, 0xff) } };
    case "binding-sid": {
      const label = value === null ? undefined : objectIn(value, name)["label"];
      return bindingSidTlv(label === undefined ? undefined : unsignedIn(label, "label", MAX_LABEL));
    }
    case "srv6-binding-sid": {
      const sid = parsed(parseAddress(textIn(value, name)), name);
      return { type: name, value: { ...head, sid } };
    }
    case "policy-name":
    case "candidate-path-name":
      return { type: name, value: { reserved: 0, name: textIn(value, name) } };
    default:
      throw new JsonShapeError(`${name} is no part of an SR policy`);
  }
}

/** NB: of a label ExaBGP sets a flag that is not assigned, and the bottom of a stack that is none. */
export function bindingSidTlv(label: number | undefined): TunnelTlv {
  const type = "binding-sid";
  if (label === undefined) return { type, value: { flags: 0, reserved: 0, sid: new Uint8Array(0) } };
  const sid = new Uint8Array(4);
  writeUint32(sid, 0, label * 2 ** LABEL_SHIFT + BOTTOM_OF_STACK);
  return { type, value: { flags: LABEL_FLAG, reserved: 0, sid } };
}

function segmentListFrom(json: JsonObject): TunnelTlv {
  const segments: SegmentTlv[] = listIn(json["segments"], "segments").map((segment) =>
    segmentFromExabgp(objectIn(segment, "segments")),
  );
  if (json["weight"] !== undefined) {
    const weight = unsignedIn(json["weight"], "weight", MAX_UINT32);
    segments.unshift({ type: "weight", value: { flags: 0, reserved: 0, weight } });
  }
  return { type: "segment-list", value: { reserved: 0, segments } };
}
