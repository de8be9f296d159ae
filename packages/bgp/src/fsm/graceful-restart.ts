import type { SessionContext } from "../context.ts";
import { ErrorCode } from "../errors.ts";
import type { NotificationMessage } from "../message/notification.ts";
import type { OpenMessage } from "../message/open.ts";
import { openCapabilities } from "../message/open.ts";
import { endsGracefulRestart, hardReset, isHardReset } from "./cease.ts";
import type { DownReason } from "./down-reason.ts";

/** What decides about graceful restart: our OPEN and what became of the two. */
export interface AgreedSession {
  readonly sent: OpenMessage;
  readonly context: SessionContext;
}

/** Both ends sent the capability (RFC 4724 section 3). */
function agreedOnRestart({ sent, context }: AgreedSession): boolean {
  if (context.gracefulRestart === undefined) return false;
  return openCapabilities(sent).some((capability) => capability.kind === "graceful-restart");
}

/**
 * Whether the peer's routes survive this end of an established session (RFC 4724 section 4.2, RFC 8538 section 4).
 * `sent` is the NOTIFICATION that we end it with, if any.
 */
export function routesSurvive(
  session: AgreedSession,
  reason: DownReason,
  sent: NotificationMessage | undefined,
): boolean {
  const { notificationRestart } = session.context;
  if (sent !== undefined) return notificationRestart && !isHardReset(sent);
  switch (reason.kind) {
    case "peer-closed":
    case "transport-failed":
      return agreedOnRestart(session);
    case "notification-received":
      return notificationRestart && !isHardReset(reason.notification);
    case "hold-timer-expired":
    case "send-hold-timer-expired":
      return notificationRestart;
    default:
      return false;
  }
}

/**
 * The Cease as it goes out: a Hard Reset around it where the peer would else restart gracefully and that is not what
 * the subcode means (RFC 8538 section 3.1). `wish` overrules the subcode; nothing overrules a peer without RFC 8538.
 */
export function outgoingCease(
  session: AgreedSession,
  cease: NotificationMessage,
  wish: boolean | undefined,
): NotificationMessage {
  if (cease.code !== ErrorCode.cease || isHardReset(cease)) return cease;
  if (!session.context.notificationRestart) return cease;
  return (wish ?? endsGracefulRestart(cease.subcode)) ? hardReset(cease) : cease;
}
