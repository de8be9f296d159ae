/** gRPC's status codes as the relay's own words, and back. */
import { status } from "@grpc/grpc-js";
import type { StatusCode, StreamStatus } from "../stream.ts";

const FROM_GRPC: ReadonlyMap<number, StatusCode> = new Map<number, StatusCode>([
  [status.OK, "ok"],
  [status.CANCELLED, "cancelled"],
  [status.INVALID_ARGUMENT, "invalid-argument"],
  [status.NOT_FOUND, "not-found"],
  [status.PERMISSION_DENIED, "permission-denied"],
  [status.RESOURCE_EXHAUSTED, "resource-exhausted"],
  [status.FAILED_PRECONDITION, "failed-precondition"],
  [status.UNIMPLEMENTED, "unimplemented"],
  [status.INTERNAL, "internal"],
  [status.UNAVAILABLE, "unavailable"],
  [status.UNAUTHENTICATED, "unauthenticated"],
  [status.UNKNOWN, "unknown"],
]);

const TO_GRPC: ReadonlyMap<StatusCode, number> = new Map([...FROM_GRPC].map(([code, name]) => [name, code]));

/** Longest status message that is kept: it comes from the other side and goes to the log. */
const MAX_MESSAGE = 300;

export function statusFromGrpc(code: number, details: string): StreamStatus {
  const oneLine = details.replaceAll(/\s+/g, " ").trim().slice(0, MAX_MESSAGE);
  return { code: FROM_GRPC.get(code) ?? "unknown", message: oneLine };
}

export function statusToGrpc(code: StatusCode): number {
  return TO_GRPC.get(code) ?? status.UNKNOWN;
}
