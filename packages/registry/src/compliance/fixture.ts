import { createHash } from "node:crypto";
import type { RegistryOptions } from "../environment.ts";
import type { Registry } from "../registry.ts";

/** Opens an empty registry. The suite closes it. */
export type OpenRegistry = (options: RegistryOptions) => Registry;

/** A registry with a clock that moves when told to, and tokens that are the same in each run. */
export interface Bench {
  readonly registry: Registry;
  /** Milliseconds since 1970. */
  now: number;
}

export const START = Date.UTC(2026, 0, 1);

/** Opens a registry for one test, and closes it after. */
export function bench(open: OpenRegistry, limits: RegistryOptions["limits"] = {}): Bench & Disposable {
  let drawn = 0;
  const state = { now: START };
  const registry = open({
    clock: () => state.now,
    randomBytes: (length) => {
      drawn += 1;
      return createHash("shake256", { outputLength: length }).update(`draw ${drawn}`).digest();
    },
    limits,
  });
  return {
    registry,
    get now() {
      return state.now;
    },
    set now(time: number) {
      state.now = time;
    },
    [Symbol.dispose]: () => registry.close(),
  };
}

/** The text of what the call throws; fails the test where it does not throw. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the call did not throw");
}
