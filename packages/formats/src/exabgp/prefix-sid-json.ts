import { parseAddress, type PrefixSidTlv, toHex } from "@netferry/bgp";
import { type JsonObject, type JsonValue, member } from "../json/json-text.ts";
import { hexIn, JsonShapeError, listIn, objectIn, parsed, textIn, unsignedIn } from "../json/values.ts";
import { exabgpAddress } from "./address-text.ts";

type Service = Extract<PrefixSidTlv, { type: "srv6-l3-service" | "srv6-l2-service" }>;
type ServiceTlv = Service["value"]["subTlvs"][number];
type Structure = Extract<ServiceTlv, { type: "sid" }>["value"]["subTlvs"][number];

const SERVICES = { "l3-service": "srv6-l3-service", "l2-service": "srv6-l2-service" } as const;
const UNKNOWN = "attribute-not-implemented-";
/** ExaBGP's name of each member of a SID's structure. */
const STRUCTURE = {
  locatorBlock: "locator-block-length",
  locatorNode: "locator-node-length",
  function: "function-length",
  argument: "argument-length",
  transpositionLength: "transposition-length",
  transpositionOffset: "transposition-offset",
} as const;

/** The prefix SIDs of RFC 8669, and the SRv6 services of RFC 9252. */
export function prefixSidToExabgp(tlvs: readonly PrefixSidTlv[]): JsonObject {
  const json: { [name: string]: JsonValue } = {};
  for (const tlv of tlvs) {
    switch (tlv.type) {
      case "label-index":
        json["sr-label-index"] = tlv.value.index;
        break;
      case "originator-srgb":
        json["sr-srgbs"] = tlv.value.ranges.map(({ base, size }) => [base, size]);
        break;
      case "srv6-l3-service":
        json["l3-service"] = tlv.value.subTlvs.map(serviceToExabgp);
        break;
      case "srv6-l2-service":
        json["l2-service"] = tlv.value.subTlvs.map(serviceToExabgp);
        break;
      case "unknown":
        json[`${UNKNOWN}${tlv.code}`] = `0x${toHex(tlv.value).toUpperCase()}`;
        break;
    }
  }
  return json;
}

function serviceToExabgp(tlv: ServiceTlv): JsonObject {
  if (tlv.type === "unknown") return { type: tlv.code, raw: toHex(tlv.value) };
  const { sid, behavior, subTlvs } = tlv.value;
  const structure = subTlvs.find((each) => each.type === "structure");
  return {
    sid: exabgpAddress(sid),
    flags: 0, // ExaBGP does not look at them
    endpoint_behavior: behavior,
    ...(structure === undefined ? {} : { structure: structureToExabgp(structure) }),
  };
}

function structureToExabgp({ value }: Extract<Structure, { type: "structure" }>): JsonObject {
  return Object.fromEntries(
    Object.entries(STRUCTURE).map(([name, text]) => [text, value[name as keyof typeof STRUCTURE]]),
  );
}

/** The inverse of {@link prefixSidToExabgp}, as far as the JSON tells all. Throws {@link JsonShapeError}. */
export function prefixSidFromExabgp(json: JsonObject): PrefixSidTlv[] {
  return Object.entries(json).map(([name, value]) => tlvFromExabgp(name, value ?? null));
}

function tlvFromExabgp(name: string, value: JsonValue): PrefixSidTlv {
  switch (name) {
    case "sr-label-index":
      return {
        type: "label-index",
        value: { reserved: 0, flags: 0, index: unsignedIn(value, name, 0xffffffff) },
      };
    case "sr-srgbs": {
      const ranges = listIn(value, name).map((pair) => {
        const [base, size, ...more] = listIn(pair, name).map((each) => unsignedIn(each, name, 0xffffff));
        if (base === undefined || size === undefined || more.length > 0) {
          throw new JsonShapeError(`${name} is no list of pairs`);
        }
        return { base, size };
      });
      return { type: "originator-srgb", value: { flags: 0, ranges } };
    }
    case "l3-service":
    case "l2-service": {
      const subTlvs = listIn(value, name).map((each) => serviceFromExabgp(objectIn(each, name)));
      return { type: SERVICES[name], value: { reserved: 0, subTlvs } };
    }
    default: {
      if (!name.startsWith(UNKNOWN)) throw new JsonShapeError(`${name} is no part of a prefix SID`);
      const code = unsignedIn(name.slice(UNKNOWN.length), name, 0xff);
      return { type: "unknown", code, value: hexIn(value, name) };
    }
  }
}

function serviceFromExabgp(json: JsonObject): ServiceTlv {
  if (json["sid"] === undefined) {
    return {
      type: "unknown",
      code: unsignedIn(json["type"], "type", 0xff),
      value: hexIn(json["raw"], "raw"),
    };
  }
  const behavior = unsignedIn(json["endpoint_behavior"], "endpoint_behavior", 0xffff);
  const sid = parsed(parseAddress(textIn(json["sid"], "sid")), "sid");
  const structure = json["structure"];
  const subTlvs = structure === undefined ? [] : [structureFromExabgp(structure)];
  return { type: "sid", value: { reserved1: 0, sid, flags: 0, behavior, reserved2: 0, subTlvs } };
}

function structureFromExabgp(json: JsonValue): Structure {
  const part = (name: keyof typeof STRUCTURE): number =>
    unsignedIn(member(json, STRUCTURE[name]), STRUCTURE[name], 0xff);
  return {
    type: "structure",
    value: {
      locatorBlock: part("locatorBlock"),
      locatorNode: part("locatorNode"),
      function: part("function"),
      argument: part("argument"),
      transpositionLength: part("transpositionLength"),
      transpositionOffset: part("transpositionOffset"),
    },
  };
}
