import { type ByteWriter, EncodeError, readUint24 } from "../bytes.ts";
import { endsLabels } from "../label.ts";

const LABEL_LENGTH = 3;

/**
 * Where the labels at `start` end; -1 if not by `limit`. NB: like most speakers it goes by the bottom of the
 * stack, whether or not RFC 8277's capability for several labels was negotiated.
 */
export function labelsEnd(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at + LABEL_LENGTH <= limit) {
    at += LABEL_LENGTH;
    if (endsLabels(readUint24(bytes, at - LABEL_LENGTH))) return at;
  }
  return -1;
}

export function readLabels(bytes: Uint8Array, start: number, end: number): number[] {
  const labels: number[] = [];
  for (let at = start; at < end; at += LABEL_LENGTH) labels.push(readUint24(bytes, at));
  return labels;
}

/** Writes a stack of which only the last field may end it. */
export function writeLabels(labels: readonly number[], out: ByteWriter): void {
  if (labels.findIndex((field) => endsLabels(field)) !== labels.length - 1 || labels.length === 0) {
    throw new EncodeError("the last of the labels, and no other, is the bottom of the stack");
  }
  for (const field of labels) out.uint24(field);
}
