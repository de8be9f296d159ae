import { type EndpointBehavior, parseAddress, type SegmentTlv } from "@netferry/bgp";
import type { JsonObject, JsonValue } from "../json/json-text.ts";
import { JsonShapeError, objectIn, parsed, textIn, unsignedIn } from "../json/values.ts";
import { exabgpAddress } from "./address-text.ts";

/** A segment of an SR policy's list: all but the list's weight and what has no name. */
export type Segment = Exclude<SegmentTlv, { readonly type: "weight" | "unknown" }>;

const MAX_UINT32 = 0xffffffff;
const MAX_LABEL = 0xfffff;
const LABEL_SHIFT = 12;
const TRAFFIC_CLASS_SHIFT = 9;
export const BOTTOM_OF_STACK = 0x100;
/** There is an endpoint behavior behind the SID; the algorithm counts (RFC 9831 section 2.10). */
export const BEHAVIOR_FLAG = 0x10;
export const ALGORITHM_FLAG = 0x40;

/** Types by RFC 9831's letters. */
export function segmentToExabgp(segment: Segment): JsonObject {
  switch (segment.type) {
    case "mpls-label":
      return { type: "A", ...stackEntry(segment.value.label, "label") };
    case "srv6-sid":
      return { type: "B", sid: exabgpAddress(segment.value.sid), ...behaviorOf(segment.value.behavior) };
    case "ipv4-node": {
      const { node, algorithm, sid } = segment.value;
      return {
        type: "C",
        ipv4_node: exabgpAddress(node),
        algorithm,
        ...(sid === undefined ? {} : stackEntry(sid, "sid")),
      };
    }
    case "ipv6-node": {
      const { node, algorithm, sid } = segment.value;
      return { type: "D", ipv6_node: exabgpAddress(node), algorithm, ...labelOf(sid) };
    }
    case "ipv4-node-interface": {
      const { node, sid } = segment.value;
      return {
        type: "E",
        local_if_id: segment.value.interface,
        ipv4_node: exabgpAddress(node),
        ...labelOf(sid),
      };
    }
    case "ipv4-adjacency": {
      const { local, remote, sid } = segment.value;
      return {
        type: "F",
        local_ipv4: exabgpAddress(local),
        remote_ipv4: exabgpAddress(remote),
        ...labelOf(sid),
      };
    }
    case "ipv6-node-interface":
      return { type: "G", ...interfaces(segment.value), ...labelOf(segment.value.sid) };
    case "ipv6-adjacency":
      return { type: "H", ...adjacency(segment.value), ...labelOf(segment.value.sid) };
    case "ipv6-node-srv6": {
      const { node, algorithm } = segment.value;
      return { type: "I", ipv6_node: exabgpAddress(node), algorithm, ...srv6(segment.value) };
    }
    case "ipv6-interface-srv6": {
      const { algorithm } = segment.value;
      return { type: "J", ...interfaces(segment.value), algorithm, ...srv6(segment.value) };
    }
    case "ipv6-adjacency-srv6": {
      const { algorithm } = segment.value;
      return { type: "K", ...adjacency(segment.value), algorithm, ...srv6(segment.value) };
    }
  }
}

function stackEntry(entry: number, name: "label" | "sid"): JsonObject {
  return {
    [name]: entry >>> LABEL_SHIFT,
    tc: (entry >>> TRAFFIC_CLASS_SHIFT) & 7,
    s: (entry & BOTTOM_OF_STACK) !== 0,
    ttl: entry & 0xff,
  };
}

function labelOf(entry: number | undefined): JsonObject {
  return entry === undefined ? {} : { sid: entry >>> LABEL_SHIFT };
}

interface Ends {
  readonly local: Uint8Array;
  readonly remote: Uint8Array;
}

function adjacency({ local, remote }: Ends): JsonObject {
  return { local_ipv6: exabgpAddress(local), remote_ipv6: exabgpAddress(remote) };
}

function interfaces(
  value: Ends & { readonly localInterface: number; readonly remoteInterface: number },
): JsonObject {
  return {
    local_if_id: value.localInterface,
    local_ipv6: exabgpAddress(value.local),
    remote_if_id: value.remoteInterface,
    remote_ipv6: exabgpAddress(value.remote),
  };
}

interface Srv6Tail {
  readonly sid?: Uint8Array;
  readonly behavior?: EndpointBehavior;
}

function srv6({ sid, behavior }: Srv6Tail): JsonObject {
  return sid === undefined ? {} : { sid: exabgpAddress(sid), ...behaviorOf(behavior) };
}

function behaviorOf(behavior: EndpointBehavior | undefined): JsonObject {
  if (behavior === undefined) return {};
  return {
    "endpoint-behavior": {
      behavior: behavior.behavior,
      "lb-length": behavior.locatorBlock,
      "ln-length": behavior.locatorNode,
      "fun-length": behavior.function,
      "arg-length": behavior.argument,
    },
  };
}

