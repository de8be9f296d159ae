import type { ByteWriter } from "../bytes.ts";
import type { CodecContext } from "../codec-context.ts";
import { familyCodec } from "../family/registry.ts";
import type { Family } from "../family.ts";
import type { Nlri } from "../nlri.ts";

/** The routes of a field that was found correct. Of a family without a codec: the whole field as one, if it is not empty. */
export function readNlri(
  family: Family,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): Nlri[] {
  const codec = familyCodec(family);
  if (codec !== undefined) return codec.split(bytes, start, end, context.addPathReceive.has(family));
  return start === end ? [] : [{ bytes: bytes.subarray(start, end) }];
}

/** Writes path identifiers where the context has ADD-PATH for the family; a missing one is written as 0. */
export function writeNlri(
  family: Family,
  nlri: readonly Nlri[],
  out: ByteWriter,
  context: CodecContext,
): void {
  const addPath = familyCodec(family) !== undefined && context.addPathSend.has(family);
  for (const route of nlri) {
    if (addPath) out.uint32(route.pathId ?? 0);
    out.bytes(route.bytes);
  }
}
