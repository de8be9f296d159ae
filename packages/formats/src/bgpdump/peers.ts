import { readUint16, readUint32 } from "../octets.ts";
import { LineBuffer } from "./line-buffer.ts";

const BAR = 0x7c;
/** Bits of a peer's type octet (RFC 6396 section 4.3.1). */
const PEER_IPV6 = 1;
const PEER_AS4 = 2;
/** An address, an AS number, two bars. */
const TEXT_ROOM = 64;

/** A peer index table, each peer as the text that it has in lines: `192.0.2.1|65001|`. */
export class BgpdumpPeers {
  #texts: Uint8Array[] = [];

  at(index: number): Uint8Array | undefined {
    return this.#texts[index];
  }

  /** Reads the table in `[start, end)`, in the place of the one before; false if it is malformed, and then there is none. */
  read(buffer: Uint8Array, start: number, end: number): boolean {
    this.#texts = [];
    let at = start + 6;
    if (at > end) return false;
    at += readUint16(buffer, at - 2);
    if (at + 2 > end) return false;
    const count = readUint16(buffer, at);
    at += 2;
    const texts: Uint8Array[] = [];
    const out = new LineBuffer();
    while (texts.length < count) {
      const type = at < end ? buffer[at]! : 0;
      const address = at + 5;
      const asn = address + ((type & PEER_IPV6) === 0 ? 4 : 16);
      const next = asn + ((type & PEER_AS4) === 0 ? 2 : 4);
      if (next > end) return false;
      out.reserve(TEXT_ROOM);
      const textStart = out.length;
      if ((type & PEER_IPV6) === 0) out.ipv4(buffer, address);
      else out.ipv6(buffer, address);
      out.octet(BAR);
      out.decimal((type & PEER_AS4) === 0 ? readUint16(buffer, asn) : readUint32(buffer, asn));
      out.octet(BAR);
      texts.push(out.bytes.slice(textStart, out.length));
      at = next;
    }
    this.#texts = texts;
    return true;
  }
}
