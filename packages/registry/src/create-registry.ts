import { canonicalAddress } from "./address.ts";
import { createAccounts } from "./accounts.ts";
import { deviceFields, patchedFields, sharesScope } from "./device-rules.ts";
import type { DeviceFields } from "./device-rules.ts";
import type { RegistryEnvironment } from "./environment.ts";
import { ConflictError, NotFoundError } from "./errors.ts";
import { MAX_NAME_LENGTH } from "./limits.ts";
import { md5KeyOctets, md5KeyOf } from "./md5-key.ts";
import type { Device, Site } from "./model.ts";
import { checkName, checkSetting, nameKey } from "./names.ts";
import type { AddressMatch, ChangeListener, DeviceChange, Reference, Registry } from "./registry.ts";
import type { RegistryStore } from "./store.ts";

const ID = /^[0-9]{1,15}$/;
const NAMED_IN_ERRORS = 5;

function find<T>(
  reference: Reference,
  byId: (id: number) => T | undefined,
  byKey: (key: string) => T | undefined,
): T | undefined {
  if (typeof reference === "number") return Number.isSafeInteger(reference) ? byId(reference) : undefined;
  return ID.test(reference) ? byId(Number(reference)) : byKey(nameKey(reference));
}

function shown(reference: Reference): string {
  return JSON.stringify(String(reference).slice(0, MAX_NAME_LENGTH));
}

function called(device: Device): string {
  return `"${device.name}" (id ${device.id})`;
}

