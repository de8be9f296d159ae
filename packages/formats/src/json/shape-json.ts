import {
  EncodeError,
  type Family,
  familyName,
  formatAddress,
  fromHex,
  type Members,
  parseAddress,
  parseFamilyName,
  type Shape,
  toHex,
} from "@netferry/bgp";
import { exactInteger, type JsonObject, type JsonValue } from "./json-text.ts";
import { hexIn, JsonShapeError, listIn, objectIn, parsed, textIn, unsignedIn } from "./values.ts";

type Record = Readonly<{ [name: string]: unknown }>;

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const UNKNOWN = "unknown";

/** What stands in both objects is of the shape: values of the library, whose types the shapes repeat. */
export function membersToJson(members: Members, optional: Members, from: object): JsonObject {
  const values = from as Record;
  const json: { [name: string]: JsonValue } = {};
  for (const [name, shape] of Object.entries(members)) json[name] = shapeToJson(shape, values[name]);
  for (const [name, shape] of Object.entries(optional)) {
    if (values[name] !== undefined) json[name] = shapeToJson(shape, values[name]);
  }
  return json;
}

/** The inverse of {@link membersToJson}; members that neither has are not looked at. */
export function membersFromJson(members: Members, optional: Members, json: JsonObject): Record {
  const values: { [name: string]: unknown } = {};
  for (const [name, shape] of Object.entries(members)) values[name] = shapeFromJson(shape, json[name], name);
  for (const [name, shape] of Object.entries(optional)) {
    if (json[name] !== undefined) values[name] = shapeFromJson(shape, json[name], name);
  }
  return values;
}

function shapeToJson(shape: Shape, value: unknown): JsonValue {
  switch (shape.kind) {
    case "uint":
    case "text":
    case "word":
    case "presence":
    case "boolean":
      return value as JsonValue;
    case "uint64":
      return exactInteger(value as bigint);
    case "float":
      return floatToJson(value as number);
    case "octets":
      return toHex(value as Uint8Array);
    case "address":
      return addressToJson(value as Uint8Array);
    case "family":
      return familyName(value as Family);
    case "list":
      return (value as readonly unknown[]).map((each) => shapeToJson(shape.of, each));
    case "record":
      return membersToJson(shape.members, shape.optional ?? {}, value as Record);
    case "variants": {
      const tag = (value as Record)[shape.tag] as string;
      return { [shape.tag]: tag, ...membersToJson(shape.of[tag] ?? {}, {}, value as Record) };
    }
    case "tlvs":
      return (value as readonly Record[]).map((tlv) => tlvToJson(shape.types, tlv));
  }
}

function shapeFromJson(shape: Shape, json: JsonValue | undefined, name: string): unknown {
  switch (shape.kind) {
    case "uint":
      return unsignedIn(json, name, 2 ** (8 * shape.octets) - 1);
    case "uint64":
      return uint64In(json, name);
    case "float":
      return floatIn(json, name);
    case "octets":
      return hexIn(json, name);
    case "address":
      return addressIn(json, name);
    case "text":
      return textIn(json, name);
    case "presence":
      return parsed(json === true ? json : undefined, name);
    case "boolean":
      return parsed(typeof json === "boolean" ? json : undefined, name);
    case "word":
      return parsed(
        shape.words.find((word) => word === json),
        name,
      );
    case "family":
      return parsed(parseFamilyName(textIn(json, name)), name);
    case "list":
      return listIn(json, name).map((each) => shapeFromJson(shape.of, each, name));
    case "record":
      return membersFromJson(shape.members, shape.optional ?? {}, objectIn(json, name));
    case "variants": {
      const object = objectIn(json, name);
      const tag = textIn(object[shape.tag], `${name}: ${shape.tag}`);
      const members = Object.hasOwn(shape.of, tag) ? shape.of[tag] : undefined;
      return { [shape.tag]: tag, ...membersFromJson(parsed(members, `${name}: ${shape.tag}`), {}, object) };
    }
    case "tlvs":
      return listIn(json, name).map((tlv) => tlvFromJson(shape, objectIn(tlv, name), name));
  }
}

function tlvToJson(types: Members, tlv: Record): JsonObject {
  const type = tlv["type"] as string;
  const shape = types[type];
  return shape === undefined
    ? { type: UNKNOWN, code: tlv["code"] as number, value: toHex(tlv["value"] as Uint8Array) }
    : { type, value: shapeToJson(shape, tlv["value"]) };
}

function tlvFromJson(list: Shape & { kind: "tlvs" }, json: JsonObject, name: string): Record {
  const type = textIn(json["type"], `${name}: type`);
  if (type === UNKNOWN) {
    const code = unsignedIn(json["code"], `${name}: code`, 2 ** (8 * list.codeOctets) - 1);
    return { type, code, value: hexIn(json["value"], `${name}: value`) };
  }
  const shape = parsed(Object.hasOwn(list.types, type) ? list.types[type] : undefined, `${name}: ${type}`);
  return { type, value: shapeFromJson(shape, json["value"], type) };
}

function uint64In(json: JsonValue | undefined, name: string): bigint {
  const value = typeof json === "number" && Number.isSafeInteger(json) ? BigInt(json) : json;
  if (typeof value !== "bigint" || value < 0n || value > MAX_UINT64)
    throw new JsonShapeError(`${name} is no number from 0 to ${MAX_UINT64}`);
  return value;
}

/** Numbers that JSON has not, as the octets that they have on the wire. */
function floatToJson(value: number): JsonValue {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return `0x${toHex(new Uint8Array(view.buffer))}`;
}

function floatIn(json: JsonValue | undefined, name: string): number {
  if (typeof json === "number" || typeof json === "bigint") return Math.fround(Number(json));
  const octets = hexIn(json, name);
  if (octets.length !== 4) throw new JsonShapeError(`${name} is no number`);
  return new DataView(octets.buffer, octets.byteOffset).getFloat32(0);
}

function addressToJson(value: Uint8Array): string {
  return value.length === 4 || value.length === 16 ? formatAddress(value) : `0x${toHex(value)}`;
}

function addressIn(json: JsonValue | undefined, name: string): Uint8Array {
  const text = textIn(json, name);
  return parsed(text.startsWith("0x") ? fromHex(text.slice(2)) : parseAddress(text), name);
}

/** What `encode` gives; values that have no encoding are a problem of the JSON. */
export function encoded<T>(encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof EncodeError) throw new JsonShapeError(error.message);
    throw error;
  }
}
