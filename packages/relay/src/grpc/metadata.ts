import { Metadata } from "@grpc/grpc-js";
import type { RelayMetadata } from "../metadata.ts";

/** Plain text entries of gRPC metadata; the first value of each key. */
export function fromGrpcMetadata(metadata: Metadata): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [key, value] of Object.entries(metadata.getMap())) {
    if (typeof value === "string") entries.set(key, value);
  }
  return entries;
}

export function toGrpcMetadata(entries: RelayMetadata): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of entries) metadata.set(key, value);
  return metadata;
}
