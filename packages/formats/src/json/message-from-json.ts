import {
  type AsPathSegment,
  type Attribute,
  attributeCodecs,
  AttributeFlag,
  ByteWriter,
  type Capability,
  capabilityCodecs,
  decodeAttributes,
  decodeCapability,
  encodeAttributes,
  encodeCapability,
  type Family,
  IPV4_UNICAST,
  KEEPALIVE,
  type Members,
  type Message,
  type Nlri,
  type OpenMessage,
  type OptionalParameter,
  type Origin,
  parseAddress,
  parseFamilyName,
  parseIdentifier,
  parsePrefix,
} from "@netferry/bgp";
import { type JsonObject, type JsonValue, writeJson } from "./json-text.ts";
import { attributeToJson, capabilityToJson } from "./message-to-json.ts";
import { encoded, membersFromJson } from "./shape-json.ts";
import { hexIn, JsonShapeError, listIn, objectIn, parsed, textIn, unsignedIn } from "./values.ts";

export type MessageFromJson =
  | { readonly ok: true; readonly message: Message }
  /** One line. */
  | { readonly ok: false; readonly problem: string };

const MAX_UINT8 = 0xff;
const MAX_UINT16 = 0xffff;
const MAX_UINT32 = 0xffffffff;
const ORIGINS: readonly Origin[] = ["igp", "egp", "incomplete"];
const SEGMENTS: readonly AsPathSegment["type"][] = ["set", "sequence", "confed-sequence", "confed-set"];
const EXTENDED_COMMUNITY_LENGTH = 8;

/** The inverse of `messageToJson`. Total: a value that is no message gives the problem. */
export function messageFromJson(json: JsonValue): MessageFromJson {
  try {
    return { ok: true, message: messageFrom(objectIn(json, "the message")) };
  } catch (error) {
    if (error instanceof JsonShapeError) return { ok: false, problem: error.message };
    throw error;
  }
}

function messageFrom(json: JsonObject): Message {
  switch (json["type"]) {
    case "open":
      return openFrom(json);
    case "update":
      return {
        type: "update",
        withdrawn: routesFrom(IPV4_UNICAST, json["withdrawn"], "withdrawn"),
        attributes: listIn(json["attributes"], "attributes").map((each) =>
          attributeFrom(objectIn(each, "attribute")),
        ),
        nlri: routesFrom(IPV4_UNICAST, json["nlri"], "nlri"),
      };
    case "notification":
      return {
        type: "notification",
        code: unsignedIn(json["code"], "code", MAX_UINT8),
        subcode: unsignedIn(json["subcode"], "subcode", MAX_UINT8),
        data: hexIn(json["data"], "data"),
      };
    case "keepalive":
      return KEEPALIVE;
    case "route-refresh":
      return {
        type: "route-refresh",
        family: familyFrom(json["family"]),
        subtype: unsignedIn(json["subtype"], "subtype", MAX_UINT8),
        ...(json["data"] === undefined ? {} : { data: hexIn(json["data"], "data") }),
      };
    default:
      throw new JsonShapeError("type is none of open, update, notification, keepalive, route-refresh");
  }
}

function openFrom(json: JsonObject): OpenMessage {
  return {
    type: "open",
    version: unsignedIn(json["version"], "version", MAX_UINT8),
    myAs: unsignedIn(json["myAs"], "myAs", MAX_UINT16),
    holdTime: unsignedIn(json["holdTime"], "holdTime", MAX_UINT16),
    bgpIdentifier: identifierFrom(json["bgpIdentifier"], "bgpIdentifier"),
    parameters: listIn(json["parameters"], "parameters").map((each) =>
      parameterFrom(objectIn(each, "parameter")),
    ),
    extendedParameters: json["extendedParameters"] === true,
  };
}

function parameterFrom(json: JsonObject): OptionalParameter {
  if (json["type"] === "capabilities") {
    const list = listIn(json["capabilities"], "capabilities");
    return {
      type: "capabilities",
      capabilities: list.map((each) => capabilityFrom(objectIn(each, "capability"))),
    };
  }
  return {
    type: "unknown",
    code: unsignedIn(json["code"], "code", MAX_UINT8),
    value: hexIn(json["value"], "value"),
  };
}

