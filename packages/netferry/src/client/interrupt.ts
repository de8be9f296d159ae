/** When somebody at a terminal, or a signal, wants a command to end that has no end of its own. */
import type { InputStream } from "@netferry/service/command-line";

const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** `q`, Ctrl-C and Ctrl-D: a terminal that reads keys makes no signals of them. */
const STOP_KEYS = /[qQ\u0003\u0004]/; // oxlint-disable-line no-control-regex

/** A terminal that can hand over single keys. */
interface KeyInput extends InputStream {
  readonly isRaw?: boolean;
  setRawMode(on: boolean): unknown;
}

export interface Stopping {
  readonly signal: AbortSignal;
  /** Puts the terminal back as it was, and the signals. */
  dispose(): void;
}

/** @param outer stops as well */
export function untilStopped(stdin: InputStream, outer: AbortSignal): Stopping {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const name of STOP_SIGNALS) process.on(name, end);
  const keys = isKeyInput(stdin) ? stdin : undefined;
  const onData = (chunk: Buffer | string): void => {
    if (STOP_KEYS.test(chunk.toString())) end();
  };
  keys?.setRawMode(true);
  keys?.on("data", onData);
  keys?.resume();
  return {
    signal: AbortSignal.any([stop.signal, outer]),
    dispose() {
      for (const name of STOP_SIGNALS) process.removeListener(name, end);
      if (keys === undefined) return;
      keys.removeListener("data", onData);
      keys.setRawMode(false);
      keys.pause();
    },
  };
}

function isKeyInput(stdin: InputStream): stdin is KeyInput {
  return stdin.isTTY === true && "setRawMode" in stdin && typeof stdin.setRawMode === "function";
}
