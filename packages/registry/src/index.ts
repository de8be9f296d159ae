export { canonicalAddress } from "./address.ts";
export { LAST_USED_RESOLUTION_MS } from "./accounts.ts";
export type { RegistryOptions } from "./environment.ts";
export { ConflictError, InvalidError, NotFoundError, RegistryError, StoreError } from "./errors.ts";
export type { RegistryErrorCode } from "./errors.ts";
export {
  DEFAULT_LIMITS,
  MAX_ADDRESSES_PER_DEVICE,
  MAX_EMAIL_LENGTH,
  MAX_FAMILIES_PER_DEVICE,
  MAX_NAME_LENGTH,
  MAX_TOKEN_LENGTH,
} from "./limits.ts";
export type { RegistryLimits } from "./limits.ts";
export { MAX_MD5_KEY_OCTETS } from "./md5-key.ts";
export { createMemoryRegistry } from "./memory-store.ts";
export { DEFAULT_FAMILIES, DEFAULT_HOLD_TIME } from "./model.ts";
export type { Account, Device, DevicePatch, DeviceType, NewDevice, Site } from "./model.ts";
export { openSqliteRegistry, type SqliteRegistryOptions } from "./open-sqlite-registry.ts";
export type {
  AddressMatch,
  ChangeListener,
  DeviceChange,
  DeviceQuery,
  Reference,
  Registry,
} from "./registry.ts";
