import { readUint16 } from "../bytes.ts";
import type { CodecContext } from "../codec-context.ts";
import type { Disposition, ErrorAction } from "../errors.ts";
import { IPV4_UNICAST } from "../family.ts";
import { type FaultSink, UpdateCheck } from "../update-check.ts";
import { type AttributeError, attributeError, type UpdateErrorCause } from "../update-error.ts";
import { dissectAttributes } from "./attributes.ts";
import { opaque } from "./fields.ts";
import { dissectNlri } from "./nlri.ts";
import { branch, type WireBranch } from "./node.ts";

export interface DissectedUpdate {
  readonly nodes: readonly WireBranch[];
  readonly errors: readonly AttributeError[];
  readonly disposition: Disposition;
}

/** The body of the UPDATE that the bytes are, behind its header up to `end`. */
export function dissectUpdate(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): DissectedUpdate {
  const nodes = [...dissectFields(bytes, start, end, context)];
  const faults = new Faults(bytes);
  const disposition = new UpdateCheck(context, faults).check(bytes, 0, end);
  for (const { at, error } of faults.found) nodeAt(nodes, at)?.problems.push(error.text);
  return { nodes, errors: faults.found.map(({ error }) => error), disposition };
}

function* dissectFields(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): Generator<WireBranch> {
  if (start + 2 > end) {
    if (start < end) yield opaque("length of withdrawn routes", bytes, start, end);
    return;
  }
  const withdrawnEnd = yield* counted("length of withdrawn routes", bytes, start, end);
  const addPath = context.addPathReceive.has(IPV4_UNICAST);
  yield* dissectNlri("withdrawn NLRI", IPV4_UNICAST, addPath, bytes, start + 2, withdrawnEnd);
  if (withdrawnEnd + 2 > end) {
    if (withdrawnEnd < end) yield opaque("length of path attributes", bytes, withdrawnEnd, end);
    return;
  }
  const attributesEnd = yield* counted("length of path attributes", bytes, withdrawnEnd, end);
  yield* dissectAttributes(bytes, withdrawnEnd + 2, attributesEnd, context);
  yield* dissectNlri("NLRI", IPV4_UNICAST, addPath, bytes, attributesEnd, end);
}

/** A length of two octets; returns the end of what it counts, within `end`. */
function* counted(name: string, bytes: Uint8Array, at: number, end: number): Generator<WireBranch, number> {
  const length = readUint16(bytes, at);
  const node = branch(name, at, 2, { value: `${length}` });
  if (at + 2 + length > end)
    node.problems.push(`${length} octets, but ${end - at - 2} are left of the message`);
  yield node;
  return Math.min(end, at + 2 + length);
}

/** The node that an error's octets begin with: an attribute, not the first field of it. */
function nodeAt(nodes: readonly WireBranch[], at: number): WireBranch | undefined {
  return at === 0 ? undefined : nodes.find(({ offset, length }) => at >= offset && at < offset + length);
}

/** The errors of an UPDATE and where they are; 0 for nowhere. */
class Faults implements FaultSink {
  readonly found: { readonly at: number; readonly error: AttributeError }[] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  fault(cause: UpdateErrorCause, action: ErrorAction, code: number, start: number, end: number): void {
    const error = attributeError(action, cause, code === 0 ? undefined : code, this.#bytes.slice(start, end));
    this.found.push({ at: start, error });
  }
}
