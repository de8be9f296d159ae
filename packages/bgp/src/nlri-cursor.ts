import { readUint32 } from "./bytes.ts";
import type { FamilyCodec } from "./family/codec.ts";
import { labelsEnd } from "./family/labels.ts";
import { PATH_ID_LENGTH } from "./family/prefix-list.ts";
import { familyCodec } from "./family/registry.ts";
import type { Family } from "./family.ts";

const EMPTY = new Uint8Array(0);
/** A length, a route distinguisher, an IPv6 address. */
const MAX_KEY = 1 + 8 + 16;

/** A field of correct NLRI of one family, such as a scanner's run. */
export interface NlriSpan {
  readonly family: Family;
  readonly addPath: boolean;
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Walks a run NLRI by NLRI, for a RIB: where each stands, and the key by which it is the same route when it
 * is announced again or withdrawn. Reused; allocates nothing.
 *
 *     cursor.open(run);
 *     while (cursor.next()) table.announceOne(run.family, cursor.keyBuffer, cursor.keyStart, cursor.keyEnd, cursor.pathId, id);
 */
export class NlriCursor {
  /** The NLRI as received, `[start, end)` of the run's buffer, without its path identifier. */
  start = 0;
  end = 0;
  pathId: number | undefined;
  /**
   * The key, `[keyStart, keyEnd)` of this buffer. Labels are no part of it: of labelled families a length in
   * bits, then the route distinguisher, if there is one, and the prefix, host bits cleared. Of the other
   * families the NLRI as it is. NB: the buffer may be the cursor's own, and then holds until the next one.
   */
  keyBuffer: Uint8Array = EMPTY;
  keyStart = 0;
  keyEnd = 0;

  readonly #key = new Uint8Array(MAX_KEY);
  #codec: FamilyCodec | undefined;
  #span: NlriSpan = { family: 0, addPath: false, buffer: EMPTY, start: 0, end: 0 };
  #at = 0;

  /** Begins with a run, which must not change until its end is reached. */
  open(span: NlriSpan): void {
    this.#codec = familyCodec(span.family);
    this.#span = span;
    this.#at = span.start;
  }

  /** Goes to the next NLRI; false if there is none, or it is not correct. */
  next(): boolean {
    const { buffer, end, addPath } = this.#span;
    const codec = this.#codec;
    const start = addPath ? this.#at + PATH_ID_LENGTH : this.#at;
    if (codec === undefined || start >= end) return false;
    const next = codec.end(buffer, start, end);
    if (next < 0) return false;
    this.pathId = addPath ? readUint32(buffer, this.#at) : undefined;
    this.start = start;
    this.end = next;
    this.#at = next;
    if (codec.layout === "labelled") {
      this.#withoutLabels(buffer, start, next);
    } else {
      this.keyBuffer = buffer;
      this.keyStart = start;
      this.keyEnd = next;
    }
    return true;
  }

  #withoutLabels(buffer: Uint8Array, start: number, end: number): void {
    const key = this.#key;
    const from = labelsEnd(buffer, start + 1, end);
    const bits = buffer[start]! - 8 * (from - start - 1);
    key[0] = bits;
    let to = 1;
    for (let at = from; at < end; at++) key[to++] = buffer[at]!;
    if ((bits & 7) !== 0) key[to - 1]! &= 0xff << (8 - (bits & 7));
    this.keyBuffer = key;
    this.keyStart = 0;
    this.keyEnd = to;
  }
}
