/** Files, streams and texts that carry BGP: MRT, BMP, the lines of bgpdump, ExaBGP, JSON. */

export * from "./files.ts";

// MRT
export { bgp4mpForm, type Bgp4mpForm, Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "./mrt/code.ts";
export { decodeMrtRecord, type MrtResult } from "./mrt/decode.ts";
export { encodeMrtRecord } from "./mrt/encode.ts";
export { readMrt } from "./mrt/read.ts";
export type * from "./mrt/record.ts";
export { decodeRibAttributes, encodeRibAttributes } from "./mrt/rib-attributes.ts";

// Compression
export { Bzip2Error } from "./compression/bunzip2.ts";

// ExaBGP's JSON
export { parseExabgpCommunity, formatExabgpCommunity } from "./exabgp/extended-community.ts";
export { exabgpFamily, parseExabgpFamily } from "./exabgp/family-name.ts";
export { type JsonObject, type JsonValue, readJson, writeJson } from "./json/json-text.ts";
export { type ExabgpNeighbor, type ExabgpOptions, messageToExabgp } from "./exabgp/message-json.ts";
export { type ExabgpVersion, nlriToExabgp } from "./exabgp/nlri-json.ts";
export { type ExabgpMessagesResult, messagesFromExabgp } from "./exabgp/from-json/message.ts";

// ExaBGP's text
export { type ExabgpCommandResult, parseExabgpCommand } from "./exabgp/text/command.ts";
export type { ExabgpSession } from "./exabgp/text/update-builder.ts";

// JSON of this project's own
export { messageFromJson, type MessageFromJson } from "./json/message-from-json.ts";
export { attributeToJson, messageToJson, routeToJson } from "./json/message-to-json.ts";
export { decodedSchema, messageSchema } from "./json/schema.ts";

// BMP
export { type BmpResult, decodeBmpMessage } from "./bmp/decode.ts";
export { encodeBmpMessage } from "./bmp/encode.ts";
export { BMP_VERSION, type BmpError, BmpFramer, MAX_BMP_MESSAGE_LENGTH } from "./bmp/framer.ts";
export {
  type BmpDownReason,
  BmpInformationType,
  type BmpMessage,
  type BmpPeer,
  BmpPeerFlag,
  bmpPeerFlags,
  BmpPeerType,
  type BmpStatistic,
  bmpStatisticName,
  type BmpTlv,
  BmpType,
} from "./bmp/message.ts";

// Captures
export {
  BgpCapture,
  type CapturedMessage,
  type Endpoint,
  MAX_CONNECTIONS as MAX_CAPTURE_CONNECTIONS,
} from "./pcap/bgp-capture.ts";
export { CaptureReader, isCapture } from "./pcap/capture-reader.ts";
export { CaptureCounts, type CaptureSkipCause, captureSkipCauses } from "./pcap/counts.ts";
export { LinkType } from "./pcap/link-layer.ts";
export { type CaptureError, MAX_PACKET_LENGTH, type Packet } from "./pcap/packet.ts";
export { type CaptureItem, readCapture } from "./pcap/read-capture.ts";
export { MAX_ALL_PENDING_OCTETS, MAX_PENDING_OCTETS, MAX_PENDING_SEGMENTS } from "./pcap/tcp-stream.ts";

// Hexadecimal
export { type HexLineResult, messagesOfHexLine } from "./hex/hex-line.ts";
