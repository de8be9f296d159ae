import type { DeviceFields } from "./device-rules.ts";
import type { Account, Device, Site } from "./model.ts";
import type { DeviceQuery } from "./registry.ts";

/** An account with what is stored of its token. */
export interface StoredAccount {
  readonly account: Account;
  /** SHA-256, 32 octets. */
  readonly tokenDigest: Uint8Array;
}

/**
 * Rows, and nothing of their meaning: `createRegistry` keeps the rules over any of these. Keys are as
 * `nameKey` makes them. Every id given out is higher than all before it, of removed rows too. What is
 * returned is frozen. Throws `StoreError` alone.
 */
export interface RegistryStore {
  /**
   * Runs the work alone among writers; what it reads holds until it ends. Not nested. The work checks
   * everything before its first write, so that work that throws has written nothing.
   */
  transaction<T>(work: () => T): T;

  sites(): Site[];
  siteCount(): number;
  siteById(id: number): Site | undefined;
  siteByKey(key: string): Site | undefined;
  insertSite(name: string): Site;
  deleteSite(id: number): void;

  /** By id. */
  devices(query: DeviceQuery): Device[];
  deviceCount(siteId?: number): number;
  deviceById(id: number): Device | undefined;
  deviceByKey(key: string): Device | undefined;
  /** By id. */
  devicesByAddress(address: string): Device[];
  /** By id. */
  devicesByTable(tableDeviceId: number): Device[];
  insertDevice(fields: DeviceFields, now: string): Device;
  /** Replaces all but `createdAt`. */
  replaceDevice(id: number, fields: DeviceFields, now: string): Device;
  deleteDevice(id: number): void;
  /** The device's MD5 key, as `SecretKeys` sealed it. */
  md5Key(deviceId: number): Uint8Array | undefined;
  putMd5Key(deviceId: number, sealed: Uint8Array, now: string): void;
  deleteMd5Key(deviceId: number): void;
  /** By id. */
  devicesWithMd5Key(): Device[];

  /** By id. */
  accounts(): Account[];
  accountCount(): number;
  accountByKey(key: string): StoredAccount | undefined;
  insertAccount(email: string, tokenDigest: Uint8Array, now: string): Account;
  replaceToken(id: number, tokenDigest: Uint8Array): void;
  touchAccount(id: number, now: string): void;
  deleteAccount(id: number): void;

  setting(key: string): string | undefined;
  settingCount(): number;
  putSetting(key: string, value: string): void;
  deleteSetting(key: string): void;

  close(): void;
}
