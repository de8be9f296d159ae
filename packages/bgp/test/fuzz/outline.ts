import { HEADER_LENGTH, MessageType, readUint16 } from "@netferry/bgp";

/** A length field: where it is and how many octets it takes. */
export interface LengthField {
  readonly at: number;
  readonly size: 1 | 2;
}

/** One path attribute: `[start, end)` with flags and code in front, the value from `value` on. */
export interface AttributeSpan {
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/** Where the parts of a valid message are that a mutation can take hold of. */
export interface Outline {
  readonly bytes: Uint8Array;
  readonly attributes: readonly AttributeSpan[];
  /** Where the length of all path attributes stands; 0 in other messages than UPDATEs. */
  readonly totalLengthAt: number;
  /** Every length and count that was found, nested ones too. */
  readonly lengths: readonly LengthField[];
}

/** Nesting that is looked into; deeper structures are reached by random octets. */
const MAX_DEPTH = 3;
/** Octets that may stand before a list of TLVs, such as a family, a next hop or a route distinguisher. */
const MAX_LEAD = 24;

export function outline(bytes: Uint8Array): Outline {
  const lengths: LengthField[] = [];
  const attributes: AttributeSpan[] = [];
  let totalLengthAt = 0;
  if (bytes[18] === MessageType.update) {
    const withdrawnEnd = HEADER_LENGTH + 2 + readUint16(bytes, HEADER_LENGTH);
    totalLengthAt = withdrawnEnd;
    lengths.push({ at: HEADER_LENGTH, size: 2 }, { at: withdrawnEnd, size: 2 });
    const end = withdrawnEnd + 2 + readUint16(bytes, withdrawnEnd);
    let at = withdrawnEnd + 2;
    while (at < end) {
      const extended = (bytes[at]! & 0x10) !== 0;
      const value = at + (extended ? 4 : 3);
      const next = value + (extended ? readUint16(bytes, at + 2) : bytes[at + 2]!);
      lengths.push({ at: at + 2, size: extended ? 2 : 1 });
      attributes.push({ start: at, value, end: next });
      findNested(bytes, value, next, lengths, MAX_DEPTH);
      at = next;
    }
    findNested(bytes, end, bytes.length, lengths, 1);
  } else {
    findNested(bytes, HEADER_LENGTH, bytes.length, lengths, MAX_DEPTH);
  }
  return { bytes, attributes, totalLengthAt, lengths };
}

const SHAPES = [
  { type: 1, length: 1 },
  { type: 2, length: 2 },
  { type: 1, length: 2 },
  { type: 0, length: 1 },
] as const;

/** Takes for a list of TLVs whatever reads as one to the very end: no knowledge of the formats, so none to be wrong. */
function findNested(bytes: Uint8Array, start: number, end: number, out: LengthField[], depth: number): void {
  if (depth === 0) return;
  for (const shape of SHAPES) {
    for (let lead = 0; lead <= MAX_LEAD && start + lead < end; lead++) {
      const chain = chainOf(bytes, start + lead, end, shape.type, shape.length);
      if (chain === undefined) continue;
      for (const at of chain) {
        out.push({ at, size: shape.length });
        const value = at + shape.length;
        const length = shape.length === 1 ? bytes[at]! : readUint16(bytes, at);
        if (length > 3) findNested(bytes, value, value + length, out, depth - 1);
      }
      break;
    }
  }
}

/** Where the lengths of a list of TLVs are; undefined if `[start, end)` is none. */
function chainOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  type: number,
  size: 1 | 2,
): number[] | undefined {
  const found: number[] = [];
  let at = start;
  while (at < end) {
    const lengthAt = at + type;
    if (lengthAt + size > end) return undefined;
    const length = size === 1 ? bytes[lengthAt]! : readUint16(bytes, lengthAt);
    found.push(lengthAt);
    at = lengthAt + size + length;
  }
  return at === end ? found : undefined;
}
