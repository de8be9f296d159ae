import { decodeMessage, HEADER_LENGTH, MessageType, messageType, type OpenMessage } from "@netferry/bgp";

/** The OPEN that the octets are; undefined if they are none, or a malformed one. */
export function openOf(bytes: Uint8Array): OpenMessage | undefined {
  if (bytes.length < HEADER_LENGTH || messageType(bytes, 0) !== MessageType.open) return undefined;
  const decoded = decodeMessage(bytes);
  return decoded.ok && decoded.message.type === "open" ? decoded.message : undefined;
}
