/** What the end of a data stream means for its session. */
import type { StatusCode, StreamStatus } from "@netferry/relay";

/** Whether the connection under a stream that ended like this is to be avoided. */
export function isBroken(code: StatusCode): boolean {
  return code === "unavailable" || code === "internal" || code === "unknown";
}

/** One line where the ingest's word is final; undefined where it is worth another try. */
export function refusalText(status: StreamStatus): string | undefined {
  switch (status.code) {
    case "unauthenticated":
      return "the ingest refused the credentials; check --email and --token";
    case "not-found":
    case "permission-denied":
    case "failed-precondition":
    case "invalid-argument":
    case "unimplemented":
      return `the ingest refused the session: ${status.message}`;
    default:
      return undefined;
  }
}