function namesOf(devices: readonly Device[]): string {
  const names = devices.slice(0, NAMED_IN_ERRORS).map((device) => `"${device.name}"`);
  const more = devices.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function checkRoom(count: number, limit: number, things: string): void {
  if (count >= limit) {
    throw new ConflictError(
      `the registry is full: it holds ${count} ${things} of at most ${limit}; remove some first`,
    );
  }
}

/** The rules of a registry over a store. The registry owns the store and closes it. */
export function createRegistry(store: RegistryStore, environment: RegistryEnvironment): Registry {
  const { clock, limits, secretKeys } = environment;
  const listeners = new Set<ChangeListener>();
  const now = (): string => new Date(clock()).toISOString();

  const notify = (change: DeviceChange): void => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        // The change is stored: the writer must not be told otherwise, nor the fault be lost.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };

  const site = (reference: Reference): Site | undefined =>
    find(
      reference,
      (id) => store.siteById(id),
      (key) => store.siteByKey(key),
    );
  const device = (reference: Reference): Device | undefined =>
    find(
      reference,
      (id) => store.deviceById(id),
      (key) => store.deviceByKey(key),
    );
  const needDevice = (reference: Reference): Device => {
    const found = device(reference);
    if (found === undefined) throw new NotFoundError(`there is no device ${shown(reference)}`);
    return found;
  };

  /** Null takes the key away, undefined leaves it. Returns the device as it is then. */
  const storeMd5Key = (current: Device, key: Uint8Array | null | undefined, at: string): Device => {
    if (key === undefined || (key === null && current.md5KeySetAt === undefined)) return current;
    if (key === null) store.deleteMd5Key(current.id);
    else store.putMd5Key(current.id, secretKeys.seal(key, md5KeyOf(current.id)), at);
    return needDevice(current.id);
  };

  const describeScope = (siteId: number | undefined): string =>
    siteId === undefined ? "without a site" : `in site "${store.siteById(siteId)?.name ?? siteId}"`;

  /** What can be checked only against the rest of the registry. `id` is undefined for a new device. */
  const checkAgainstOthers = (fields: DeviceFields, id: number | undefined): void => {
    const namesake = store.deviceByKey(nameKey(fields.name));
    if (namesake !== undefined && namesake.id !== id) {
      throw new ConflictError(
        `name: there is a device ${called(namesake)} already; give this one another name`,
      );
    }
    if (fields.siteId !== undefined && store.siteById(fields.siteId) === undefined) {
      throw new NotFoundError(`siteId: there is no site with id ${fields.siteId}; add the site first`);
    }
    for (const address of fields.addresses) {
      const holder = store
        .devicesByAddress(address)
        .find((other) => other.id !== id && sharesScope(other, fields));
      if (holder !== undefined) {
        throw new ConflictError(
          `addresses: ${address} belongs to device ${called(holder)}, ${describeScope(holder.siteId)} like "${fields.name}"; ` +
            "put one of the two into another site, or correct the address",
        );
      }
    }
    if (fields.tableDeviceId !== undefined) checkTableOwner(fields, id, fields.tableDeviceId);
    const users = id === undefined || fields.type === "peer" ? [] : store.devicesByTable(id);
    if (users.length > 0) {
      throw new ConflictError(
        `type: ${namesOf(users)} use the table of "${fields.name}", which must then stay of type "peer"; point them elsewhere first`,
      );
    }
  };

  const checkTableOwner = (fields: DeviceFields, id: number | undefined, ownerId: number): void => {
    const owner = store.deviceById(ownerId);
    if (owner === undefined) {
      throw new NotFoundError(`tableDeviceId: there is no device with id ${ownerId}`);
    }
    if (owner.id === id) {
      throw new ConflictError(
        `tableDeviceId: "${fields.name}" can't use its own table; make it of type "peer" instead`,
      );
    }
    if (owner.type !== "peer") {
      throw new ConflictError(
        `tableDeviceId: ${called(owner)} is of type "${owner.type}" and has no table; name a device of type "peer"`,
      );
    }
  };

  return {
    sites: () => store.sites(),
    site,
    addSite: ({ name }) =>
      store.transaction(() => {
        checkName("name", name);
        const namesake = store.siteByKey(nameKey(name));
        if (namesake !== undefined) {
          throw new ConflictError(`name: there is a site "${namesake.name}" (id ${namesake.id}) already`);
        }
        checkRoom(store.siteCount(), limits.sites, "sites");
        return store.insertSite(name);
      }),
    removeSite: (reference) =>
      store.transaction(() => {
        const found = site(reference);
        if (found === undefined) throw new NotFoundError(`there is no site ${shown(reference)}`);
        const members = store.devices({ siteId: found.id, limit: NAMED_IN_ERRORS + 1 });
        if (members.length > 0) {
          throw new ConflictError(
            `site "${found.name}" has devices (${namesOf(members)}); move or remove them first`,
          );
        }
        store.deleteSite(found.id);
        return found;
      }),

    devices: (query = {}) => store.devices(query),
    deviceCount: (siteId) => store.deviceCount(siteId),
    device,
    addDevice: (input) => {
      const added = store.transaction(() => {
        const fields = deviceFields(input);
        const md5Key = input.md5Key === undefined ? undefined : md5KeyOctets(input.md5Key);
        checkAgainstOthers(fields, undefined);
        checkRoom(store.deviceCount(), limits.devices, "devices");
        const at = now();
        return storeMd5Key(store.insertDevice(fields, at), md5Key, at);
      });
      notify({
        kind: "added",
        deviceId: added.id,
        addressesBefore: [],
        addressesAfter: added.addresses,
        after: added,
        md5KeyChanged: added.md5KeySetAt !== undefined,
      });
      return added;
    },
    updateDevice: (reference, patch) => {
      const [before, after] = store.transaction(() => {
        const current = needDevice(reference);
        const fields = patchedFields(current, patch);
        const md5Key = typeof patch.md5Key === "string" ? md5KeyOctets(patch.md5Key) : patch.md5Key;
        checkAgainstOthers(fields, current.id);
        const at = now();
        return [current, storeMd5Key(store.replaceDevice(current.id, fields, at), md5Key, at)];
      });
      notify({
        kind: "changed",
        deviceId: after.id,
        addressesBefore: before.addresses,
        addressesAfter: after.addresses,
        before,
        after,
        md5KeyChanged: typeof patch.md5Key === "string" || before.md5KeySetAt !== after.md5KeySetAt,
      });
      return after;
    },
    removeDevice: (reference) => {
      const removed = store.transaction(() => {
        const current = needDevice(reference);
        const users = store.devicesByTable(current.id);
        if (users.length > 0) {
          throw new ConflictError(
            `device "${current.name}" lends its table to ${namesOf(users)}; point them elsewhere or remove them first`,
          );
        }
        store.deleteDevice(current.id);
        return current;
      });
      notify({
        kind: "removed",
        deviceId: removed.id,
        addressesBefore: removed.addresses,
        addressesAfter: [],
        before: removed,
        md5KeyChanged: removed.md5KeySetAt !== undefined,
      });
      return removed;
    },
    findByAddress: (address, siteId): AddressMatch => {
      const canonical = canonicalAddress(address);
      const holders = canonical === undefined ? [] : store.devicesByAddress(canonical);
      const matches = siteId === undefined ? holders : holders.filter((holder) => holder.siteId === siteId);
      const [first, ...others] = matches;
      if (first === undefined) return { kind: "unknown", elsewhere: holders };
      return others.length === 0
        ? { kind: "device", device: first }
        : { kind: "ambiguous", devices: matches };
    },
    tableUsers: (deviceId) => store.devicesByTable(deviceId),
    md5Key: (deviceId) => {
      const sealed = store.md5Key(deviceId);
      return sealed === undefined ? undefined : secretKeys.open(sealed, md5KeyOf(deviceId));
    },
    devicesWithMd5Key: () => store.devicesWithMd5Key(),

    ...createAccounts(store, environment),

    setting: (key) => store.setting(key),
    setSetting: (key, value) => {
      checkSetting(key, value);
      store.transaction(() => {
        if (value === undefined) {
          store.deleteSetting(key);
          return;
        }
        if (store.setting(key) === undefined) checkRoom(store.settingCount(), limits.settings, "settings");
        store.putSetting(key, value);
      });
    },

    onChange: (listener) => {
      // Wrapped, so that the same function may listen twice and stop once.
      const entry: ChangeListener = (change) => listener(change);
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    close: () => {
      listeners.clear();
      store.close();
    },
  };
}