function capabilityFrom(json: JsonObject): Capability {
  const codec = capabilityCodecs.find(({ kind }) => kind === json["kind"]);
  if (codec !== undefined) return shapedCapability(codec, json);
  const code = unsignedIn(json["code"], "code", MAX_UINT8);
  const value = hexIn(json["value"], "value");
  return json["name"] === "unknown"
    ? { kind: "unknown", code, value }
    : parsed(decodeCapability(code, value), `capability ${code}`);
}

/** By way of its octets, so that what no capability says is refused. */
function shapedCapability(codec: (typeof capabilityCodecs)[number], json: JsonObject): Capability {
  const { code, kind } = codec;
  const members = membersFromJson(codec.shape, codec.optionalShape ?? {}, json);
  const made = Object.assign(members, { kind }) as unknown as Capability;
  const out = new ByteWriter();
  encoded(() => encodeCapability(made, out));
  const read = decodeCapability(code, out.finish().subarray(2)); // behind code and length
  if (read?.kind !== kind || writeJson(capabilityToJson(read)) !== writeJson(capabilityToJson(made)))
    throw new JsonShapeError(`${kind} can't say this`);
  return read;
}

function familyFrom(value: JsonValue | undefined): Family {
  return parsed(parseFamilyName(textIn(value, "family")), "family");
}

function identifierFrom(value: JsonValue | undefined, name: string): number {
  return parsed(parseIdentifier(textIn(value, name)), name);
}

function routesFrom(family: Family, value: JsonValue | undefined, name: string): Nlri[] {
  return listIn(value, name).map((each) => {
    const json = objectIn(each, name);
    const bytes =
      json["octets"] === undefined ? prefixBytes(family, json["prefix"]) : hexIn(json["octets"], "octets");
    if (json["pathId"] === undefined) return { bytes };
    return { pathId: unsignedIn(json["pathId"], "pathId", MAX_UINT32), bytes };
  });
}

function prefixBytes(family: Family, value: JsonValue | undefined): Uint8Array {
  const text = textIn(value, "prefix");
  const prefix = parsed(parsePrefix(text), "prefix");
  if (prefix.family !== family) throw new JsonShapeError(`prefix ${text} is not of the family`);
  return prefix.nlri;
}

function attributeFrom(json: JsonObject): Attribute {
  const attribute = attributeFields(json);
  if (attribute.type === "unknown" || json["flags"] === undefined || json["type"] === "octets")
    return attribute;
  return { ...attribute, flags: unsignedIn(json["flags"], "flags", MAX_UINT8) };
}

function attributeFields(json: JsonObject): Attribute {
  const { type } = json;
  switch (type) {
    case "origin":
      return {
        type,
        origin: parsed(
          ORIGINS.find((each) => each === json["origin"]),
          "origin",
        ),
      };
    case "as-path":
    case "as4-path":
      return { type, segments: listIn(json["segments"], "segments").map(segmentFrom) };
    case "next-hop":
      return { type, address: ipv4From(json["address"]) };
    case "multi-exit-disc":
    case "local-pref":
      return { type, value: unsignedIn(json["value"], "value", MAX_UINT32) };
    case "atomic-aggregate":
      return { type };
    case "aggregator":
    case "as4-aggregator":
      return { type, asn: unsignedIn(json["asn"], "asn", MAX_UINT32), address: ipv4From(json["address"]) };
    case "communities": {
      const values = parts(json["values"], 2, MAX_UINT16).map(([high = 0, low = 0]) => high * 0x10000 + low);
      return { type, values };
    }
    case "large-communities": {
      const values = parts(json["values"], 3, MAX_UINT32).map(
        ([globalAdministrator = 0, localData1 = 0, localData2 = 0]) => ({
          globalAdministrator,
          localData1,
          localData2,
        }),
      );
      return { type, values };
    }
    case "extended-communities":
      return { type, values: listIn(json["values"], "values").map(extendedCommunityFrom) };
    case "originator-id":
      return { type, identifier: identifierFrom(json["identifier"], "identifier") };
    case "cluster-list": {
      const list = listIn(json["identifiers"], "identifiers");
      return { type, identifiers: list.map((each) => identifierFrom(each, "identifiers")) };
    }
    case "only-to-customer":
      return { type, asn: unsignedIn(json["asn"], "asn", MAX_UINT32) };
    case "mp-reach": {
      const family = familyFrom(json["family"]);
      return {
        type,
        family,
        nextHop: nextHopFrom(json["nextHops"]),
        nlri: routesFrom(family, json["nlri"], "nlri"),
      };
    }
    case "mp-unreach": {
      const family = familyFrom(json["family"]);
      return { type, family, nlri: routesFrom(family, json["nlri"], "nlri") };
    }
    default: {
      const codec = attributeCodecs.find((each) => each.type === type);
      return codec?.shape === undefined ? octetsFrom(json) : shapedAttribute(codec.type, codec.shape, json);
    }
  }
}

