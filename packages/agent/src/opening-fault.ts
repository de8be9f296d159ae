/** What is said and counted of a session that did not come up. */
import type { NotificationMessage } from "@netferry/bgp";
import type { AgentCounters } from "./counters.ts";
import {
  ESTABLISH_TIMEOUT_MS,
  MAX_UNESTABLISHED_BYTES,
  OPEN_TIMEOUT_MS,
  type OpeningFault,
} from "./opening.ts";

const HOLD_TIMER_EXPIRED: NotificationMessage = {
  type: "notification",
  code: 4,
  subcode: 0,
  data: new Uint8Array(0),
};

export interface OpeningFailure {
  /** For the log and the ingest. */
  readonly text: string;
  readonly counter: keyof Pick<AgentCounters, "neverEstablished" | "neverOpened" | "tooMuchTooEarly">;
  readonly notification: NotificationMessage;
}

/** @param opened the device's OPEN has come */
export function openingFaultOf(fault: OpeningFault, opened: boolean): OpeningFailure {
  switch (fault) {
    case "no-open":
      return {
        text: `no OPEN from the device within ${OPEN_TIMEOUT_MS / 1000} s`,
        counter: "neverOpened",
        notification: HOLD_TIMER_EXPIRED,
      };
    case "not-established":
      return {
        text: `the session is not established after ${ESTABLISH_TIMEOUT_MS / 1000} s`,
        counter: "neverEstablished",
        notification: HOLD_TIMER_EXPIRED,
      };
    case "too-much":
      return {
        text: `the device sent more than ${MAX_UNESTABLISHED_BYTES} octets before the session was established`,
        counter: "tooMuchTooEarly",
        // Receive Unexpected Message in OpenSent or OpenConfirm State (RFC 6608 section 4).
        notification: { ...HOLD_TIMER_EXPIRED, code: 5, subcode: opened ? 2 : 1 },
      };
  }
}
