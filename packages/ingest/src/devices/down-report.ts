/** How the end of a session, or of an attempt at one, is told to the operator. */
import { type DownReason, downReasonText, ErrorCode, OpenSubcode } from "@netferry/bgp";

export interface DownReport {
  /** "warn" where something is wrong, on either side or between them. */
  readonly level: "info" | "warn";
  readonly message: string;
}

/** @param device its name in the registry */
export function downReport(reason: DownReason, established: boolean, device: string): DownReport {
  const what = established ? "session down" : "session not established";
  if (!isTrouble(reason, established)) return { level: "info", message: what };
  const remedy = remedyFor(reason, device);
  const text = `${what}: ${downReasonText(reason)}`;
  return { level: "warn", message: remedy === undefined ? text : `${text}; ${remedy}` };
}

function isTrouble(reason: DownReason, established: boolean): boolean {
  switch (reason.kind) {
    // Our own doing, and told of where it was decided.
    case "stopped":
    case "collision":
    case "not-started":
      return false;
    case "notification-received":
      // An operator of the router has done something.
      return reason.notification.code !== ErrorCode.cease;
    case "peer-closed":
    case "transport-failed":
      // Whoever connects and says nothing may be anyone.
      return established;
    default:
      return true;
  }
}

function remedyFor(reason: DownReason, device: string): string | undefined {
  const set = `netferry device set ${device}`;
  switch (reason.kind) {
    case "open-rejected":
      switch (reason.error.subcode) {
        case OpenSubcode.badPeerAs:
          return `set the router's AS number right, or what is registered: ${set} --asn N`;
        case OpenSubcode.badBgpIdentifier:
          return "give the router a router id of its own, or ingest another --router-id";
        case OpenSubcode.unacceptableHoldTime:
          return "set the router's hold time to 0, or to 3 s and more";
        case OpenSubcode.unsupportedCapability:
          return `activate one of these families on the router, or register it: ${set} --family FAMILY`;
        default:
          return undefined;
      }
    case "notification-received":
      if (reason.notification.code !== ErrorCode.open) return undefined;
      switch (reason.notification.subcode) {
        case OpenSubcode.badPeerAs:
          return `the router expects another AS of its collector; set it there, or here: ${set} --local-asn N`;
        case OpenSubcode.unacceptableHoldTime:
          return `propose one that the router takes: ${set} --hold-time N`;
        case OpenSubcode.badBgpIdentifier:
          return "give ingest another --router-id";
        default:
          return undefined;
      }
    case "hold-timer-expired":
      return reason.state === "established"
        ? "the router, or the way to it, stood still"
        : "the address answers, but not as a BGP speaker: look at its neighbour configuration";
    case "send-hold-timer-expired":
      return "the router does not read; look at its load";
    default:
      return undefined;
  }
}
