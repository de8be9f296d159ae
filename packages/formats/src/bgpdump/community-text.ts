import { readUint32 } from "../octets.ts";
import type { BgpdumpAttributes } from "./attributes.ts";
import { ascii, type LineBuffer } from "./line-buffer.ts";

const SPACE = 0x20;
const COLON = 0x3a;
/** bgpdump's text of communities ends where its buffer does, the space in front of the first counted. */
export const MAX_COMMUNITIES_LENGTH = 8191;
/** RFC 1997, with bgpdump's names. */
const WELL_KNOWN: ReadonlyMap<number, Uint8Array> = new Map([
  [0xffffff01, ascii("no-export")],
  [0xffffff02, ascii("no-advertise")],
  [0xffffff03, ascii("local-AS")],
]);
const FIRST_WELL_KNOWN = 0xffffff01;

/** Writes the communities, a space between them. The caller has reserved {@link MAX_COMMUNITIES_LENGTH} and some. */
export function writeCommunities(
  { buffer, communitiesStart, communitiesEnd }: BgpdumpAttributes,
  out: LineBuffer,
): void {
  const start = out.length;
  const limit = start + MAX_COMMUNITIES_LENGTH - 1;
  for (let at = communitiesStart; at + 4 <= communitiesEnd; at += 4) {
    if (at > communitiesStart) out.octet(SPACE);
    const value = readUint32(buffer, at);
    const name = value >= FIRST_WELL_KNOWN ? WELL_KNOWN.get(value) : undefined;
    if (name !== undefined) {
      out.text(name);
      if (out.length > limit) out.length -= name.length + 1; // a name is left out whole
      continue;
    }
    out.decimal(value >>> 16);
    out.octet(COLON);
    out.decimal(value & 0xffff);
    if (out.length > limit) {
      out.length = limit;
      return;
    }
  }
}
