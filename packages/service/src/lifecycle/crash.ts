/** What happens to an error that nobody caught: it is a defect, the state is unknown, so the process ends. */
import type { Logger } from "../log/logger.ts";

/** The part of `process` that the policy needs. */
export interface CrashEvents {
  on(event: "uncaughtException", listener: (error: unknown) => void): unknown;
  on(event: "unhandledRejection", listener: (reason: unknown) => void): unknown;
  removeListener(event: string, listener: (error: unknown) => void): unknown;
}

export interface CrashOptions {
  readonly logger: Logger;
  readonly events?: CrashEvents;
  readonly exit?: (code: number) => void;
}

/**
 * From now on an uncaught exception or an unhandled rejection is logged on one line, with its stack, and ends
 * the process with 1. No hook runs: what they would tidy may be what is broken. Returns what takes it back.
 */
export function exitOnCrash(options: CrashOptions): () => void {
  const { logger, events = process, exit = (code: number) => process.exit(code) } = options;
  const crash = (kind: string, error: unknown): void => {
    const stack = error instanceof Error ? error.stack : undefined;
    logger.fatal({ err: error, stack }, `${kind}: this is a defect in the program; it ends`);
    exit(1);
  };
  const onException = (error: unknown): void => crash("uncaught exception", error);
  const onRejection = (reason: unknown): void => crash("unhandled rejection", reason);
  events.on("uncaughtException", onException);
  events.on("unhandledRejection", onRejection);
  return () => {
    events.removeListener("uncaughtException", onException);
    events.removeListener("unhandledRejection", onRejection);
  };
}
