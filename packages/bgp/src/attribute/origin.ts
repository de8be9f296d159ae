import { EncodeError } from "../bytes.ts";
import { AttributeCode, WELL_KNOWN } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

export type Origin = "igp" | "egp" | "incomplete";

/** RFC 4271 section 5.1.1. */
export interface OriginAttribute extends AttributeBase<"origin"> {
  readonly origin: Origin;
}

const ORIGINS: readonly Origin[] = ["igp", "egp", "incomplete"];

export const origin: AttributeCodec<OriginAttribute> = {
  code: AttributeCode.origin,
  type: "origin",
  flags: WELL_KNOWN,
  fixedLength: 1,
  check: (bytes, start) => bytes[start]! < ORIGINS.length,
  decode: (bytes, start) => ({ type: "origin", origin: ORIGINS[bytes[start]!]! }),
  encode(attribute, out) {
    const value = ORIGINS.indexOf(attribute.origin);
    if (value < 0) throw new EncodeError(`${attribute.origin} is no ORIGIN`);
    out.uint8(value);
  },
};
