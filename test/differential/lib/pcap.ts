import { HEADER_LENGTH } from "@netferry/bgp";

/** A capture file (pcap 2.4, link type raw IPv4) in which each message is the one segment of a connection of its own to port 179. */
export function capture(messages: readonly Uint8Array[]): Uint8Array {
  const records = messages.map((message, index) => record(message, index));
  const size = records.reduce((sum, { length }) => sum + length, FILE_HEADER);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0xa1b2c3d4);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, 0xffff);
  view.setUint32(20, LINKTYPE_IPV4);
  let at = FILE_HEADER;
  for (const one of records) {
    file.set(one, at);
    at += one.length;
  }
  return file;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const LINKTYPE_IPV4 = 228;
const IP_HEADER = 20;
const TCP_HEADER = 20;
const BGP_PORT = 179;
/** Both ends are documentation addresses (RFC 5737); ports and the last octet tell connections apart. */
const PORTS = 50_000;

/** The longest message that fits one IP packet. */
export const MAX_CAPTURED = 0xffff - IP_HEADER - TCP_HEADER;

function record(message: Uint8Array, index: number): Uint8Array {
  if (message.length < HEADER_LENGTH || message.length > MAX_CAPTURED) {
    throw new RangeError(`a message of ${message.length} octets fits no packet`);
  }
  const length = IP_HEADER + TCP_HEADER + message.length;
  const bytes = new Uint8Array(RECORD_HEADER + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, index);
  view.setUint32(8, length);
  view.setUint32(12, length);
  let at = RECORD_HEADER;
  view.setUint8(at, 0x45);
  view.setUint16(at + 2, length);
  view.setUint8(at + 8, 64);
  view.setUint8(at + 9, 6);
  bytes.set([192, 0, 2, 1 + Math.floor(index / PORTS)], at + 12);
  bytes.set([198, 51, 100, 1], at + 16);
  at += IP_HEADER;
  view.setUint16(at, 1024 + (index % PORTS));
  view.setUint16(at + 2, BGP_PORT);
  view.setUint32(at + 4, 1);
  view.setUint32(at + 8, 1);
  view.setUint8(at + 12, (TCP_HEADER / 4) << 4);
  view.setUint8(at + 13, 0x18);
  view.setUint16(at + 14, 0xffff);
  bytes.set(message, at + TCP_HEADER);
  return bytes;
}
