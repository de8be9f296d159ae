/** JSON with whole numbers of 64 bits. */

/** A JSON value; integers that a double can't hold are bigints. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** One line. Members that are undefined are left out. */
export function writeJson(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Faster, but not for bigints.
    if (error instanceof TypeError) return writeExactly(value);
    throw error;
  }
}

function writeExactly(value: JsonValue): string {
  if (typeof value === "bigint") return value.toString();
  if (isList(value)) return `[${value.map(writeExactly).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members: string[] = [];
  for (const [key, each] of Object.entries(value)) {
    if (each !== undefined) members.push(`${JSON.stringify(key)}:${writeExactly(each)}`);
  }
  return `{${members.join(",")}}`;
}

/** The inverse of {@link writeJson}; undefined if the text is no JSON. */
export function readJson(text: string): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text, revive);
    return value as JsonValue;
  } catch {
    return undefined;
  }
}

function revive(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  const exact = typeof value !== "number" || source === undefined || Number.isSafeInteger(value);
  return exact || !/^-?\d+$/.test(source) ? value : BigInt(source);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member of an object; undefined where the value is none, or has it not. */
export function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** An unsigned integer as a number while a double holds it. */
export function exactInteger(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
