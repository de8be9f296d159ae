import { createRegistry } from "./create-registry.ts";
import type { DeviceFields } from "./device-rules.ts";
import { environmentOf } from "./environment.ts";
import type { RegistryOptions } from "./environment.ts";
import { StoreError } from "./errors.ts";
import type { Account, Device, Site } from "./model.ts";
import { nameKey } from "./names.ts";
import type { DeviceQuery, Registry } from "./registry.ts";
import type { RegistryStore, StoredAccount } from "./store.ts";

/** A registry that is gone with the process: for tests, and for trying things out. */
export function createMemoryRegistry(options: RegistryOptions = {}): Registry {
  return createRegistry(createMemoryStore(), environmentOf(options));
}

// Map keeps insertion order and ids only grow, so every walk is by id.
function named<T extends { readonly name: string }>(rows: Map<number, T>, key: string): T | undefined {
  return rows.values().find((row) => nameKey(row.name) === key);
}

function createMemoryStore(): RegistryStore {
  const sites = new Map<number, Site>();
  const devices = new Map<number, Device>();
  const md5Keys = new Map<number, { readonly sealed: Uint8Array; readonly setAt: string }>();
  const accounts = new Map<number, StoredAccount>();
  const settings = new Map<string, string>();
  const lastId = { site: 0, device: 0, account: 0 };
  let open = true;

  const live = <T>(work: () => T): T => {
    if (!open) throw new StoreError("the registry is closed");
    return work();
  };
  const putDevice = (id: number, fields: DeviceFields, createdAt: string, updatedAt: string): Device => {
    const setAt = md5Keys.get(id)?.setAt;
    const key = setAt === undefined ? {} : { md5KeySetAt: setAt };
    const device = Object.freeze({ id, ...fields, ...key, createdAt, updatedAt });
    devices.set(id, device);
    return device;
  };
  const md5KeyChanged = (id: number): void => {
    const { md5KeySetAt: _, createdAt, updatedAt, ...fields } = needDevice(id);
    putDevice(id, fields, createdAt, updatedAt);
  };
  const needDevice = (id: number): Device => {
    const device = devices.get(id);
    if (device === undefined) throw new StoreError(`there is no device row ${id}`);
    return device;
  };
  const needAccount = (id: number): StoredAccount => {
    const stored = accounts.get(id);
    if (stored === undefined) throw new StoreError(`there is no account row ${id}`);
    return stored;
  };

  return {
    transaction: live,

    sites: () => live(() => [...sites.values()]),
    siteCount: () => sites.size,
    siteById: (id) => live(() => sites.get(id)),
    siteByKey: (key) => live(() => named(sites, key)),
    insertSite: (name) => {
      lastId.site += 1;
      const site = Object.freeze({ id: lastId.site, name });
      sites.set(site.id, site);
      return site;
    },
    deleteSite: (id) => {
      sites.delete(id);
    },

    devices: ({ siteId, after = 0, limit = Infinity }: DeviceQuery) =>
      live(() =>
        devices
          .values()
          .filter((device) => device.id > after && (siteId === undefined || device.siteId === siteId))
          .take(limit)
          .toArray(),
      ),
    deviceCount: (siteId) =>
      live(() => {
        if (siteId === undefined) return devices.size;
        return devices.values().reduce((count, device) => count + (device.siteId === siteId ? 1 : 0), 0);
      }),
    deviceById: (id) => live(() => devices.get(id)),
    deviceByKey: (key) => live(() => named(devices, key)),
    devicesByAddress: (address) =>
      live(() =>
        devices
          .values()
          .filter((device) => device.addresses.includes(address))
          .toArray(),
      ),
    devicesByTable: (tableDeviceId) =>
      live(() =>
        devices
          .values()
          .filter((device) => device.tableDeviceId === tableDeviceId)
          .toArray(),
      ),
    insertDevice: (fields, now) => {
      lastId.device += 1;
      return putDevice(lastId.device, fields, now, now);
    },
    replaceDevice: (id, fields, now) => putDevice(id, fields, needDevice(id).createdAt, now),
    deleteDevice: (id) => {
      devices.delete(id);
      md5Keys.delete(id);
    },
    md5Key: (id) => live(() => md5Keys.get(id)?.sealed),
    putMd5Key: (id, sealed, now) => {
      md5Keys.set(id, { sealed, setAt: now });
      md5KeyChanged(id);
    },
    deleteMd5Key: (id) => {
      md5Keys.delete(id);
      md5KeyChanged(id);
    },
    devicesWithMd5Key: () =>
      live(() =>
        devices
          .values()
          .filter(({ id }) => md5Keys.has(id))
          .toArray(),
      ),

    accounts: () =>
      live(() =>
        accounts
          .values()
          .map(({ account }) => account)
          .toArray(),
      ),
    accountCount: () => accounts.size,
    accountByKey: (key) =>
      live(() => accounts.values().find(({ account }) => nameKey(account.email) === key)),
    insertAccount: (email, tokenDigest, now) => {
      lastId.account += 1;
      const account: Account = Object.freeze({ id: lastId.account, email, createdAt: now });
      accounts.set(account.id, { account, tokenDigest });
      return account;
    },
    replaceToken: (id, tokenDigest) => {
      accounts.set(id, { account: needAccount(id).account, tokenDigest });
    },
    touchAccount: (id, now) => {
      const { account, tokenDigest } = needAccount(id);
      accounts.set(id, { account: Object.freeze({ ...account, lastUsedAt: now }), tokenDigest });
    },
    deleteAccount: (id) => {
      accounts.delete(id);
    },

    setting: (key) => live(() => settings.get(key)),
    settingCount: () => settings.size,
    putSetting: (key, value) => {
      settings.set(key, value);
    },
    deleteSetting: (key) => {
      settings.delete(key);
    },

    close: () => {
      open = false;
    },
  };
}
