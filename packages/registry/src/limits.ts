/** Longest device, site and setting name, in characters. */
export const MAX_NAME_LENGTH = 64;
/** Longest account email, in characters (RFC 5321 section 4.5.3.1.3 leaves 254 for an address). */
export const MAX_EMAIL_LENGTH = 254;
/** Longest token that `verify` looks at, in characters. Longer ones are wrong without being hashed. */
export const MAX_TOKEN_LENGTH = 256;
/** Longest setting value, in characters. */
export const MAX_SETTING_LENGTH = 4096;
/** Most addresses that one device peers from. */
export const MAX_ADDRESSES_PER_DEVICE = 16;
/** Most address families of one device. */
export const MAX_FAMILIES_PER_DEVICE = 32;

/** How many of each thing a registry holds; one more is refused with a `ConflictError`. */
export interface RegistryLimits {
  readonly devices: number;
  readonly sites: number;
  readonly accounts: number;
  readonly settings: number;
}

export const DEFAULT_LIMITS: RegistryLimits = {
  devices: 100_000,
  sites: 10_000,
  accounts: 1_000,
  settings: 256,
};