/** By way of its octets, so that what no attribute says is refused. */
function shapedAttribute(type: Attribute["type"], shape: Members, json: JsonObject): Attribute {
  const made = Object.assign({ type }, membersFromJson(shape, {}, json)) as unknown as Attribute;
  const [read] = decodeAttributes(encoded(() => encodeAttributes([made])));
  if (read?.type !== type || writeJson(attributeToJson(read)) !== writeJson(attributeToJson(made)))
    throw new JsonShapeError(`${type} can't say this`);
  return read;
}

function segmentFrom(value: JsonValue): AsPathSegment {
  const json = objectIn(value, "segment");
  return {
    type: parsed(
      SEGMENTS.find((each) => each === json["type"]),
      "segment's type",
    ),
    asns: listIn(json["asns"], "asns").map((asn) => unsignedIn(asn, "asns", MAX_UINT32)),
  };
}

function ipv4From(value: JsonValue | undefined): Uint8Array {
  const address = parsed(parseAddress(textIn(value, "address")), "address");
  if (address.length !== 4) throw new JsonShapeError("address is not IPv4");
  return address;
}

function parts(value: JsonValue | undefined, count: number, limit: number): number[][] {
  return listIn(value, "values").map((each) => {
    const numbers = textIn(each, "values")
      .split(":")
      .map((part) => unsignedIn(part, "values", limit));
    if (numbers.length !== count) throw new JsonShapeError(`values have not ${count} numbers each`);
    return numbers;
  });
}

function extendedCommunityFrom(value: JsonValue): Uint8Array {
  const bytes = hexIn(value, "values");
  if (bytes.length !== EXTENDED_COMMUNITY_LENGTH)
    throw new JsonShapeError("an extended community has 8 octets");
  return bytes;
}

function nextHopFrom(value: JsonValue | undefined): Uint8Array {
  const octets = listIn(value, "nextHops").flatMap((each) =>
    Array.from(addressOrHex(textIn(each, "nextHops"))),
  );
  return Uint8Array.from(octets);
}

function addressOrHex(text: string): Uint8Array {
  return text.startsWith("0x") ? hexIn(text, "nextHops") : parsed(parseAddress(text), "nextHops");
}

/** An attribute by its octets: typed again if this version of the library has a type for it. */
function octetsFrom(json: JsonObject): Attribute {
  const code = unsignedIn(json["code"], "code", MAX_UINT8);
  const flags = unsignedIn(json["flags"], "flags", MAX_UINT8);
  const value = hexIn(json["value"], "value");
  if (value.length > MAX_UINT16) throw new JsonShapeError("value is too long for an attribute");
  if (json["name"] === "unknown") return { type: "unknown", code, flags, value };
  const long = (flags & AttributeFlag.extendedLength) !== 0;
  if (!long && value.length > MAX_UINT8)
    throw new JsonShapeError("value needs flags with the extended length bit");
  const length = long ? [value.length >>> 8, value.length & 255] : [value.length];
  const [attribute] = decodeAttributes(Uint8Array.from([flags, code, ...length, ...value]));
  return parsed(attribute, "value");
}
