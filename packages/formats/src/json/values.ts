import { fromHex } from "@netferry/bgp";
import { isList, isObject, type JsonObject, type JsonValue } from "./json-text.ts";

/** Why a JSON value is no message; its message is one line that names the member. */
export class JsonShapeError extends Error {
  override readonly name = "JsonShapeError";
}

export function objectIn(value: JsonValue | undefined, name: string): JsonObject {
  if (!isObject(value)) throw new JsonShapeError(`${name} is no object`);
  return value;
}

export function listIn(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  if (!isList(value)) throw new JsonShapeError(`${name} is no list`);
  return value;
}

export function textIn(value: JsonValue | undefined, name: string): string {
  if (typeof value !== "string") throw new JsonShapeError(`${name} is no text`);
  return value;
}

/** An unsigned integer; ExaBGP writes some of them as texts. */
export function unsignedIn(value: JsonValue | undefined, name: string, limit: number): number {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > limit) {
    throw new JsonShapeError(`${name} is no number from 0 to ${limit}`);
  }
  return number;
}

/** Hexadecimal, with `0x` or without. */
export function hexIn(value: JsonValue | undefined, name: string): Uint8Array {
  const bytes = fromHex(textIn(value, name).replace(/^0x/i, ""));
  if (bytes === undefined) throw new JsonShapeError(`${name} is not hexadecimal`);
  return bytes;
}

/** What a reader of text gives, or an error that names the member. */
export function parsed<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new JsonShapeError(`${name} is not what it should be`);
  return value;
}
