import { readUint32 } from "../bytes.ts";
import { address } from "../tlv/field.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { UINT32, UINT8 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

const TLVS = { "source-address": { code: 1, field: address(4, 16) } } as const;
const list = new TlvList({ codeWidth: 1, lengthWidth: 1 }, TLVS);

/** RFC 9026 section 3.1.6. */
export interface BfdDiscriminatorAttribute extends AttributeBase<"bfd-discriminator"> {
  /** 1: a P2MP BFD session. */
  readonly mode: number;
  readonly discriminator: number;
  readonly tlvs: readonly TlvOf<typeof TLVS>[];
}

const HEAD = 5;

export const bfdDiscriminator: AttributeCodec<BfdDiscriminatorAttribute> = {
  code: AttributeCode.bfdDiscriminator,
  type: "bfd-discriminator",
  flags: OPTIONAL_TRANSITIVE,
  shape: { mode: UINT8, discriminator: UINT32, tlvs: list.shape },
  check: (bytes, start, end) => end - start >= HEAD && list.fills(bytes, start + HEAD, end),
  decode: (bytes, start, end) => ({
    type: "bfd-discriminator",
    mode: bytes[start]!,
    discriminator: readUint32(bytes, start + 1),
    tlvs: list.read(bytes, start + HEAD, end) ?? [],
  }),
  encode(attribute, out) {
    out.uint8(attribute.mode);
    out.uint32(attribute.discriminator);
    list.write(attribute.tlvs, out);
  },
};
