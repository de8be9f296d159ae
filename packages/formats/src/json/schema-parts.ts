import type { JsonObject, JsonValue } from "./json-text.ts";

export const HEX = { type: "string", pattern: "^([0-9a-f]{2})*$" };
export const FAMILY = {
  type: "string",
  description: "A family's name, such as ipv4-unicast, or afi-N/safi-N",
  pattern: "^[a-z0-9-]+(/safi-\\d{1,3})?$",
};
export const UINT8 = unsigned(0xff);
export const UINT16 = unsigned(0xffff);
export const UINT32 = unsigned(0xffffffff);
export const BOOLEAN = { type: "boolean" };
export const ADDRESS = {
  type: "string",
  description: "An address; what is none, in hexadecimal with 0x",
};

export function unsigned(maximum: number): JsonObject {
  return { type: "integer", minimum: 0, maximum };
}

export function constant(value: string): JsonObject {
  return { const: value };
}

export function list(items: JsonValue): JsonObject {
  return { type: "array", items };
}

export function reference(name: string): JsonObject {
  return { $ref: `#/$defs/${name}` };
}

/** An object that has these members and no others. */
export function object(members: JsonObject, optional: JsonObject = {}): JsonObject {
  return {
    type: "object",
    properties: { ...members, ...optional },
    required: Object.keys(members),
    additionalProperties: false,
  };
}
