import { type ByteWriter, readUint32 } from "../bytes.ts";
import { octets, repeated, float, text, uints } from "../tlv/field.ts";
import type { Members } from "../tlv/shape.ts";
import { UINT32 } from "../tlv/shape.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";

const FORM = { codeWidth: 1, lengthWidth: 2 } as const;

/** Typed values, draft-ietf-idr-wide-bgp-communities section 5. */
const ATOMS = {
  "as-numbers": { code: 1, field: uints(4) },
  /** Lengths and as many octets as they need, one prefix behind the other. */
  "ipv4-prefixes": { code: 2, field: octets() },
  "ipv6-prefixes": { code: 3, field: octets() },
  integers: { code: 4, field: uints(4) },
  floats: { code: 5, field: repeated(4, float) },
  "neighbor-classes": { code: 6, field: uints(4) },
  "user-defined-classes": { code: 7, field: uints(4) },
  text: { code: 8, field: text },
} as const;
const atoms = new TlvList(FORM, ATOMS);
export type WideCommunityAtom = TlvOf<typeof ATOMS>;

const TLVS = {
  targets: { code: 1, field: atoms },
  "exclude-targets": { code: 2, field: atoms },
  parameters: { code: 3, field: atoms },
} as const;
const wideTlvs = new TlvList(FORM, TLVS);

/** A community with a meaning of its own for those it is aimed at, draft-ietf-idr-wide-bgp-communities section 4. */
export interface WideCommunity {
  readonly community: number;
  readonly sourceAs: number;
  readonly contextAs: number;
  readonly tlvs: readonly TlvOf<typeof TLVS>[];
}

export const wideCommunityMembers: Members = {
  community: UINT32,
  sourceAs: UINT32,
  contextAs: UINT32,
  tlvs: wideTlvs.shape,
};

/** Community, source AS and context AS. */
const HEAD = 12;

/** Undefined if TLVs do not fill `[start, end)` behind the numbers. */
export function readWideCommunity(bytes: Uint8Array, start: number, end: number): WideCommunity | undefined {
  if (end - start < HEAD) return undefined;
  const tlvs = wideTlvs.read(bytes, start + HEAD, end);
  return (
    tlvs && {
      community: readUint32(bytes, start),
      sourceAs: readUint32(bytes, start + 4),
      contextAs: readUint32(bytes, start + 8),
      tlvs,
    }
  );
}

export function writeWideCommunity(wide: WideCommunity, out: ByteWriter): void {
  out.uint32(wide.community);
  out.uint32(wide.sourceAs);
  out.uint32(wide.contextAs);
  wideTlvs.write(wide.tlvs, out);
}
