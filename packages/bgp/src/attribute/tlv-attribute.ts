import type { TlvList, TlvOf, TlvTable } from "../tlv/tlv.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** An attribute that is a list of TLVs. */
export interface TlvAttribute<T extends string, L> extends AttributeBase<T> {
  readonly tlvs: readonly L[];
}

/** A codec for attributes that are well-formed if TLVs fill them; what the TLVs hold is no error of the attribute. */
export function tlvAttribute<T extends string, Table extends TlvTable>(
  head: { readonly code: number; readonly type: T; readonly flags: number },
  list: TlvList<Table>,
): AttributeCodec<TlvAttribute<T, TlvOf<Table>>> {
  return {
    ...head,
    shape: { tlvs: list.shape },
    check: (bytes, start, end) => list.fills(bytes, start, end),
    decode: (bytes, start, end) => ({ type: head.type, tlvs: list.read(bytes, start, end) ?? [] }),
    encode(attribute, out) {
      list.write(attribute.tlvs, out);
    },
  };
}
