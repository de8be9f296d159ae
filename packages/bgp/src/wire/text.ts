import { errorName } from "../message/notification-names.ts";
import { toHex } from "../bytes.ts";
import type { WireView } from "./dissect.ts";
import type { WireNode } from "./node.ts";

/** Octets on one line. */
const PER_LINE = 8;
const HEX_WIDTH = 3 * PER_LINE - 1;
const OFFSET_WIDTH = 5;
/** Octets of a NOTIFICATION's data that are shown. */
const MAX_DATA = 32;

/**
 * A view as lines for people: offset and length in octets, the octets, field and value, where it is specified.
 * Errors stand below the field that they are in, and at the end what follows from them.
 */
export function wireText(view: WireView, bytes: Uint8Array): string[] {
  const lines = [
    `${"at".padStart(OFFSET_WIDTH)} ${"len".padStart(OFFSET_WIDTH)}  ${"octets".padEnd(HEX_WIDTH)}  field`,
  ];
  for (const child of view.root.children) nodeLines(child, 0, view.root.reference ?? "", bytes, lines);
  for (const problem of view.root.problems) lines.push(`  ! ${problem}`);
  lines.push(...verdict(view));
  return lines;
}

function nodeLines(
  node: WireNode,
  depth: number,
  inherited: string,
  bytes: Uint8Array,
  lines: string[],
): void {
  const indent = "  ".repeat(depth);
  const reference = node.reference ?? inherited;
  const text = `${indent}${node.name}${node.value === "" ? "" : `: ${node.value}`}  [${reference}]`;
  const leaf = node.children.length === 0;
  const first = leaf ? spaced(bytes, node.offset, Math.min(node.length, PER_LINE)) : "";
  const place = `${`${node.offset}`.padStart(OFFSET_WIDTH)} ${`${node.length}`.padStart(OFFSET_WIDTH)}`;
  lines.push(`${place}  ${first.padEnd(HEX_WIDTH)}  ${text}`);
  const margin = " ".repeat(2 * OFFSET_WIDTH + 3);
  if (leaf) {
    for (let at = PER_LINE; at < node.length; at += PER_LINE) {
      lines.push(margin + spaced(bytes, node.offset + at, Math.min(PER_LINE, node.length - at)));
    }
  }
  for (const child of node.children) nodeLines(child, depth + 1, reference, bytes, lines);
  for (const problem of node.problems) lines.push(`${margin}${" ".repeat(HEX_WIDTH)}  ${indent}^ ${problem}`);
}

function spaced(bytes: Uint8Array, start: number, length: number): string {
  return Array.from(bytes.subarray(start, start + length), (octet) =>
    octet.toString(16).padStart(2, "0"),
  ).join(" ");
}

/** What a session does about the message. */
function verdict({ error, errors, disposition, type }: WireView): string[] {
  if (error !== undefined) {
    const data =
      error.data.length === 0 ? "" : `, data ${toHex(error.data, 0, Math.min(error.data.length, MAX_DATA))}`;
    const more = error.data.length > MAX_DATA ? "..." : "";
    const name = errorName(error.code, error.subcode);
    const rule = type === "UPDATE" ? " (RFC 7606: session reset)" : "";
    return [
      `=> NOTIFICATION ${error.code}/${error.subcode} ${name}${data}${more}; the session ends${rule}`,
      `   ${error.text}`,
    ];
  }
  if (errors.length === 0) return ["=> well-formed"];
  const lines = [`=> RFC 7606: ${disposition === "ok" ? "attribute discard" : disposition}`];
  for (const each of errors) lines.push(`   ${each.text}`);
  return lines;
}
