import { attributeCodecByCode, attributeName, type KnownAttribute } from "../attribute/attribute.ts";
import {
  AttributeCode,
  AttributeFlag,
  KIND_MASK,
  OPTIONAL_TRANSITIVE,
  WELL_KNOWN,
} from "../attribute/code.ts";
import type { AttributeCodec } from "../attribute/codec.ts";
import { mpReachNlri } from "../attribute/mp-reach.ts";
import { MP_UNREACH_MINIMUM } from "../attribute/mp-unreach.ts";
import { isWellFormed } from "../attribute/well-formed.ts";
import { readUint16 } from "../bytes.ts";
import { codecContext, type CodecContext } from "../codec-context.ts";
import { familyOf } from "../family.ts";
import { fieldsOf, opaque } from "./fields.ts";
import { dissectNlri } from "./nlri.ts";
import { branch, type WireBranch } from "./node.ts";
import { attributeReferences, Rfc } from "./references.ts";

/** An ATTR_SET holds attributes, among which may be another: shown down to this depth. */
const MAX_DEPTH = 4;
/** Octets that are checked to find how far a malformed value can be read. */
const MAX_SEARCH = 1 << 22;

/** Path attributes one behind the other, filling `[start, end)`. */
export function dissectAttributes(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
  depth = 0,
): WireBranch[] {
  const nodes: WireBranch[] = [];
  let at = start;
  while (at < end) {
    const flags = bytes[at]!;
    const extended = (flags & AttributeFlag.extendedLength) !== 0;
    const valueStart = at + (extended ? 4 : 3);
    if (valueStart > end) {
      const rest = opaque("attribute", bytes, at, end);
      rest.problems.push("cut short: flags, type and length do not fit the path attributes");
      nodes.push(rest);
      break;
    }
    const code = bytes[at + 1]!;
    const length = extended ? readUint16(bytes, at + 2) : bytes[at + 2]!;
    const valueEnd = Math.min(end, valueStart + length);
    const codec = attributeCodecByCode[code];
    const node = branch(`attribute ${attributeName(code).replace(/^attribute /, "")}`, at, valueEnd - at, {
      reference: codec === undefined ? Rfc.update : attributeReferences[codec.type],
    });
    const reference = Rfc.update;
    const lengthNode = branch("length", at + 2, extended ? 2 : 1, { value: `${length}`, reference });
    if (valueStart + length > end) {
      lengthNode.problems.push(`${length} octets, but ${end - valueStart} are left of the path attributes`);
    }
    node.children.push(
      branch("flags", at, 1, { value: flagsText(flags), reference }),
      branch("type", at + 1, 1, { value: `${code}, ${attributeName(code)}`, reference }),
      lengthNode,
      ...dissectValue(code, codec, bytes, valueStart, valueEnd, context, depth),
    );
    nodes.push(node);
    at = valueEnd;
  }
  return nodes;
}

function flagsText(flags: number): string {
  const kind = flags & KIND_MASK;
  const words =
    kind === WELL_KNOWN ? ["well-known"] : kind === 0 ? ["well-known", "not transitive"] : ["optional"];
  if ((kind & AttributeFlag.optional) !== 0)
    words.push(kind === OPTIONAL_TRANSITIVE ? "transitive" : "non-transitive");
  if ((flags & AttributeFlag.partial) !== 0) words.push("partial");
  if ((flags & AttributeFlag.extendedLength) !== 0) words.push("extended length");
  if ((flags & 0x0f) !== 0) words.push(`unused bits ${flags & 0x0f}`);
  return words.join(", ");
}

function dissectValue(
  code: number,
  codec: AttributeCodec<KnownAttribute> | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
  depth: number,
): WireBranch[] {
  if (start === end) return [];
  if (codec === undefined) return [opaque("value", bytes, start, end)];
  if (code === AttributeCode.mpReach || code === AttributeCode.mpUnreach) {
    return dissectMultiprotocol(code, codec, bytes, start, end, context);
  }
  const readable = readableEnd(code, bytes, start, end, context);
  if (readable < 0) {
    const whole = opaque("value", bytes, start, end);
    whole.problems.push(`is no ${codec.type}`, ...otherWidth(code, bytes, start, end, context));
    return [whole];
  }
  const nodes = readFields(codec, bytes, start, readable, context, depth);
  if (readable < end) {
    const rest = opaque("unreadable", bytes, readable, end);
    rest.problems.push(
      `${codec.type} is well-formed up to here`,
      ...otherWidth(code, bytes, start, end, context),
    );
    nodes.push(rest);
  }
  return nodes;
}

function readFields(
  codec: AttributeCodec<KnownAttribute>,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
  depth: number,
): WireBranch[] {
  const attribute = codec.decode(bytes, start, end, context);
  // What was received with path identifiers is to be written with them.
  const sending: CodecContext = { ...context, addPathSend: context.addPathReceive };
  const nodes = fieldsOf(
    codec.type,
    attribute,
    (each, out) => codec.encode(each, out, sending),
    bytes,
    start,
    end,
  );
  const inner = nodes.at(-1);
  if (codec.code === AttributeCode.attributeSet && inner?.name === "attributes" && depth < MAX_DEPTH) {
    const { offset, length } = inner;
    inner.value = "";
    inner.children.push(
      ...dissectAttributes(bytes, offset, offset + length, codecContext({ fourOctetAs: true }), depth + 1),
    );
  }
  return nodes;
}

/** The end of the longest part of a value, from its start, that would be well-formed by itself; -1 if none is. */
function readableEnd(
  code: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): number {
  let left = MAX_SEARCH;
  for (let at = end; at > start && left >= 0; at--) {
    if (isWellFormed(code, bytes, start, at, context)) return at;
    left -= at - start;
  }
  return -1;
}

/** What is most often wrong with a path: each side takes the AS numbers to have another width. */
function otherWidth(
  code: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): readonly string[] {
  const fourOctetAs = !context.fourOctetAs;
  if (!isWellFormed(code, bytes, start, end, { ...context, fourOctetAs })) return [];
  return [`it reads with AS numbers of ${fourOctetAs ? "four" : "two"} octets`];
}

/** Its NLRI each have fields of their own. */
function dissectMultiprotocol(
  code: number,
  codec: AttributeCodec<KnownAttribute>,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): WireBranch[] {
  const isReach = code === AttributeCode.mpReach;
  if (end - start < MP_UNREACH_MINIMUM) {
    const whole = opaque("value", bytes, start, end);
    whole.problems.push("too short to tell its family");
    return [whole];
  }
  const family = familyOf(readUint16(bytes, start), bytes[start + 2]!);
  // Any next hop that leaves room for it is shown; whether the family has such a one is another question.
  const nlriStart = isReach ? mpReachNlri(bytes, start, end, undefined, true) : start + MP_UNREACH_MINIMUM;
  if (nlriStart < 0) {
    const head = readFields(
      attributeCodecByCode[AttributeCode.mpUnreach]!,
      bytes,
      start,
      start + 3,
      context,
      0,
    );
    const rest = opaque("unreadable", bytes, start + MP_UNREACH_MINIMUM, end);
    if (rest.length > 0) head.push(rest);
    (rest.length > 0 ? rest : head.at(-1))?.problems.push("the next hop exceeds the attribute");
    return head;
  }
  // Octets up to the NLRI are themselves a well-formed attribute without any.
  const head = readFields(codec, bytes, start, nlriStart, context, 0);
  const name = isReach ? "NLRI" : "withdrawn NLRI";
  const nlri = dissectNlri(name, family, context.addPathReceive.has(family), bytes, nlriStart, end);
  return [...head, ...nlri];
}
