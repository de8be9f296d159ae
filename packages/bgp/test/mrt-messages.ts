import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";

/** A BGP message of an MRT file (RFC 6396 section 4.4). */
export interface MrtMessage {
  readonly bytes: Uint8Array;
  /** The record says that AS numbers take four octets. */
  readonly fourOctetAs: boolean;
  /** Collector and peer are in one AS. */
  readonly internal: boolean;
}

const BGP4MP = 16;
const BGP4MP_ET = 17;
const MESSAGE = 1;
const MESSAGE_AS4 = 4;
const AFI_IPV4 = 1;

/** Reads the BGP4MP messages of a gzipped MRT file; passes over other records. */
export function readMrtMessages(path: string): MrtMessage[] {
  const file = gunzipSync(readFileSync(path));
  const messages: MrtMessage[] = [];
  let at = 0;
  while (at + 12 <= file.length) {
    const type = file.readUInt16BE(at + 4);
    const subtype = file.readUInt16BE(at + 6);
    const start = at + 12;
    const end = start + file.readUInt32BE(at + 8);
    if (type === BGP4MP && (subtype === MESSAGE || subtype === MESSAGE_AS4)) {
      messages.push(readMessage(file.subarray(start, end), subtype === MESSAGE_AS4));
    } else if (type === BGP4MP_ET && (subtype === MESSAGE || subtype === MESSAGE_AS4)) {
      messages.push(readMessage(file.subarray(start + 4, end), subtype === MESSAGE_AS4));
    }
    at = end;
  }
  return messages;
}

/** Peer AS, local AS, interface index, AFI, peer address, local address, message. */
function readMessage(record: Buffer, fourOctetAs: boolean): MrtMessage {
  const width = fourOctetAs ? 4 : 2;
  const peerAs = record.readUIntBE(0, width);
  const localAs = record.readUIntBE(width, width);
  const addressLength = record.readUInt16BE(2 * width + 2) === AFI_IPV4 ? 4 : 16;
  const bytes = record.subarray(2 * width + 4 + 2 * addressLength);
  return { bytes, fourOctetAs, internal: peerAs === localAs };
}
