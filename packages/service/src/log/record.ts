import type { LogLevel } from "./levels.ts";

/** A log line as data, without secrets. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  /** JSON data. */
  readonly fields: Readonly<Record<string, unknown>>;
}
