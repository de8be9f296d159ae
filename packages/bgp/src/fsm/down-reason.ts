import type { ProtocolError } from "../errors.ts";
import type { NotificationMessage } from "../message/notification.ts";
import { notificationText } from "../message/notification.ts";
import type { StateName } from "./state.ts";

/** How a transport ended or failed to come up, as the owner of the socket saw it. */
export type TransportDownReason =
  | { readonly kind: "peer-closed" }
  /** `text`: the cause in a few words, such as "ECONNRESET" or "connection refused by 192.0.2.1:179". */
  | { readonly kind: "transport-failed"; readonly text: string };

/** Why a session, or an attempt at one, ended. */
export type DownReason =
  | TransportDownReason
  | { readonly kind: "connect-failed"; readonly text: string }
  | { readonly kind: "notification-received"; readonly notification: NotificationMessage }
  /** Stopped on this side; `notification` is what the peer was told, where it could be told. */
  | { readonly kind: "stopped"; readonly notification: NotificationMessage | undefined }
  | { readonly kind: "open-rejected"; readonly error: ProtocolError }
  | { readonly kind: "protocol-error"; readonly error: ProtocolError }
  /** RFC 6608. */
  | { readonly kind: "unexpected-message"; readonly messageType: string; readonly state: StateName }
  /** An event of this side that has no place in the state (RFC 4271 section 6.6). */
  | { readonly kind: "unexpected-event"; readonly event: string; readonly state: StateName }
  /** No message for that many seconds. */
  | { readonly kind: "hold-timer-expired"; readonly seconds: number; readonly state: StateName }
  | { readonly kind: "send-hold-timer-expired"; readonly seconds: number }
  /** This connection lost against another one to the same peer (RFC 4271 section 6.8). */
  | { readonly kind: "collision" }
  /** A connection came while the session was not started. */
  | { readonly kind: "not-started" };

/** One line for operators. */
export function downReasonText(reason: DownReason): string {
  switch (reason.kind) {
    case "peer-closed":
      return "peer closed the connection";
    case "transport-failed":
      return `connection lost: ${reason.text}`;
    case "connect-failed":
      return `cannot connect: ${reason.text}`;
    case "notification-received":
      return `peer sent NOTIFICATION ${notificationText(reason.notification)}`;
    case "stopped":
      return reason.notification === undefined
        ? "stopped"
        : `stopped, sent NOTIFICATION ${notificationText(reason.notification)}`;
    case "open-rejected":
    case "protocol-error":
      return reason.error.text;
    case "unexpected-message":
      return `unexpected ${reason.messageType.toUpperCase()} message in state ${reason.state}`;
    case "unexpected-event":
      return `unexpected ${reason.event} in state ${reason.state}`;
    case "hold-timer-expired":
      return reason.state === "open-sent"
        ? `no OPEN from the peer within ${reason.seconds} s`
        : `hold timer expired after ${reason.seconds} s`;
    case "send-hold-timer-expired":
      return `send hold timer expired: the peer has taken nothing for ${reason.seconds} s`;
    case "collision":
      return "closed in favour of another connection to the same peer (connection collision)";
    case "not-started":
      return "connection refused, the session is not started";
  }
}
