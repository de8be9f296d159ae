import { setTimeout as sleep } from "node:timers/promises";

/** Pauses between looks at a condition, in milliseconds: each look costs a daemon's CLI a process. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** How long a condition may take unless a caller says otherwise, in milliseconds. */
const DEFAULT_LIMIT_MS = 120_000;

/**
 * Repeats `attempt` until it returns without throwing, and returns what it returned. After `limitMs`
 * the last error is thrown, headed by `what`. The limit is a guard against a hang, never a measurement.
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T> | T,
  limitMs: number = DEFAULT_LIMIT_MS,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadline) {
        const last = error instanceof Error ? error.message : String(error);
        throw new Error(`gave up after ${limitMs} ms: ${what}: ${last}`, { cause: error });
      }
    }
    await sleep(pause);
  }
}

/** Throws `message` unless `condition` holds; narrows for the type checker. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
