/** What it takes to read a command line that names an ingest, and no more: nothing of it loads gRPC. */
export { sameFingerprint } from "./fingerprint.ts";
export { type NoProxyRule, parseNoProxyRule } from "./proxy/no-proxy.ts";
export { parseProxyUrl } from "./proxy/proxy.ts";
