import type { ByteWriter } from "../bytes.ts";
import { readUint64, toHex } from "../bytes.ts";
import { readUint } from "../tlv/field.ts";
import { branch, type WireBranch } from "./node.ts";
import { type Trace, type TracedField, traceEncoding } from "./trace.ts";
import { lastName, memberText } from "./value-text.ts";
import type { Member } from "./watched-value.ts";

/** Names of members that say which kind of value it is, and nothing else of the wire. */
const KINDS: ReadonlySet<string> = new Set(["kind", "type", "routeType"]);

/**
 * The fields of a value as its encoder writes them, filling `[start, end)`: one for all of it where they can't
 * be told. `owner`: the type of the attribute, or the kind of what it is.
 */
export function fieldsOf<V extends object>(
  owner: string,
  value: V,
  encode: (value: V, out: ByteWriter) => void,
  bytes: Uint8Array,
  start: number,
  end: number,
): WireBranch[] {
  if (start === end) return [];
  const trace = traceEncoding(value, encode, bytes, start, end);
  if (trace === undefined) return [opaque("value", bytes, start, end)];
  return trace.fields.map((field, index) => fieldNode(owner, field, trace, index, bytes, start));
}

/** Octets that are shown as they are. */
export function opaque(name: string, bytes: Uint8Array, start: number, end: number): WireBranch {
  return branch(name, start, end - start, {
    value: end - start > 8 ? `${end - start} octets` : hex(bytes, start, end),
  });
}

export function hex(bytes: Uint8Array, start: number, end: number): string {
  return start === end ? "" : `0x${toHex(bytes, start, end)}`;
}

function fieldNode(
  owner: string,
  field: TracedField,
  trace: Trace,
  index: number,
  bytes: Uint8Array,
  start: number,
): WireBranch {
  const at = start + field.at;
  const { name, value } = describe(owner, field, trace.fields[index + 1], bytes, at);
  const node = branch(name, at, field.length, { value });
  const ignored = trace.ignored.filter((offset) => offset >= field.at && offset < field.at + field.length);
  if (ignored.length > 0) node.value += " (with bits set that say nothing)";
  return node;
}

function describe(
  owner: string,
  field: TracedField,
  next: TracedField | undefined,
  bytes: Uint8Array,
  at: number,
): { readonly name: string; readonly value: string } {
  const number = numberAt(bytes, at, field.length);
  if (field.counts !== undefined) return { name: `length of ${field.counts}`, value: number };
  const [first, ...more] = field.source ?? [];
  if (first === undefined) return { name: unnamed(next, number), value: number };
  if (more.length > 0) {
    const members = [first, ...more].filter(({ path }) => !KINDS.has(lastName(path)));
    return {
      name: members.map(({ path }) => path).join(", "),
      value: members
        .map((member) => `${lastName(member.path)} ${memberText(owner, member, field.length)}`)
        .join(", "),
    };
  }
  return describeMember(owner, first, field, number);
}

function describeMember(
  owner: string,
  member: Member,
  field: TracedField,
  number: string,
): { readonly name: string; readonly value: string } {
  const { path, value } = member;
  const text = memberText(owner, member, field.length);
  if (value instanceof Uint8Array && field.length <= 2 && value.length !== field.length)
    return { name: `length of ${path}`, value: number };
  if (Array.isArray(value)) return { name: `count of ${path}`, value: number };
  if (typeof value === "string" && field.octets === true) return { name: path, value: JSON.stringify(value) };
  if (typeof value === "string" && number !== "") return { name: path, value: `${number}, ${text}` };
  if (lastName(path) === "family" && field.length < 3)
    return { name: field.length === 2 ? "AFI" : "SAFI", value: `${number}, ${text}` };
  return { name: path, value: text };
}

/** Of a number that no member stands for. */
function unnamed(next: TracedField | undefined, number: string): string {
  const counted = next?.source?.[0];
  if (counted?.value instanceof Uint8Array) return `length of ${counted.path}`;
  return number === "0" ? "reserved" : "fixed";
}

/** Decimal; empty for what is no integer of a field. */
function numberAt(bytes: Uint8Array, at: number, length: number): string {
  switch (length) {
    case 1:
    case 2:
    case 3:
    case 4:
      return `${readUint(bytes, at, length)}`;
    case 8:
      return `${readUint64(bytes, at)}`;
    default:
      return "";
  }
}
