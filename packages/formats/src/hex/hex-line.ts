import { fromHex, HEADER_LENGTH, messageLength, MessageType, readUint16 } from "@netferry/bgp";

export type HexLineResult =
  | { readonly ok: true; readonly messages: readonly Uint8Array[] }
  /** One line. */
  | { readonly ok: false; readonly problem: string };

const MARKER_LENGTH = 16;
/** A marker as people shorten it: `ff..ff`, `ffff...`. */
const SHORT_MARKER = /^(?:ff)+(?:\.{2,}|…)(?:ff)*/i;
/** What may stand between digits: white space, colons, commas; and `0x` in front of them. */
const SEPARATORS = /[\s:,]|0x/gi;

/**
 * The BGP messages of a line of hexadecimal: digits in any case, with or without spaces, colons, commas and `0x`.
 * The marker may be shortened to `ff..ff`, or left out, and of an UPDATE the whole header. A line may hold
 * several messages, each with its marker. Empty for an empty line and for a comment, which begins with `#`.
 */
export function messagesOfHexLine(line: string): HexLineResult {
  const text = line.replace(/#.*$/s, "").replaceAll(SEPARATORS, "");
  const digits = text.replace(SHORT_MARKER, "ff".repeat(MARKER_LENGTH));
  if (digits === "") return { ok: true, messages: [] };
  const bytes = fromHex(digits);
  if (bytes === undefined) return { ok: false, problem: problemOf(digits) };
  if (!hasMarker(bytes, 0)) return { ok: true, messages: [withHeader(bytes)] };
  return { ok: true, messages: split(bytes) };
}

function problemOf(digits: string): string {
  const wrong = /[^0-9a-f]/i.exec(digits)?.[0];
  return wrong === undefined
    ? `${digits.length} hexadecimal digits: one is missing or too many`
    : `${JSON.stringify(wrong)} is no hexadecimal digit`;
}

function hasMarker(bytes: Uint8Array, at: number): boolean {
  if (at + MARKER_LENGTH > bytes.length) return false;
  for (let i = at; i < at + MARKER_LENGTH; i++) if (bytes[i] !== 0xff) return false;
  return true;
}

/** Only at another marker: what is wrong with a length is to be seen. */
function split(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let at = 0;
  while (at + HEADER_LENGTH <= bytes.length) {
    const next = at + Math.max(HEADER_LENGTH, messageLength(bytes, at));
    if (!hasMarker(bytes, next)) break;
    messages.push(bytes.subarray(at, next));
    at = next;
  }
  messages.push(bytes.subarray(at));
  return messages;
}

/** Puts in front what is missing: the marker, or the header of an UPDATE. Else the octets as they are, which are no message. */
function withHeader(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= 3 && readUint16(bytes, 0) === MARKER_LENGTH + bytes.length) {
    return joined(new Uint8Array(MARKER_LENGTH).fill(0xff), bytes);
  }
  if (!isUpdateBody(bytes)) return bytes;
  const header = new Uint8Array(HEADER_LENGTH).fill(0xff, 0, MARKER_LENGTH);
  const length = HEADER_LENGTH + bytes.length;
  header[MARKER_LENGTH] = length >>> 8;
  header[MARKER_LENGTH + 1] = length;
  header[MARKER_LENGTH + 2] = MessageType.update;
  return joined(header, bytes);
}

/** The two length fields fit (RFC 4271 section 4.3). */
function isUpdateBody(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const withdrawnEnd = 2 + readUint16(bytes, 0);
  return (
    withdrawnEnd + 2 <= bytes.length && withdrawnEnd + 2 + readUint16(bytes, withdrawnEnd) <= bytes.length
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
