import { type ByteWriter, toHex } from "../bytes.ts";
import { CeaseSubcode, ErrorCode } from "../errors.ts";
import { decodeUtf8 } from "../utf8.ts";
import { HEADER_LENGTH } from "./header.ts";
import { errorName } from "./notification-names.ts";

/** RFC 4271 section 4.5. */
export interface NotificationMessage {
  readonly type: "notification";
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;
}

/** Decodes the NOTIFICATION in `[start, end)`, whose header was checked. */
export function decodeNotification(bytes: Uint8Array, start: number, end: number): NotificationMessage {
  const body = start + HEADER_LENGTH;
  return {
    type: "notification",
    code: bytes[body]!,
    subcode: bytes[body + 1]!,
    data: bytes.slice(body + 2, end),
  };
}

export function encodeNotification(message: NotificationMessage, out: ByteWriter): void {
  out.uint8(message.code);
  out.uint8(message.subcode);
  out.bytes(message.data);
}

/** The administrator's words in a Cease (RFC 9003 section 2), or what was there instead. */
export type ShutdownCommunication =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly data: Uint8Array };

/**
 * Reads the communication of an Administrative Shutdown or Administrative Reset. Undefined where there is
 * none, an empty text where there is one without words. One with a wrong length or invalid UTF-8 is told as such, with its octets (RFC 9003 section 4).
 */
export function shutdownCommunication(message: NotificationMessage): ShutdownCommunication | undefined {
  const carries =
    message.code === ErrorCode.cease &&
    (message.subcode === CeaseSubcode.administrativeShutdown ||
      message.subcode === CeaseSubcode.administrativeReset);
  const length = message.data[0];
  if (!carries || length === undefined) return undefined;
  if (message.data.length !== 1 + length) {
    const problem = `length ${length} but ${message.data.length - 1} octets`;
    return { ok: false, problem, data: message.data };
  }
  const text = decodeUtf8(message.data.subarray(1));
  return text === undefined ? { ok: false, problem: "not UTF-8", data: message.data } : { ok: true, text };
}

/** At most this many octets of data are shown. */
const SHOWN_DATA = 64;

/**
 * A NOTIFICATION in one line: `Cease / Administrative Shutdown: "maintenance"`. A Hard Reset shows what it
 * encloses (RFC 8538 section 3.1). Whatever the peer put in is quoted, control characters escaped.
 */
export function notificationText(message: NotificationMessage): string {
  const name = errorName(message.code, message.subcode);
  if (message.code === ErrorCode.cease && message.subcode === CeaseSubcode.hardReset) {
    const [code, subcode] = message.data;
    if (code === undefined || subcode === undefined) return name;
    // Not looked into twice: a Hard Reset in a Hard Reset is shown by its octets.
    const nested = code === ErrorCode.cease && subcode === CeaseSubcode.hardReset;
    const inner: NotificationMessage = {
      type: "notification",
      code,
      subcode,
      data: message.data.subarray(2),
    };
    return `${name}: ${nested ? errorName(code, subcode) + dataText(inner.data) : notificationText(inner)}`;
  }
  const communication = shutdownCommunication(message);
  if (communication === undefined) return name + dataText(message.data);
  if (communication.ok) return communication.text === "" ? name : `${name}: ${quote(communication.text)}`;
  return `${name}: malformed shutdown communication (${communication.problem})${dataText(communication.data)}`;
}

function dataText(data: Uint8Array): string {
  if (data.length === 0) return "";
  const more = data.length > SHOWN_DATA ? "..." : "";
  return `, data ${toHex(data.subarray(0, SHOWN_DATA))}${more}`;
}

/** Quoted, with escapes for whatever could move a terminal's cursor or turn its text around. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
