import { ByteWriter, EncodeError } from "./bytes.ts";
import { codecContext, type CodecContext, MAX_MESSAGE_LENGTH } from "./codec-context.ts";
import type { Disposition, ProtocolError } from "./errors.ts";
import { checkHeader, HEADER_LENGTH, MARKER_LENGTH, MessageType, messageType } from "./message/header.ts";
import { KEEPALIVE } from "./message/keepalive.ts";
import type { Message } from "./message/message.ts";
import { decodeNotification, encodeNotification } from "./message/notification.ts";
import { decodeOpen, encodeOpen } from "./message/open.ts";
import { decodeRouteRefresh, encodeRouteRefresh } from "./message/route-refresh.ts";
import { encodeUpdate, UpdateDecoder } from "./message/update.ts";
import type { AttributeError } from "./update-error.ts";

export type DecodeResult =
  | {
      readonly ok: true;
      readonly message: Message;
      /** What was wrong with an UPDATE, without being a reason to end the session (RFC 7606). */
      readonly errors: readonly AttributeError[];
      /** What the errors come to. Not "reset". */
      readonly disposition: Disposition;
    }
  | { readonly ok: false; readonly error: ProtocolError };

const NO_ERRORS: readonly AttributeError[] = [];

/** Decodes whole messages of one context. Total: every input gives a value. */
export class MessageDecoder {
  readonly #context: CodecContext;
  #updates: UpdateDecoder | undefined;

  constructor(context: CodecContext = codecContext()) {
    this.#context = context;
  }

  /** Decodes the one message that the bytes are, header included. NLRI in it are views of the bytes. */
  decode(bytes: Uint8Array): DecodeResult {
    const end = bytes.length;
    const error = checkHeader(bytes, 0, end, this.#context.maxMessageLength);
    if (error !== undefined) return { ok: false, error };
    switch (messageType(bytes, 0)) {
      case MessageType.open:
        return withoutErrors(decodeOpen(bytes, 0, end));
      case MessageType.update:
        this.#updates ??= new UpdateDecoder(this.#context);
        return this.#updates.decode(bytes, 0, end);
      case MessageType.notification:
        return withoutErrors({ ok: true, message: decodeNotification(bytes, 0, end) });
      case MessageType.routeRefresh:
        return withoutErrors(decodeRouteRefresh(bytes, 0, end));
      default: // the header's check leaves no other type
        return withoutErrors({ ok: true, message: KEEPALIVE });
    }
  }
}

function withoutErrors(
  decoded:
    | { readonly ok: true; readonly message: Message }
    | { readonly ok: false; readonly error: ProtocolError },
): DecodeResult {
  return decoded.ok ? { ...decoded, errors: NO_ERRORS, disposition: "ok" } : decoded;
}

/** Decodes one message; for many of a session keep a {@link MessageDecoder}. */
export function decodeMessage(bytes: Uint8Array, context?: CodecContext): DecodeResult {
  return new MessageDecoder(context).decode(bytes);
}

/**
 * Encodes one message, header included. Throws {@link EncodeError} for one that has no encoding, or a
 * longer one than the peer can receive.
 */
export function encodeMessage(message: Message, context: CodecContext = codecContext()): Uint8Array {
  const out = new ByteWriter();
  out.bytes(HEADER_START);
  encodeBody(message, out, context);
  // RFC 8654 section 4: OPEN and KEEPALIVE are never extended.
  const limit = message.type === "open" ? MAX_MESSAGE_LENGTH : context.maxSendLength;
  if (out.length > limit) {
    throw new EncodeError(`${message.type} message of ${out.length} octets, the peer can receive ${limit}`);
  }
  out.patchUint16(MARKER_LENGTH, out.length);
  return out.finish();
}

/** The marker, and room for length and type. */
const HEADER_START = new Uint8Array(HEADER_LENGTH - 1).fill(0xff, 0, MARKER_LENGTH);

function encodeBody(message: Message, out: ByteWriter, context: CodecContext): void {
  switch (message.type) {
    case "open":
      out.uint8(MessageType.open);
      return encodeOpen(message, out);
    case "update":
      out.uint8(MessageType.update);
      return encodeUpdate(message, out, context);
    case "notification":
      out.uint8(MessageType.notification);
      return encodeNotification(message, out);
    case "keepalive":
      return out.uint8(MessageType.keepalive);
    case "route-refresh":
      out.uint8(MessageType.routeRefresh);
      return encodeRouteRefresh(message, out);
  }
}
