/** Looks at something again and again: redrawn in place on a terminal, block below block elsewhere. */
import { setTimeout as pause } from "node:timers/promises";
import {
  errorText,
  formatDuration,
  type InputStream,
  LiveBlock,
  OperatorError,
  type OutputStream,
  writeText,
} from "@netferry/service/command-line";
import { RefusedError } from "./api-client.ts";
import { untilStopped } from "./interrupt.ts";
import { type ScreenLayout, screenLayout } from "./terminal.ts";

/** What one look found, for scripts and for people. */
export interface Look {
  readonly json: unknown;
  /** Lines, laid out for a terminal of this size. */
  readonly lines: (layout: ScreenLayout) => readonly string[];
}

export interface WatchSettings {
  /** A JSON object a line instead of text. */
  readonly json: boolean;
  readonly intervalMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A look that takes longer is told of, and goes on. */
const SLOW_LOOK_MS = 5_000;

interface Streams {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly signal: AbortSignal;
}

/**
 * Until `q` or Ctrl-C, SIGINT or SIGTERM, or `signal`. A server that is away is told of in one line and waited for; one
 * that refuses will refuse again: that ends the watch.
 */
export async function watch(
  begin: (signal: AbortSignal) => () => Promise<Look>,
  settings: WatchSettings,
  streams: Streams,
): Promise<void> {
  const stop = untilStopped(streams.stdin, streams.signal);
  const look = begin(stop.signal);
  const show = settings.json
    ? jsonShow(streams.stdout)
    : streams.stdout.isTTY === true
      ? terminalShow(streams.stdout, settings)
      : plainShow(streams.stdout, settings);
  try {
    for (;;) {
      const slow = setTimeout(() => void show.found("it does not answer"), SLOW_LOOK_MS);
      const found = await look()
        .catch(absence)
        .finally(() => clearTimeout(slow));
      if (stop.signal.aborted) return;
      await show.found(found);
      await pause(settings.intervalMs, undefined, { signal: stop.signal });
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.dispose();
    show.done();
  }
}

/** Shows what was found; a text is why nothing was. */
interface Show {
  found(look: Look | string): Promise<void> | void;
  done(): void;
}

function absence(error: unknown): string {
  if (!(error instanceof OperatorError) || error instanceof RefusedError) throw error;
  return errorText(error);
}

function jsonShow(stdout: OutputStream): Show {
  return {
    found: (look) =>
      writeText(stdout, `${JSON.stringify(typeof look === "string" ? { error: look } : look.json)}\n`),
    done: () => undefined,
  };
}

/** Below each other, each under the time of the look. The same trouble is told once. */
function plainShow(stdout: OutputStream, { now }: WatchSettings): Show {
  let trouble: string | undefined;
  return {
    async found(look) {
      const time = new Date(now()).toISOString();
      if (typeof look === "string") {
        if (look !== trouble) await writeText(stdout, `${time} ${look}; it is waited for\n`);
        trouble = look;
        return;
      }
      trouble = undefined;
      await writeText(stdout, [time, ...look.lines(screenLayout(stdout)), "", ""].join("\n"));
    },
    done: () => undefined,
  };
}

/** In place. While nobody answers, what was seen last stays, under a line that says so. */
function terminalShow(stdout: OutputStream, { now, intervalMs }: WatchSettings): Show {
  const block = new LiveBlock(stdout);
  let last: { readonly look: Look; readonly at: number } | undefined;
  let trouble: string | undefined;
  const draw = (): void => {
    const { columns, rows } = screenLayout(stdout);
    const head = trouble === undefined ? [] : [troubleLine(trouble)];
    const layout = { columns, ...(rows === undefined ? {} : { rows: rows - head.length }) };
    block.update([...head, ...(last?.look.lines(layout) ?? [])]);
  };
  const troubleLine = (text: string): string => {
    const seen =
      last === undefined
        ? `looked for every ${formatDuration(intervalMs)}`
        : `below is what was ${formatDuration(now() - last.at)} ago`;
    return `${timeOf(now())} ${seen}: ${text}`;
  };
  stdout.on("resize", draw);
  return {
    found(look) {
      if (typeof look === "string") {
        trouble = look;
      } else {
        last = { look, at: now() };
        trouble = undefined;
      }
      draw();
    },
    done() {
      stdout.removeListener("resize", draw);
      block.done();
    },
  };
}

/** `16:02:11`, UTC. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
