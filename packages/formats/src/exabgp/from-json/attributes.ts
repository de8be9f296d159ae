import {
  type AsPathSegment,
  type Attribute,
  AttributeFlag,
  decodeAttributes,
  fromHex,
  type Origin,
  parseAddress,
  parseIdentifier,
} from "@netferry/bgp";
import { isObject, type JsonObject, type JsonValue, member } from "../../json/json-text.ts";
import { prefixSidFromExabgp } from "../prefix-sid-json.ts";
import { tunnelsFromExabgp } from "../tunnel-json.ts";
import { JsonShapeError, hexIn, listIn, objectIn, parsed, textIn, unsignedIn } from "../../json/values.ts";

const MAX_UINT32 = 0xffffffff;
const ORIGINS: readonly Origin[] = ["igp", "egp", "incomplete"];
/** Octets of an extended community. */
const EXTENDED_LENGTH = 8;
const IPV6_EXTENDED_LENGTH = 20;

/** The inverse of `attributesToExabgp`. Throws {@link JsonShapeError}. */
export function attributesFromExabgp(json: JsonObject): Attribute[] {
  return Object.entries(json).map(([name, value]) => attributeFrom(name, value));
}

function attributeFrom(name: string, value: JsonValue | undefined): Attribute {
  switch (name) {
    case "origin":
      return {
        type: "origin",
        origin: parsed(
          ORIGINS.find((each) => each === value),
          name,
        ),
      };
    case "as-path":
      return { type: "as-path", segments: segments(value) };
    case "med":
      return { type: "multi-exit-disc", value: unsignedIn(value, name, MAX_UINT32) };
    case "local-preference":
      return { type: "local-pref", value: unsignedIn(value, name, MAX_UINT32) };
    case "atomic-aggregate":
      return { type: "atomic-aggregate" };
    case "aggregator": {
      const text = textIn(value, name);
      const colon = text.indexOf(":");
      const address = parsed(parseAddress(text.slice(colon + 1)), name);
      return { type: "aggregator", asn: unsignedIn(text.slice(0, colon), name, MAX_UINT32), address };
    }
    case "community": {
      const values = numbers(value, name, 2, 0xffff).map(([high = 0, low = 0]) => high * 0x10000 + low);
      return { type: "communities", values };
    }
    case "large-community": {
      const values = numbers(value, name, 3, MAX_UINT32).map(
        ([globalAdministrator = 0, localData1 = 0, localData2 = 0]) => ({
          globalAdministrator,
          localData1,
          localData2,
        }),
      );
      return { type: "large-communities", values };
    }
    case "extended-community":
      return {
        type: "extended-communities",
        values: listIn(value, name).map((each) => communityValue(each, EXTENDED_LENGTH)),
      };
    case "originator-id":
      return { type: "originator-id", identifier: identifier(value, name) };
    case "cluster-list":
      return { type: "cluster-list", identifiers: listIn(value, name).map((each) => identifier(each, name)) };
    case "bgp-prefix-sid":
      return { type: "prefix-sid", tlvs: prefixSidFromExabgp(objectIn(value, name)) };
    case "extended-community-ipv6":
      return {
        type: "ipv6-extended-communities",
        values: listIn(value, name).map((each) => communityValue(each, IPV6_EXTENDED_LENGTH)),
      };
    case "tunnel-encap":
      return tunnelsFromExabgp(objectIn(value, name));
    default:
      return generic(name, value);
  }
}

function identifier(value: JsonValue | undefined, name: string): number {
  return parsed(parseIdentifier(textIn(value, name)), name);
}

function segments(value: JsonValue | undefined): AsPathSegment[] {
  return Object.values(objectIn(value, "as-path")).map((segment) => ({
    type: member(segment, "element") === "as-set" ? "set" : "sequence",
    asns: listIn(member(segment, "value"), "as-path").map((asn) => unsignedIn(asn, "as-path", MAX_UINT32)),
  }));
}

function numbers(value: JsonValue | undefined, name: string, count: number, limit: number): number[][] {
  return listIn(value, name).map((tuple) => {
    const list = listIn(tuple, name).map((each) => unsignedIn(each, name, limit));
    if (list.length !== count) throw new JsonShapeError(`${name} has ${list.length} numbers, not ${count}`);
    return list;
  });
}

/** `length`: octets of the community. */
function communityValue(value: JsonValue, length: number): Uint8Array {
  const number = isObject(value) ? value["value"] : undefined;
  if (typeof number !== "bigint" && !Number.isSafeInteger(number)) {
    throw new JsonShapeError("an extended community has no value that is a whole number");
  }
  const digits = BigInt(number as number | bigint)
    .toString(16)
    .padStart(2 * length, "0");
  const bytes = digits.length === 2 * length ? fromHex(digits) : undefined;
  return parsed(bytes, "an extended community's value");
}

/** `attribute-0x20-0xC0`: an attribute by code and flags. */
function generic(name: string, value: JsonValue | undefined): Attribute {
  const match = /^attribute-0x([0-9a-f]{2})-0x([0-9a-f]{2})$/i.exec(name);
  if (match === null) throw new JsonShapeError(`${name} is no attribute that can be made of JSON`);
  const code = Number.parseInt(match[1]!, 16);
  const flags = Number.parseInt(match[2]!, 16) | AttributeFlag.extendedLength;
  const octets = hexIn(value, name);
  const bytes = Uint8Array.from([flags, code, octets.length >>> 8, octets.length & 255, ...octets]);
  const [attribute] = decodeAttributes(bytes);
  if (attribute === undefined || octets.length > 0xffff) throw new JsonShapeError(`${name} is too long`);
  if ((Number.parseInt(match[2]!, 16) & AttributeFlag.extendedLength) !== 0) return attribute;
  if (attribute.type === "unknown") return { ...attribute, flags: Number.parseInt(match[2]!, 16) };
  const { flags: _, ...usual } = attribute;
  return usual;
}
