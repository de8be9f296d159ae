import { setTimeout as sleep } from "node:timers/promises";

/** How often a condition is looked at, in milliseconds. */
const POLL_MS = 150;

/** How long a condition may take unless a caller says otherwise, in milliseconds. */
const DEFAULT_LIMIT_MS = 60_000;

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
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadline) {
        const last = error instanceof Error ? error.message : String(error);
        throw new Error(`gave up after ${limitMs} ms: ${what}: ${last}`, { cause: error });
      }
    }
    await sleep(POLL_MS);
  }
}

/** Throws `message` unless `condition` holds; narrows for the type checker. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
