import { BMP_HEADER_LENGTH, BMP_VERSION } from "./bmp/framer.ts";
import { MrtType } from "./mrt/code.ts";
import { MAX_RECORD_LENGTH, MRT_HEADER_LENGTH } from "./mrt/reader.ts";
import { readUint16, readUint32 } from "./octets.ts";
import { isCapture } from "./pcap/capture-reader.ts";

/** What BGP messages come in: text of hexadecimal lines, packet captures, MRT files, BMP streams. */
export type MessageFormat = "hex" | "pcap" | "mrt" | "bmp";

/** Octets that {@link guessFormat} looks at, where there are so many. */
export const SNIFF_LENGTH = 64;

const LAST_BMP_TYPE = 6;
/** A first BMP message is short: it names the router. */
const MAX_FIRST_BMP_LENGTH = 0x10000;
const MRT_TYPES: ReadonlySet<number> = new Set(Object.values(MrtType));
/** Hexadecimal, what may stand between digits, and comments. */
const HEX_LINE = /^(?:\s*(?:#[^\n]*)?\n)*[\s0-9a-fx:.,]*[0-9a-f]{2}/i;

/** What a file that begins so holds, not compressed any more; undefined where it is none of these. */
export function guessFormat(head: Uint8Array): MessageFormat | undefined {
  if (isCapture(head)) return "pcap";
  if (isText(head)) return HEX_LINE.test(new TextDecoder().decode(head)) ? "hex" : undefined;
  if (head.length >= MRT_HEADER_LENGTH && MRT_TYPES.has(readUint16(head, 4))) {
    if (readUint32(head, 8) <= MAX_RECORD_LENGTH) return "mrt";
  }
  if (head.length >= BMP_HEADER_LENGTH && head[0] === BMP_VERSION && head[5]! <= LAST_BMP_TYPE) {
    const length = readUint32(head, 1);
    if (length >= BMP_HEADER_LENGTH && length <= MAX_FIRST_BMP_LENGTH) return "bmp";
  }
  return undefined;
}

function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((octet) => (octet >= 0x20 && octet < 0x7f) || isSpace(octet));
}

function isSpace(octet: number): boolean {
  return octet >= 9 && octet <= 13;
}