/** The inverse of {@link segmentToExabgp}, the flags those that what is there asks for. Throws {@link JsonShapeError}. */
export function segmentFromExabgp(json: JsonObject): Segment {
  const flags = 0;
  const reserved = 0;
  switch (json["type"]) {
    case "A":
      return { type: "mpls-label", value: { flags, reserved, label: entryFrom(json, "label") } };
    case "B": {
      const behavior = behaviorFrom(json["endpoint-behavior"]);
      const sid = addressFrom(json, "sid");
      return { type: "srv6-sid", value: { ...flagged(0, behavior), reserved, sid } };
    }
    case "C":
      return {
        type: "ipv4-node",
        value: { ...algorithmOf(json), node: addressFrom(json, "ipv4_node"), ...sidFrom(json) },
      };
    case "D":
      return {
        type: "ipv6-node",
        value: { ...algorithmOf(json), node: addressFrom(json, "ipv6_node"), ...sidFrom(json) },
      };
    case "E": {
      const node = addressFrom(json, "ipv4_node");
      const interfaceId = numberFrom(json, "local_if_id");
      return {
        type: "ipv4-node-interface",
        value: { flags, reserved, interface: interfaceId, node, ...sidFrom(json) },
      };
    }
    case "F": {
      const ends = { local: addressFrom(json, "local_ipv4"), remote: addressFrom(json, "remote_ipv4") };
      return { type: "ipv4-adjacency", value: { flags, reserved, ...ends, ...sidFrom(json) } };
    }
    case "G":
      return {
        type: "ipv6-node-interface",
        value: { flags, reserved, ...interfacesFrom(json), ...sidFrom(json) },
      };
    case "H":
      return { type: "ipv6-adjacency", value: { flags, reserved, ...endsFrom(json), ...sidFrom(json) } };
    case "I": {
      const node = addressFrom(json, "ipv6_node");
      return { type: "ipv6-node-srv6", value: { ...srv6From(json), node } };
    }
    case "J":
      return { type: "ipv6-interface-srv6", value: { ...srv6From(json), ...interfacesFrom(json) } };
    case "K":
      return { type: "ipv6-adjacency-srv6", value: { ...srv6From(json), ...endsFrom(json) } };
    default:
      throw new JsonShapeError("a segment's type is none of A to K");
  }
}

function numberFrom(json: JsonObject, name: string): number {
  return unsignedIn(json[name], name, MAX_UINT32);
}

function addressFrom(json: JsonObject, name: string): Uint8Array {
  return parsed(parseAddress(textIn(json[name], name)), name);
}

function entryFrom(json: JsonObject, name: "label" | "sid"): number {
  const label = unsignedIn(json[name], name, MAX_LABEL) * 2 ** LABEL_SHIFT;
  const trafficClass = unsignedIn(json["tc"] ?? 0, "tc", 7) << TRAFFIC_CLASS_SHIFT;
  const bottom = json["s"] === true ? BOTTOM_OF_STACK : 0;
  return label + trafficClass + bottom + unsignedIn(json["ttl"] ?? 0, "ttl", 0xff);
}

function sidFrom(json: JsonObject): { readonly sid?: number } {
  return json["sid"] === undefined ? {} : { sid: entryFrom(json, "sid") };
}

function algorithmOf(json: JsonObject): { readonly flags: number; readonly algorithm: number } {
  const algorithm = unsignedIn(json["algorithm"], "algorithm", 0xff);
  return { flags: algorithm === 0 ? 0 : ALGORITHM_FLAG, algorithm };
}

function endsFrom(json: JsonObject): Ends {
  return { local: addressFrom(json, "local_ipv6"), remote: addressFrom(json, "remote_ipv6") };
}

function interfacesFrom(json: JsonObject): Ends & { localInterface: number; remoteInterface: number } {
  return {
    ...endsFrom(json),
    localInterface: numberFrom(json, "local_if_id"),
    remoteInterface: numberFrom(json, "remote_if_id"),
  };
}

function srv6From(json: JsonObject): Srv6Tail & { readonly flags: number; readonly algorithm: number } {
  const { flags, algorithm } = algorithmOf(json);
  if (json["sid"] === undefined) return { flags, algorithm };
  const behavior = behaviorFrom(json["endpoint-behavior"]);
  return { ...flagged(flags, behavior), algorithm, sid: addressFrom(json, "sid") };
}

function flagged(
  flags: number,
  behavior: EndpointBehavior | undefined,
): { readonly flags: number; readonly behavior?: EndpointBehavior } {
  return behavior === undefined ? { flags } : { flags: flags | BEHAVIOR_FLAG, behavior };
}

function behaviorFrom(value: JsonValue | undefined): EndpointBehavior | undefined {
  if (value === undefined) return undefined;
  const json = objectIn(value, "endpoint-behavior");
  return {
    behavior: unsignedIn(json["behavior"], "behavior", 0xffff),
    reserved: 0,
    locatorBlock: unsignedIn(json["lb-length"], "lb-length", 0xff),
    locatorNode: unsignedIn(json["ln-length"], "ln-length", 0xff),
    function: unsignedIn(json["fun-length"], "fun-length", 0xff),
    argument: unsignedIn(json["arg-length"], "arg-length", 0xff),
  };
}
