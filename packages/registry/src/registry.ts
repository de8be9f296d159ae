import type { Account, Device, DevicePatch, NewDevice, Site } from "./model.ts";

/** Which device an address belongs to. */
export type AddressMatch =
  | { readonly kind: "device"; readonly device: Device }
  /** `elsewhere`: devices that have the address, but not in the site that was asked for. */
  | { readonly kind: "unknown"; readonly elsewhere: readonly Device[] }
  /** Several sites have the address and the question named none. */
  | { readonly kind: "ambiguous"; readonly devices: readonly Device[] };

/** Told after a device was written. Addresses are canonical text; empty where there is no such side. */
export interface DeviceChange {
  readonly kind: "added" | "changed" | "removed";
  readonly deviceId: number;
  readonly addressesBefore: readonly string[];
  readonly addressesAfter: readonly string[];
  readonly before?: Device;
  readonly after?: Device;
  /** The MD5 key was set, replaced or taken away. */
  readonly md5KeyChanged: boolean;
}

export type ChangeListener = (change: DeviceChange) => void;

/** An id, or a name whatever the case of its letters. Text of digits alone is an id. */
export type Reference = number | string;

export interface DeviceQuery {
  /** Only devices of this site. */
  readonly siteId?: number | undefined;
  /** Only devices with a higher id: the last id of the page before. */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * Devices, sites, accounts and settings. Synchronous: the embedded store is, and each call is one
 * short transaction. Reads answer frozen copies. Writes throw `InvalidError`, `ConflictError` or
 * `NotFoundError` and then have changed nothing; any call may throw `StoreError`.
 */
export interface Registry {
  /** By id. */
  sites(): Site[];
  site(reference: Reference): Site | undefined;
  addSite(site: { readonly name: string }): Site;
  /** Refused with `ConflictError` while devices are in it. Returns what was removed. */
  removeSite(reference: Reference): Site;

  /** By id. */
  devices(query?: DeviceQuery): Device[];
  /** Of one site, or of all. */
  deviceCount(siteId?: number): number;
  device(reference: Reference): Device | undefined;
  addDevice(device: NewDevice): Device;
  updateDevice(reference: Reference, patch: DevicePatch): Device;
  /** Refused with `ConflictError` while other devices use its table. Returns what was removed. */
  removeDevice(reference: Reference): Device;
  /**
   * Without a site, any site is meant. With one, only its devices match: a device without a site may
   * be another router that happens to have the same private address. A device of any type is found;
   * whether it may peer is the caller's to judge. Text that is no address is unknown.
   */
  findByAddress(address: string, siteId?: number): AddressMatch;
  /** Devices of type `table` that use this device's routes. */
  tableUsers(deviceId: number): Device[];
  /**
   * The octets of a device's TCP MD5 key, 1 to 80; undefined where it has none. Never log or show it. Throws
   * `StoreError` where what is stored can't be opened.
   */
  md5Key(deviceId: number): Uint8Array | undefined;
  /** Devices with an MD5 key, by id. */
  devicesWithMd5Key(): Device[];

  /** By id. */
  accounts(): Account[];
  /** The token is shown here and never again: only its digest is stored. */
  addAccount(email: string): { readonly account: Account; readonly token: string };
  /** A new token; the old one is wrong from here on. */
  rotateToken(email: string): { readonly account: Account; readonly token: string };
  removeAccount(email: string): Account;
  /** The account, if the token is its own. Costs one SHA-256 and one indexed read. */
  verify(email: string, token: string): Account | undefined;

  setting(key: string): string | undefined;
  /** Undefined takes the setting away. */
  setSetting(key: string, value: string | undefined): void;

  /** Called after each device change is stored, in order. Returns how to stop it. A listener must not throw. */
  onChange(listener: ChangeListener): () => void;

  /** The registry can't be used afterwards. Safe to call twice. */
  close(): void;
}
