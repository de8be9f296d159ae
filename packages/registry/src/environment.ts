import { randomBytes } from "node:crypto";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { RegistryLimits } from "./limits.ts";
import type { RandomBytes } from "./token.ts";

/** What a registry takes from outside. */
export interface RegistryEnvironment {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly randomBytes: RandomBytes;
  readonly limits: RegistryLimits;
}

/** How a registry is opened; what is absent is the real thing. */
export interface RegistryOptions {
  /** Milliseconds since 1970; default `Date.now`. */
  readonly clock?: () => number;
  /** Where tokens come from; default `randomBytes` of node:crypto. */
  readonly randomBytes?: RandomBytes;
  /** Default for each: `DEFAULT_LIMITS`. */
  readonly limits?: Partial<RegistryLimits>;
}

export function environmentOf(options: RegistryOptions): RegistryEnvironment {
  return {
    clock: options.clock ?? Date.now,
    randomBytes: options.randomBytes ?? randomBytes,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
}
