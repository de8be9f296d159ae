import { CeaseSubcode, ErrorCode } from "../errors.ts";
import type { NotificationMessage } from "../message/notification.ts";
import { encodeUtf8Within } from "../utf8.ts";

/** Longest shutdown communication, octets of UTF-8 (RFC 9003 section 2). */
export const MAX_SHUTDOWN_COMMUNICATION = 255;

/** A NOTIFICATION with this code, subcode and data. */
export function notification(code: number, subcode: number, data?: Uint8Array): NotificationMessage {
  return { type: "notification", code, subcode, data: data ?? new Uint8Array(0) };
}

/**
 * A Cease. The communication goes along where RFC 9003 allows one (Administrative Shutdown and Administrative
 * Reset), cut at a character boundary to MAX_SHUTDOWN_COMMUNICATION octets; elsewhere it is left out.
 */
export function ceaseNotification(subcode: number, communication = ""): NotificationMessage {
  const carries =
    subcode === CeaseSubcode.administrativeShutdown || subcode === CeaseSubcode.administrativeReset;
  if (!carries || communication === "") return notification(ErrorCode.cease, subcode);
  const text = encodeUtf8Within(communication, MAX_SHUTDOWN_COMMUNICATION);
  const data = new Uint8Array(1 + text.length);
  data[0] = text.length;
  data.set(text, 1);
  return notification(ErrorCode.cease, subcode, data);
}

/** Wraps a NOTIFICATION into Cease / Hard Reset: the session ends with no graceful restart (RFC 8538 section 3.1). */
export function hardReset(inner: NotificationMessage): NotificationMessage {
  const data = new Uint8Array(2 + inner.data.length);
  data[0] = inner.code;
  data[1] = inner.subcode;
  data.set(inner.data, 2);
  return notification(ErrorCode.cease, CeaseSubcode.hardReset, data);
}

/** True for Cease / Hard Reset. */
export function isHardReset(message: NotificationMessage): boolean {
  return message.code === ErrorCode.cease && message.subcode === CeaseSubcode.hardReset;
}

/** What a Hard Reset carries, or undefined where the message is none or carries nothing. */
export function hardResetContent(message: NotificationMessage): NotificationMessage | undefined {
  const [code, subcode] = message.data;
  if (!isHardReset(message) || code === undefined || subcode === undefined) return undefined;
  return notification(code, subcode, message.data.subarray(2));
}

/** Whether a Cease with this subcode should go out as a Hard Reset once both sides do RFC 8538 (its section 3.1). */
export function endsGracefulRestart(subcode: number): boolean {
  return (
    subcode === CeaseSubcode.maximumPrefixesReached ||
    subcode === CeaseSubcode.administrativeShutdown ||
    subcode === CeaseSubcode.peerDeconfigured
  );
}
