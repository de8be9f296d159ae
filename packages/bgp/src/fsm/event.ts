import type { SessionContext } from "../context.ts";
import type { ProtocolError } from "../errors.ts";
import type { Message } from "../message/message.ts";
import type { NotificationMessage } from "../message/notification.ts";
import type { RouteRefreshMessage } from "../message/route-refresh.ts";
import type { UpdateMessage } from "../message/update.ts";
import type { DownReason, TransportDownReason } from "./down-reason.ts";
import type { SessionState, TimerName } from "./state.ts";

/** What can happen to a session. The numbers are the events of RFC 4271 section 8.1. */
export type SessionEvent =
  /** 1, 3, 4, 5: start; whether passively is the configuration's word. */
  | { readonly type: "start" }
  /**
   * 2, or 8 with `automatic` (the system gives up, which counts as a failure). `notification` is a Cease, by
   * default Administrative Shutdown. `hardReset` overrules RFC 8538 section 3.1 on whether it goes out as a Hard
   * Reset; peers that do not do RFC 8538 never get one.
   */
  | {
      readonly type: "stop";
      readonly notification?: NotificationMessage | undefined;
      readonly automatic?: boolean | undefined;
      readonly hardReset?: boolean | undefined;
    }
  /** 16, or 17 with `passive`: the transport is there. */
  | { readonly type: "transport-up"; readonly passive: boolean }
  /** 18: it is gone, or did not come up. */
  | { readonly type: "transport-down"; readonly reason: TransportDownReason }
  /** 19, 24 to 27: a message arrived and is well-formed. */
  | { readonly type: "message"; readonly message: Message }
  /** 27, for owners that keep UPDATEs away from the machine: one or more well-formed ones have arrived. */
  | { readonly type: "updates" }
  /** 21, 22, 28: what arrived is malformed. */
  | { readonly type: "protocol-error"; readonly error: ProtocolError }
  /** 9, 10, 11, 29. */
  | { readonly type: "timer"; readonly timer: TimerName }
  /** The transport has taken a whole message, so the peer still reads (RFC 9687 section 4.3). */
  | { readonly type: "sent" }
  /** 23: this connection has lost a collision, see resolveCollision. */
  | { readonly type: "collision-dump" };

/** What the owner of a machine has to do, in this order. */
export type Action =
  /** Dial the peer; answer with transport-up or transport-down. */
  | { readonly type: "connect" }
  | { readonly type: "send"; readonly message: Message }
  /** (Re)start a timer, whether or not it runs. */
  | { readonly type: "set-timer"; readonly timer: TimerName; readonly seconds: number }
  | { readonly type: "clear-timer"; readonly timer: TimerName }
  /**
   * Close the transport, or give up the attempt at one; no transport-down is expected for it. `abort`: at once, what
   * was not sent yet is lost; else after what was sent.
   */
  | { readonly type: "close"; readonly reason: DownReason; readonly abort: boolean }
  | { readonly type: "established"; readonly context: SessionContext }
  | { readonly type: "update"; readonly message: UpdateMessage }
  | { readonly type: "route-refresh"; readonly message: RouteRefreshMessage }
  /**
   * The session, or an attempt at one, is over. `established`: it had come up. `retainRoutes`: graceful restart
   * was negotiated and this end is one that the peer's routes survive (RFC 4724 section 4.2, RFC 8538 section 4).
   */
  | {
      readonly type: "session-down";
      readonly reason: DownReason;
      readonly established: boolean;
      readonly retainRoutes: boolean;
    };

/** A state and what has to be done on the way to it. */
export interface Step {
  readonly state: SessionState;
  readonly actions: readonly Action[];
}
