import { readUint16 } from "../bytes.ts";
import { MAX_MESSAGE_LENGTH } from "../codec-context.ts";
import { ErrorCode, HeaderSubcode, type ProtocolError, protocolError } from "../errors.ts";

/** Marker, length, type (RFC 4271 section 4.1). */
export const HEADER_LENGTH = 19;
export const MARKER_LENGTH = 16;

export const MessageType = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const;

/** The whole message's length, from its header. The caller has checked that the header is there. */
export function messageLength(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset + MARKER_LENGTH);
}

/** The message's type octet. The caller has checked that the header is there. */
export function messageType(bytes: Uint8Array, offset: number): number {
  return bytes[offset + MARKER_LENGTH + 2]!;
}

/** The shortest message of each type, RFC 4271 section 6.1 and RFC 2918 section 3; undefined for an unknown type. */
const MINIMUM_LENGTH: readonly (number | undefined)[] = [undefined, 29, 23, 21, 19, 23];

/** RFC 4271 section 6.1: the marker is all ones. Looks at what is there of it. */
export function checkMarker(bytes: Uint8Array, offset: number, end: number): ProtocolError | undefined {
  const limit = Math.min(end, offset + MARKER_LENGTH);
  for (let at = offset; at < limit; at++) {
    if (bytes[at] !== 0xff) return notSynchronized(bytes, offset, end);
  }
  return undefined;
}

/** RFC 4271 section 6.1: the length is that of a message. The caller has checked that the header is there. */
export function checkLength(
  bytes: Uint8Array,
  offset: number,
  maxMessageLength: number,
): ProtocolError | undefined {
  const length = messageLength(bytes, offset);
  return length >= HEADER_LENGTH && length <= maxMessageLength
    ? undefined
    : badLength(bytes, offset, `message length ${length} is not within 19 to ${maxMessageLength}`);
}

/** Checks the header of one whole message, `[start, end)` of the buffer, by its type. */
export function checkHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  maxMessageLength: number,
): ProtocolError | undefined {
  const marker = checkMarker(bytes, start, end);
  if (marker !== undefined) return marker;
  if (end - start < HEADER_LENGTH) {
    return protocolError(ErrorCode.messageHeader, HeaderSubcode.badMessageLength, "message header cut short");
  }
  const outOfRange = checkLength(bytes, start, maxMessageLength);
  if (outOfRange !== undefined) return outOfRange;
  const length = messageLength(bytes, start);
  if (length !== end - start) {
    return badLength(bytes, start, `message length ${length} but ${end - start} octets`);
  }
  const type = messageType(bytes, start);
  const minimum = MINIMUM_LENGTH[type];
  if (minimum === undefined) {
    return protocolError(
      ErrorCode.messageHeader,
      HeaderSubcode.badMessageType,
      `message type ${type} is unknown`,
      Uint8Array.of(type),
    );
  }
  // RFC 8654 section 4: these two are never extended.
  const extends4096 = type !== MessageType.open && type !== MessageType.keepalive;
  const maximum = type === MessageType.keepalive ? HEADER_LENGTH : MAX_MESSAGE_LENGTH;
  if (length < minimum || (!extends4096 && length > maximum)) {
    return badLength(bytes, start, `message length ${length} is wrong for message type ${type}`);
  }
  return undefined;
}

function badLength(bytes: Uint8Array, offset: number, text: string): ProtocolError {
  const field = bytes.slice(offset + MARKER_LENGTH, offset + MARKER_LENGTH + 2);
  return protocolError(ErrorCode.messageHeader, HeaderSubcode.badMessageLength, text, field);
}

/** What was sent instead is shown, since it often tells what dialled in. */
function notSynchronized(bytes: Uint8Array, offset: number, end: number): ProtocolError {
  const shown = Array.from(bytes.subarray(offset, Math.min(end, offset + MARKER_LENGTH)), (octet) =>
    octet.toString(16).padStart(2, "0"),
  ).join(" ");
  return protocolError(
    ErrorCode.messageHeader,
    HeaderSubcode.connectionNotSynchronized,
    `no BGP message: it starts with ${shown}, not with a marker of all ones`,
  );
}
