/** The regions that the documents of kbgp name, and the ingest of each. */
import type { Target } from "@netferry/relay";

const RELAY_PORT = 443;

const HOST_BY_REGION: ReadonlyMap<string, string> = new Map([
  ["iad1", "grpc.api.kentik.com"],
  ["fra1", "grpc.api.kentik.eu"],
]);

export const REGIONS: readonly string[] = [...HOST_BY_REGION.keys()];

/** `iad1 (grpc.api.kentik.com), fra1 (grpc.api.kentik.eu)`. */
export const REGIONS_TEXT = [...HOST_BY_REGION].map(([region, host]) => `${region} (${host})`).join(", ");

/** Undefined for a region that is not known. */
export function regionTarget(region: string): Target | undefined {
  const host = HOST_BY_REGION.get(region.toLowerCase());
  return host === undefined ? undefined : { host, port: RELAY_PORT };
}
