export * from "./command-line.ts";
export { EventLoopCheck, MAX_LOOP_LAG_MS } from "./health/event-loop.ts";
export {
  type FailingCheck,
  type HealthCheck,
  HealthMonitor,
  type HealthOptions,
  type HealthState,
  type HealthStatus,
  healthStatusCode,
} from "./health/monitor.ts";
export { errorResponse, jsonResponse, wantsPretty } from "./http/respond.ts";
export { createHttpAcceptor, type HttpAcceptor } from "./http/acceptor.ts";
export {
  DEFAULT_HTTP_LIMITS,
  type HttpApp,
  type HttpLimits,
  type HttpServer,
  serveHttp,
  type ServeOptions,
} from "./http/server.ts";
export { type CrashEvents, type CrashOptions, exitOnCrash } from "./lifecycle/crash.ts";
export type { ManagerVariables } from "./lifecycle/manager-variables.ts";
export { ServiceNotices } from "./lifecycle/service-notices.ts";
export {
  type ProcessEvents,
  Shutdown,
  type ShutdownHook,
  type ShutdownOptions,
} from "./lifecycle/shutdown.ts";
export { humanLine } from "./log/human.ts";
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogMethod,
  type LogStatistics,
} from "./log/logger.ts";
export { RationedLines, type RationedOptions } from "./log/rationed.ts";
export { LOG_LEVELS, type LogLevel } from "./log/levels.ts";
export type { LogDestination, LogLossCause, LostLines } from "./log/sink.ts";
export type { LogRecord } from "./log/record.ts";
export { addHostMetrics } from "./metrics/host.ts";
export { addHttpMetrics } from "./metrics/http.ts";
export { LagMeter, type LagSource, type LoopLag } from "./metrics/lag-meter.ts";
export { addLogMetrics } from "./metrics/log.ts";
export { addProcessMetrics, openDescriptors } from "./metrics/process.ts";
export {
  MetricRegistry,
  type MetricRegistryOptions,
  type Observation,
  type Observe,
  type SeriesOptions,
} from "./metrics/registry.ts";
export { type Counter, type Gauge, type Labelled, MAX_SERIES } from "./metrics/series.ts";
export {
  type ConnectionBound,
  ConnectionBounds,
  type ConnectionLimits,
  MAX_RATED_ADDRESSES,
} from "./net/connection-bounds.ts";
export { maxDescriptors } from "./net/descriptors.ts";
export { listenError } from "./net/listen-error.ts";
export { listenOn, type ListenOptions } from "./net/listen.ts";
export { hasAddress } from "./net/own-address.ts";
export { encodeLogRecord, logsRequest, metricsRequest, type OtlpResource } from "./otlp/encode.ts";
export { type EnvironmentSampleOptions, renderEnvironmentSample } from "./options/env-sample.ts";
export { type ManOptions, type ManPage, renderManPages } from "./options/man.ts";
export { renderReference } from "./options/reference.ts";
export { doubling, retryDelays, type RetryOptions } from "./retry.ts";
export {
  certificateFingerprint,
  selfSignedCertificate,
  type SelfSignedOptions,
  type ServerCertificate,
} from "./tls/self-signed.ts";
export { type Rate, TokenBucket } from "./token-bucket.ts";
