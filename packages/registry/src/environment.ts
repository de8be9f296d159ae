import { randomBytes } from "node:crypto";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { RegistryLimits } from "./limits.ts";
import { SECRET_KEY_OCTETS, SecretKeys } from "./secrets.ts";
import type { RandomBytes } from "./token.ts";

/** What a registry takes from outside. */
export interface RegistryEnvironment {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly randomBytes: RandomBytes;
  readonly limits: RegistryLimits;
  /** Seal the MD5 keys in the store. */
  readonly secretKeys: SecretKeys;
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

/** @param secretKeys by default a new one, which is gone with the process */
export function environmentOf(options: RegistryOptions, secretKeys?: SecretKeys): RegistryEnvironment {
  const random = options.randomBytes ?? randomBytes;
  return {
    clock: options.clock ?? Date.now,
    randomBytes: random,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    secretKeys: secretKeys ?? new SecretKeys([random(SECRET_KEY_OCTETS)], random),
  };
}
