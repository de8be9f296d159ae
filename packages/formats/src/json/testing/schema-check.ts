import type { JsonObject, JsonValue } from "../json-text.ts";

/** Why a value is not of a JSON Schema; undefined if it is. Knows the words that the project's schemas use, and throws at others. */
export function schemaProblem(root: JsonObject, value: JsonValue): string | undefined {
  return problemOf(root, root, value, "$");
}

const WORDS: ReadonlySet<string> = new Set([
  "$schema",
  "$defs",
  "$ref",
  "title",
  "description",
  "type",
  "const",
  "enum",
  "oneOf",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minimum",
  "maximum",
  "pattern",
]);

function problemOf(root: JsonObject, schema: JsonObject, value: JsonValue, at: string): string | undefined {
  for (const word of Object.keys(schema)) if (!WORDS.has(word)) throw new Error(`${word} is not checked`);
  const { $ref, oneOf } = schema;
  if (typeof $ref === "string") {
    const defs = schemaOf(root["$defs"]);
    return problemOf(root, schemaOf(defs[$ref.replace("#/$defs/", "")]), value, at);
  }
  if (Array.isArray(oneOf)) {
    const problems = oneOf.map((each) => problemOf(root, schemaOf(each), value, at));
    const matching = problems.filter((problem) => problem === undefined).length;
    return matching === 1 ? undefined : `${at} is of ${matching} forms: ${problems.join("; ")}`;
  }
  if ("const" in schema && schema["const"] !== value)
    return `${at} is not ${JSON.stringify(schema["const"])}`;
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(value)) return `${at} is not of the list`;
  return typeProblem(root, schema, value, at);
}

function typeProblem(root: JsonObject, schema: JsonObject, value: JsonValue, at: string): string | undefined {
  switch (schema["type"]) {
    case "integer": {
      const inRange =
        Number(value) >= Number(schema["minimum"]) && Number(value) <= Number(schema["maximum"]);
      return (typeof value === "bigint" || Number.isInteger(value)) && inRange
        ? undefined
        : `${at} is no integer in range`;
    }
    case "string": {
      const pattern = schema["pattern"];
      if (typeof value !== "string") return `${at} is no text`;
      return typeof pattern !== "string" || new RegExp(pattern).test(value)
        ? undefined
        : `${at} is no such text`;
    }
    case "number":
      return typeof value === "number" ? undefined : `${at} is no number`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `${at} is no boolean`;
    case "array": {
      if (!Array.isArray(value)) return `${at} is no list`;
      const items = schemaOf(schema["items"]);
      return firstProblem(
        value.map((each: JsonValue, index) => problemOf(root, items, each, `${at}[${index}]`)),
      );
    }
    case "object":
      return objectProblem(root, schema, schemaOf(value), at);
    default:
      return undefined;
  }
}

function objectProblem(
  root: JsonObject,
  schema: JsonObject,
  value: JsonObject,
  at: string,
): string | undefined {
  const properties = schemaOf(schema["properties"]);
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const missing = required.find((name) => value[name] === undefined);
  if (missing !== undefined) return `${at} has no ${missing}`;
  return firstProblem(
    Object.entries(value).map(([name, each]) =>
      properties[name] === undefined && schema["additionalProperties"] === true
        ? undefined
        : properties[name] === undefined
          ? `${at} has ${name}`
          : problemOf(root, schemaOf(properties[name]), each ?? null, `${at}.${name}`),
    ),
  );
}

function firstProblem(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function schemaOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
