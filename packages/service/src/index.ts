export * from "./errors.ts";
export * from "./log/human.ts";
export * from "./log/logger.ts";
export * from "./options/command.ts";
export * from "./options/spec.ts";
export { type Clock, systemClock } from "./clock.ts";
export { retryDelays, type RetryOptions } from "./retry.ts";
