/** Where log lines go. Whatever becomes of their reader, the daemon goes on: lines that are not taken are counted. */
import { errorCode } from "../errors.ts";
import { isBrokenPipe } from "../output/broken-pipe.ts";

/** Bytes that may wait for a reader that is slow or stands still; lines beyond are lost. */
export const MAX_PENDING_LOG_BYTES = 1024 * 1024;

/** `process.stdout`, or anything that takes text. */
export interface LogDestination {
  /** `done` tells what became of the text. */
  write(text: string, done: (error?: Error | null) => void): unknown;
  on?(event: "error", listener: (error: Error) => void): unknown;
  /** Bytes that wait to be written. */
  readonly writableLength?: number;
}

/** Why a line was lost: its reader is gone (EPIPE), or does not read; its file system is full; or anything else. */
export const LOG_LOSS_CAUSES = ["reader-gone", "reader-slow", "no-space", "other"] as const;

export type LogLossCause = (typeof LOG_LOSS_CAUSES)[number];

export type LostLines = Readonly<Record<LogLossCause, number>>;

export class LogSink {
  readonly lost: Record<LogLossCause, number> = none();
  written = 0;
  readonly #destination: LogDestination;
  readonly #onResumed: (lost: Partial<LostLines>) => void;
  /** Lost lines that nobody was told of yet. */
  #untold: Record<LogLossCause, number> | undefined;

  /** @param onResumed a line was taken again; these had been lost before */
  constructor(destination: LogDestination, onResumed: (lost: Partial<LostLines>) => void) {
    this.#destination = destination;
    this.#onResumed = onResumed;
    // `done` tells the same; an error event without a listener would end the process.
    destination.on?.("error", () => undefined);
  }

  /** Writes one line; never throws. */
  write(line: string): void {
    if ((this.#destination.writableLength ?? 0) > MAX_PENDING_LOG_BYTES) {
      this.#lose("reader-slow");
      return;
    }
    try {
      this.#destination.write(line, (error) => {
        if (error === undefined || error === null) this.#taken();
        else this.#lose(causeOf(error));
      });
    } catch (error) {
      this.#lose(causeOf(error));
    }
  }

  /** Counts a line that could not even be made. */
  failed(): void {
    this.#lose("other");
  }

  #taken(): void {
    this.written += 1;
    const lost = this.#untold;
    if (lost === undefined) return;
    this.#untold = undefined;
    this.#onResumed(Object.fromEntries(Object.entries(lost).filter(([, lines]) => lines > 0)));
  }

  #lose(cause: LogLossCause): void {
    this.lost[cause] += 1;
    this.#untold ??= none();
    this.#untold[cause] += 1;
  }
}

function none(): Record<LogLossCause, number> {
  return { "reader-gone": 0, "reader-slow": 0, "no-space": 0, other: 0 };
}

function causeOf(error: unknown): LogLossCause {
  const code = errorCode(error);
  if (isBrokenPipe(error) || code === "ECONNRESET") return "reader-gone";
  return code === "ENOSPC" || code === "EDQUOT" ? "no-space" : "other";
}
