export { type Clock, systemClock } from "./clock.ts";
export { errorCode, errorText, oneLine, OperatorError, UsageError } from "./errors.ts";
export {
  type FailingCheck,
  type HealthCheck,
  HealthMonitor,
  type HealthOptions,
  type HealthState,
  type HealthStatus,
  healthStatusCode,
} from "./health/monitor.ts";
export { humanLine } from "./log/human.ts";
export {
  createLogger,
  LOG_LEVELS,
  type LogDestination,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type LogMethod,
  type LogStatistics,
} from "./log/logger.ts";
export { addProcessMetrics } from "./metrics/process.ts";
export {
  MetricRegistry,
  type MetricRegistryOptions,
  type Observation,
  type Observe,
  type SeriesOptions,
} from "./metrics/registry.ts";
export { type Counter, type Gauge, type Labelled, MAX_SERIES } from "./metrics/series.ts";
export { formatHostPort, type HostPort, parseHostPort, parseListen } from "./net/host-port.ts";
export { listenError } from "./net/listen-error.ts";
export {
  type Command,
  type CommandContext,
  type CommandExample,
  type CommandResult,
  defineCommand,
  defineCommandGroup,
  type OutputStream,
  type Program,
} from "./options/command.ts";
export { loggingOptions } from "./options/common.ts";
export { EXIT_FAILED, EXIT_OK, EXIT_USAGE, type ProgramOptions, runProgram } from "./options/program.ts";
export { renderReference } from "./options/reference.ts";
export {
  type ArgumentSpec,
  type ArgumentTable,
  type Check,
  optionGroup,
  type OptionSpec,
  type OptionTable,
  type OptionValues,
  type Origin,
} from "./options/spec.ts";
export { BrokenPipeError, isBrokenPipe, writeText } from "./output/broken-pipe.ts";
export { retryDelays, type RetryOptions } from "./retry.ts";
