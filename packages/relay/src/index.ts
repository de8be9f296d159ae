export * from "./control.ts";
export { diagnoseTarget, explainTcp, explainTls, type Diagnosis, type DiagnosisStep } from "./diagnose.ts";
export {
  COALESCE_BYTES,
  CROWDED_BYTES,
  DEFAULT_WINDOW_BYTES,
  FlowBudget,
  FlowMismatch,
  type FlowOptions,
  type FrameSink,
  type Later,
  SessionFlow,
} from "./flow.ts";
export {
  type Action,
  type AgentFrame,
  type Attach,
  type Attached,
  type AttachMode,
  bareFrame,
  DEVICE_CLOSED,
  type DataFrame,
  type IngestFrame,
} from "./frames.ts";
export { type HeartbeatOptions, Heartbeats } from "./heartbeats.ts";
export { sameFingerprint } from "./fingerprint.ts";
export { RelayConnection, relayConnector } from "./grpc/client.ts";
export type { RelayRefusal } from "./grpc/listener.ts";
export { MAX_STREAMS_PER_CONNECTION, RelayServer, type RelayServerHandlers } from "./grpc/server.ts";
export {
  type AgentIdentity,
  checkMetadata,
  controlMetadata,
  dataMetadata,
  describeMetadata,
  MetadataKey,
  parseSessionIdentity,
  PURPOSE_CHECK,
  type RelayMetadata,
  type SessionIdentity,
} from "./metadata.ts";
export { ConnectionPool, type Lease } from "./pool.ts";
export { type NoProxyRule, parseNoProxyRule } from "./proxy/no-proxy.ts";
export {
  type HttpProxy,
  parseProxyUrl,
  proxyAuthorization,
  proxyFor,
  proxyName,
  proxySecrets,
  type ProxySettings,
} from "./proxy/proxy.ts";
export { dial, ProxyError } from "./proxy/tunnel.ts";
export { authorityOf, type Target } from "./target.ts";
export type {
  ClientStream,
  RelayStream,
  ServerStream,
  StatusCode,
  StreamHandlers,
  StreamStatus,
} from "./stream.ts";
export {
  FingerprintMismatch,
  serverName,
  settleTrust,
  type TrustedTarget,
  type TrustSettings,
} from "./trust.ts";
export { type Dial, type Dialled, reachTarget } from "./reach.ts";
