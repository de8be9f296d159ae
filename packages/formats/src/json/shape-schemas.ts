import type { Members, Shape } from "@netferry/bgp";
import type { JsonObject } from "./json-text.ts";
import {
  ADDRESS,
  BOOLEAN,
  constant,
  FAMILY,
  HEX,
  list,
  object,
  reference,
  unsigned,
} from "./schema-parts.ts";

const NOT_FINITE = {
  type: "string",
  description: "A number that JSON has not, as its octets",
  pattern: "^0x[0-9a-f]{8}$",
};

/** Schemas of what has a shape. Each kind of TLV is a definition, as several lists have it. */
export class ShapeSchemas {
  readonly #definitions = new Map<string, JsonObject>();

  get definitions(): JsonObject {
    return Object.fromEntries(this.#definitions);
  }

  /** The schema of each member. */
  members(members: Members): JsonObject {
    const schemas = Object.entries(members).map(([name, shape]) => [name, this.#schema(shape)] as const);
    return Object.fromEntries(schemas);
  }

  #schema(shape: Shape): JsonObject {
    switch (shape.kind) {
      case "uint":
        return unsigned(2 ** (8 * shape.octets) - 1);
      case "uint64":
        return unsigned(2 ** 64);
      case "float":
        return { oneOf: [{ type: "number" }, NOT_FINITE] };
      case "octets":
        return HEX;
      case "address":
        return ADDRESS;
      case "text":
        return { type: "string" };
      case "presence":
        return { const: true };
      case "boolean":
        return BOOLEAN;
      case "word":
        return { enum: shape.words };
      case "family":
        return FAMILY;
      case "list":
        return list(this.#schema(shape.of));
      case "record":
        return object(this.members(shape.members), this.members(shape.optional ?? {}));
      case "variants":
        return {
          oneOf: Object.entries(shape.of).map(([tag, members]) =>
            object({ [shape.tag]: constant(tag), ...this.members(members) }),
          ),
        };
      case "tlvs":
        return list({ oneOf: this.#tlvs(shape).map(reference) });
    }
  }

  /** The names of the definitions. */
  #tlvs({ types, codeOctets }: Shape & { kind: "tlvs" }): string[] {
    const known = Object.entries(types).map(([type, shape]) =>
      this.#define(`tlv-${type}`, object({ type: constant(type), value: this.#schema(shape) })),
    );
    const code = unsigned(2 ** (8 * codeOctets) - 1);
    const unknown = object({ type: constant("unknown"), code, value: HEX });
    return [...known, this.#define("tlv-unknown", unknown)];
  }

  /** Under the name; under another where that is of something else. */
  #define(name: string, schema: JsonObject): string {
    for (let number = 1; ; number++) {
      const key = number === 1 ? name : `${name}-${number}`;
      const defined = this.#definitions.get(key);
      if (defined !== undefined && JSON.stringify(defined) !== JSON.stringify(schema)) continue;
      this.#definitions.set(key, schema);
      return key;
    }
  }
}
