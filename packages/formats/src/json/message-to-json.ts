import {
  type Attribute,
  attributeCodecs,
  AttributeFlag,
  ByteWriter,
  type Capability,
  capabilityCode,
  capabilityCodecs,
  encodeAttributes,
  encodeCapability,
  type Family,
  familyName,
  formatAddress,
  formatCommunity,
  formatIdentifier,
  formatIPv4,
  formatLargeCommunity,
  formatNlri,
  IPV4_UNICAST,
  IPV6_UNICAST,
  type Message,
  type Nlri,
  type OpenMessage,
  type OptionalParameter,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";
import type { JsonObject, JsonValue } from "./json-text.ts";
import { membersToJson } from "./shape-json.ts";

/**
 * A message as JSON of this project's own, whose schema is docs/schema/message.schema.json. Lossless: what
 * `messageFromJson` makes of it encodes to the same octets. What has no text of its own is hexadecimal.
 */
export function messageToJson(message: Message): JsonObject {
  switch (message.type) {
    case "open":
      return openToJson(message);
    case "update":
      return updateToJson(message);
    case "notification": {
      const { type, code, subcode, data } = message;
      return { type, code, subcode, data: toHex(data) };
    }
    case "keepalive":
      return { type: "keepalive" };
    case "route-refresh":
      return {
        type: "route-refresh",
        family: familyName(message.family),
        subtype: message.subtype,
        data: message.data === undefined ? undefined : toHex(message.data),
      };
  }
}

function openToJson(open: OpenMessage): JsonObject {
  return {
    type: "open",
    version: open.version,
    myAs: open.myAs,
    holdTime: open.holdTime,
    bgpIdentifier: formatIdentifier(open.bgpIdentifier),
    parameters: open.parameters.map(parameterToJson),
    extendedParameters: open.extendedParameters,
  };
}

function parameterToJson(parameter: OptionalParameter): JsonObject {
  return parameter.type === "capabilities"
    ? { type: "capabilities", capabilities: parameter.capabilities.map(capabilityToJson) }
    : { type: "unknown", code: parameter.code, value: toHex(parameter.value) };
}

/** What this library has no type for is its octets. */
export function capabilityToJson(capability: Capability): JsonObject {
  const codec = capabilityCodecs.find(({ kind }) => kind === capability.kind);
  if (codec !== undefined)
    return { kind: codec.kind, ...membersToJson(codec.shape, codec.optionalShape ?? {}, capability) };
  const out = new ByteWriter();
  encodeCapability(capability, out);
  const value = toHex(out.finish(), 2); // behind code and length
  return { kind: "octets", code: capabilityCode(capability), name: capability.kind, value };
}

function updateToJson(update: UpdateMessage): JsonObject {
  return {
    type: "update",
    withdrawn: routesToJson(IPV4_UNICAST, update.withdrawn),
    attributes: update.attributes.map(attributeToJson),
    nlri: routesToJson(IPV4_UNICAST, update.nlri),
  };
}

function routesToJson(family: Family, routes: readonly Nlri[]): JsonValue {
  return routes.map((route) => routeToJson(family, route));
}

/** A route as it stands in a message's JSON. */
export function routeToJson(family: Family, { pathId, bytes }: Nlri): JsonObject {
  const text = formatNlri(family, bytes);
  const route = isPrefix(family, bytes, text) ? { prefix: text } : { octets: toHex(bytes), text };
  return pathId === undefined ? route : { pathId, ...route };
}

/** Whether an NLRI is its text: one of unicast, without host bits. What can't be read has a text in hexadecimal. */
function isPrefix(family: Family, bytes: Uint8Array, text: string): boolean {
  if ((family !== IPV4_UNICAST && family !== IPV6_UNICAST) || text.startsWith("0x")) return false;
  const bits = bytes[0]! & 7;
  return bits === 0 || (bytes.at(-1)! & (0xff >>> bits)) === 0;
}

/** What this library has no type for is its octets. */
export function attributeToJson(attribute: Attribute): JsonObject {
  const fields = attributeFields(attribute);
  if (fields !== undefined) return { type: attribute.type, ...fields, flags: attribute.flags };
  const bytes = encodeAttributes([attribute]);
  const valueAt = (bytes[0]! & AttributeFlag.extendedLength) === 0 ? 3 : 4;
  return {
    type: "octets",
    name: attribute.type,
    code: bytes[1]!,
    flags: bytes[0]!,
    value: toHex(bytes, valueAt),
  };
}

function attributeFields(attribute: Attribute): JsonObject | undefined {
  switch (attribute.type) {
    case "origin":
      return { origin: attribute.origin };
    case "as-path":
    case "as4-path":
      return { segments: attribute.segments.map(({ type, asns }) => ({ type, asns })) };
    case "next-hop":
      return { address: formatIPv4(attribute.address) };
    case "multi-exit-disc":
    case "local-pref":
      return { value: attribute.value };
    case "atomic-aggregate":
      return {};
    case "aggregator":
    case "as4-aggregator":
      return { asn: attribute.asn, address: formatIPv4(attribute.address) };
    case "communities":
      return { values: attribute.values.map(formatCommunity) };
    case "large-communities":
      return { values: attribute.values.map(formatLargeCommunity) };
    case "extended-communities":
      return { values: attribute.values.map((value) => toHex(value)) };
    case "originator-id":
      return { identifier: formatIdentifier(attribute.identifier) };
    case "cluster-list":
      return { identifiers: attribute.identifiers.map(formatIdentifier) };
    case "only-to-customer":
      return { asn: attribute.asn };
    case "mp-reach":
      return {
        family: familyName(attribute.family),
        nextHops: nextHopsToJson(attribute.nextHop),
        nlri: routesToJson(attribute.family, attribute.nlri),
      };
    case "mp-unreach":
      return { family: familyName(attribute.family), nlri: routesToJson(attribute.family, attribute.nlri) };
    default:
      return shapedFields(attribute);
  }
}

function shapedFields(attribute: Attribute): JsonObject | undefined {
  const shape = attributeCodecs.find(({ type }) => type === attribute.type)?.shape;
  return shape && membersToJson(shape, {}, attribute);
}

/** Addresses; a next hop that is none, of a VPN for one, in hexadecimal with `0x`. */
function nextHopsToJson(nextHop: Uint8Array): JsonValue {
  if (nextHop.length === 0) return [];
  if (nextHop.length !== 32) return [formatAddress(nextHop)];
  return [formatAddress(nextHop.subarray(0, 16)), formatAddress(nextHop.subarray(16))];
}
