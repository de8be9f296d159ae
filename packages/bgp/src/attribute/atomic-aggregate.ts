import { AttributeCode, WELL_KNOWN } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 4271 section 5.1.6: there or not. */
export type AtomicAggregateAttribute = AttributeBase<"atomic-aggregate">;

export const atomicAggregate: AttributeCodec<AtomicAggregateAttribute> = {
  code: AttributeCode.atomicAggregate,
  type: "atomic-aggregate",
  flags: WELL_KNOWN,
  fixedLength: 0,
  decode: () => ({ type: "atomic-aggregate" }),
  encode() {},
};
