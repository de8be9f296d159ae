import { EncodeError, readUint32 } from "../bytes.ts";
import type { Field } from "../tlv/field.ts";
import { recordOf, type Shape, UINT16, UINT32, UINT8 } from "../tlv/shape.ts";

/** What tells a candidate path of an SR policy apart, RFC 9857 section 4. */
export interface CandidatePathDescriptor {
  /** 1 PCEP, 2 BGP, 3 configuration; 10, 20 and 30 through a controller. */
  readonly protocolOrigin: number;
  /** Beside those two that tell how wide the addresses are. */
  readonly flags: number;
  readonly reserved: number;
  readonly endpoint: Uint8Array;
  readonly color: number;
  readonly originatorAs: number;
  readonly originator: Uint8Array;
  readonly discriminator: number;
}

const ENDPOINT_IPV6 = 0x80;
const ORIGINATOR_IPV6 = 0x40;
const HEAD = 4;
const ADDRESS: Shape = { kind: "address", lengths: [4, 16] };

export const candidatePath: Field<CandidatePathDescriptor> = {
  shape: recordOf({
    protocolOrigin: UINT8,
    flags: UINT8,
    reserved: UINT16,
    endpoint: ADDRESS,
    color: UINT32,
    originatorAs: UINT32,
    originator: ADDRESS,
    discriminator: UINT32,
  }),
  read(bytes, start, end) {
    if (end - start < HEAD) return undefined;
    const flags = bytes[start + 1]!;
    const endpointWidth = (flags & ENDPOINT_IPV6) === 0 ? 4 : 16;
    const originatorWidth = (flags & ORIGINATOR_IPV6) === 0 ? 4 : 16;
    const colorAt = start + HEAD + endpointWidth;
    const discriminatorAt = colorAt + 8 + originatorWidth;
    if (discriminatorAt + 4 !== end) return undefined;
    return {
      protocolOrigin: bytes[start]!,
      flags: flags & ~(ENDPOINT_IPV6 | ORIGINATOR_IPV6),
      reserved: (bytes[start + 2]! << 8) | bytes[start + 3]!,
      endpoint: bytes.slice(start + HEAD, colorAt),
      color: readUint32(bytes, colorAt),
      originatorAs: readUint32(bytes, colorAt + 4),
      originator: bytes.slice(colorAt + 8, discriminatorAt),
      discriminator: readUint32(bytes, discriminatorAt),
    };
  },
  write(value, out) {
    const { endpoint, originator } = value;
    if (![4, 16].includes(endpoint.length) || ![4, 16].includes(originator.length)) {
      throw new EncodeError("a candidate path's endpoint and originator have 4 or 16 octets");
    }
    out.uint8(value.protocolOrigin);
    out.uint8(
      value.flags |
        (endpoint.length === 16 ? ENDPOINT_IPV6 : 0) |
        (originator.length === 16 ? ORIGINATOR_IPV6 : 0),
    );
    out.uint16(value.reserved);
    out.bytes(endpoint);
    out.uint32(value.color);
    out.uint32(value.originatorAs);
    out.bytes(originator);
    out.uint32(value.discriminator);
  },
};
