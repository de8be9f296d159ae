/** The log of a daemon: pino's JSON lines, or lines for people, without secrets. */
import { pino } from "pino";
import { humanLine } from "./human.ts";
import { LOG_LEVELS, type LogLevel } from "./levels.ts";
import type { LogRecord } from "./record.ts";
import { type LogDestination, type LostLines, LogSink } from "./sink.ts";
import { Redactor } from "./redact.ts";
import { Throttle } from "./throttle.ts";

/** Fields of a log line. Errors become one line of text with their causes, under the key they came with. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line: fields first, then the message. */
export interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

export interface LogStatistics {
  readonly written: number;
  /** Lines that `once` and `limited` held back. */
  readonly suppressed: number;
  /** Lines that the destination did not take, by cause. */
  readonly lost: LostLines;
}

export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** Lines below this level are not written. Setting it changes the whole family of loggers at once. */
  level: LogLevel;
  isEnabled(level: LogLevel): boolean;
  /** A logger that adds these fields to each line; a field of the line itself wins. */
  child(fields: LogFields): Logger;
  /**
   * From now on this secret is replaced in every text that is logged, error messages too. The returned
   * function takes that back (for a key that is no longer in use).
   */
  redactValue(secret: string): () => void;
  /** Writes the first line only, of all that are written for `key`; the others are counted. */
  once(key: string): Logger;
  /** Writes at most one line for `key` in `seconds`; the next one says how many were `suppressed`. */
  limited(key: string, seconds: number): Logger;
  statistics(): LogStatistics;
}

export interface LoggerOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Lines for people instead of JSON. */
  readonly human?: boolean;
  /** Default `process.stdout`. */
  readonly destination?: LogDestination;
  /** Fields of every line. */
  readonly fields?: LogFields;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Also takes every line that is written, as data; must not log by itself. */
  readonly onRecord?: (record: LogRecord) => void;
}

/** Keys that a line has of its own; a field so named gets a `_` behind. */
const OWN_KEYS = new Set(["level", "time", "msg"]);

export function createLogger(options: LoggerOptions = {}): Logger {
  return new LineLogger(new LogWriter(options), options.fields ?? {}, undefined);
}

/** The part that a family of loggers shares. */
class LogWriter {
  readonly redactor = new Redactor();
  readonly throttle: Throttle;
  readonly sink: LogSink;
  level: LogLevel;
  readonly #pino: pino.Logger;
  readonly #now: () => number;
  readonly #onRecord: ((record: LogRecord) => void) | undefined;

  constructor(options: LoggerOptions) {
    const now = options.now ?? Date.now;
    this.#now = now;
    this.#onRecord = options.onRecord;
    this.level = options.level ?? "info";
    this.throttle = new Throttle(now);
    this.sink = new LogSink(options.destination ?? process.stdout, (lost) =>
      this.write("warn", { ...lost }, "log lines were lost: what reads the log did not take them"),
    );
    this.#pino = pino(
      {
        level: "trace",
        base: null,
        timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write: (line: string) => this.sink.write(options.human === true ? humanLine(line) : line) },
    );
  }

  isEnabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.level);
  }

  write(level: LogLevel, fields: LogFields, message: string): void {
    try {
      const record = this.#record(fields);
      const text = this.redactor.text(message);
      this.#pino[level](record, text);
      this.#onRecord?.({ time: this.#now(), level, message: text, fields: record });
    } catch {
      this.sink.failed();
    }
  }

  #record(fields: LogFields): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    const stacks = this.isEnabled("debug");
    for (const [key, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      const name = OWN_KEYS.has(key) ? `${key}_` : key;
      record[name] = this.redactor.field(key, value);
      if (stacks && value instanceof Error && value.stack !== undefined) {
        record["stack"] = this.redactor.text(value.stack);
      }
    }
    return record;
  }
}

interface Gate {
  readonly key: string;
  readonly intervalMs: number;
}

class LineLogger implements Logger {
  readonly #writer: LogWriter;
  readonly #fields: LogFields;
  readonly #gate: Gate | undefined;
  readonly trace = this.#method("trace");
  readonly debug = this.#method("debug");
  readonly info = this.#method("info");
  readonly warn = this.#method("warn");
  readonly error = this.#method("error");
  readonly fatal = this.#method("fatal");

  constructor(writer: LogWriter, fields: LogFields, gate: Gate | undefined) {
    this.#writer = writer;
    this.#fields = fields;
    this.#gate = gate;
  }

  get level(): LogLevel {
    return this.#writer.level;
  }

  set level(level: LogLevel) {
    this.#writer.level = level;
  }

  isEnabled(level: LogLevel): boolean {
    return this.#writer.isEnabled(level);
  }

  child(fields: LogFields): Logger {
    return new LineLogger(this.#writer, { ...this.#fields, ...fields }, this.#gate);
  }

  redactValue(secret: string): () => void {
    return this.#writer.redactor.add(secret);
  }

  once(key: string): Logger {
    return new LineLogger(this.#writer, this.#fields, { key: `once ${key}`, intervalMs: Infinity });
  }

  limited(key: string, seconds: number): Logger {
    return new LineLogger(this.#writer, this.#fields, { key: `limited ${key}`, intervalMs: seconds * 1000 });
  }

  statistics(): LogStatistics {
    const { sink, throttle } = this.#writer;
    return { written: sink.written, suppressed: throttle.suppressed, lost: { ...sink.lost } };
  }

  #method(level: LogLevel): LogMethod {
    return (first: string | LogFields, message?: string) => {
      if (!this.#writer.isEnabled(level)) return;
      const heldBack =
        this.#gate === undefined ? 0 : this.#writer.throttle.pass(this.#gate.key, this.#gate.intervalMs);
      if (heldBack === undefined) return;
      const own = typeof first === "string" ? {} : first;
      const counted = heldBack > 0 ? { suppressed: heldBack } : {};
      const text = typeof first === "string" ? first : (message ?? "");
      this.#writer.write(level, { ...this.#fields, ...own, ...counted }, text);
    };
  }
}
