import { readUint16 } from "../bytes.ts";
import { OCTETS, UINT16, UINT8 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 5543 section 3. */
export interface TrafficEngineeringAttribute extends AttributeBase<"traffic-engineering"> {
  readonly switchingCapability: number;
  readonly encoding: number;
  readonly reserved: number;
  /** The maximum LSP bandwidth at each of 8 priorities, octets a second, and what the switching capability adds. */
  readonly descriptor: Uint8Array;
}

const HEAD = 4;
const BANDWIDTHS = 32;

export const trafficEngineering: AttributeCodec<TrafficEngineeringAttribute> = {
  code: AttributeCode.trafficEngineering,
  type: "traffic-engineering",
  flags: OPTIONAL_NON_TRANSITIVE,
  shape: { switchingCapability: UINT8, encoding: UINT8, reserved: UINT16, descriptor: OCTETS },
  check: (_bytes, start, end) => end - start >= HEAD + BANDWIDTHS,
  decode: (bytes, start, end) => ({
    type: "traffic-engineering",
    switchingCapability: bytes[start]!,
    encoding: bytes[start + 1]!,
    reserved: readUint16(bytes, start + 2),
    descriptor: bytes.slice(start + HEAD, end),
  }),
  encode(attribute, out) {
    out.uint8(attribute.switchingCapability);
    out.uint8(attribute.encoding);
    out.uint16(attribute.reserved);
    out.bytes(attribute.descriptor);
  },
};
