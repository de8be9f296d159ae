import { familyName, parseFamilyName } from "@netferry/bgp";
import { canonicalAddress, unusableSource } from "./address.ts";
import { InvalidError } from "./errors.ts";
import { MAX_ADDRESSES_PER_DEVICE, MAX_FAMILIES_PER_DEVICE } from "./limits.ts";
import { DEFAULT_FAMILIES, DEFAULT_HOLD_TIME } from "./model.ts";
import type { Device, DevicePatch, DeviceType, NewDevice } from "./model.ts";
import { checkName } from "./names.ts";

/** Everything of a device but its MD5 key and what the store and the clock give it. */
export type DeviceFields = Omit<Device, "id" | "md5KeySetAt" | "createdAt" | "updatedAt">;

const MAX_ASN = 0xffff_ffff;
const AS_TRANS = 23456;
const MAX_HOLD_TIME = 65535;

function checkAsn(field: string, asn: number): number {
  if (!Number.isInteger(asn) || asn < 1 || asn > MAX_ASN) {
    throw new InvalidError(field, `${asn} is no AS number; give 1 to ${MAX_ASN}`);
  }
  if (asn === AS_TRANS) {
    throw new InvalidError(
      field,
      `${AS_TRANS} is AS_TRANS (RFC 6793) and belongs to nobody; give the real one`,
    );
  }
  return asn;
}

function checkHoldTime(seconds: number): number {
  const valid = Number.isInteger(seconds) && (seconds === 0 || (seconds >= 3 && seconds <= MAX_HOLD_TIME));
  if (!valid) {
    throw new InvalidError(
      "holdTime",
      `${seconds} seconds; give 3 to ${MAX_HOLD_TIME}, or 0 for none (RFC 4271 section 4.2)`,
    );
  }
  return seconds;
}

function checkFamilies(field: string, names: readonly string[]): readonly string[] {
  if (names.length > MAX_FAMILIES_PER_DEVICE) {
    throw new InvalidError(field, `${names.length} families; at most ${MAX_FAMILIES_PER_DEVICE}`);
  }
  const canonical = names.map((name) => {
    const family = parseFamilyName(name);
    if (family === undefined) {
      throw new InvalidError(field, `${JSON.stringify(name)} is no address family; try "ipv4-unicast"`);
    }
    return familyName(family);
  });
  return Object.freeze([...new Set(canonical)]);
}

function checkAddPath(
  addPath: boolean | readonly string[],
  families: readonly string[],
): boolean | readonly string[] {
  if (typeof addPath === "boolean") return addPath;
  const names = checkFamilies("addPath", addPath);
  const stray = names.find((name) => !families.includes(name));
  if (stray !== undefined) {
    throw new InvalidError(
      "addPath",
      `${stray} is not among the device's families (${families.join(", ")}); add it there or drop it here`,
    );
  }
  return names.length === 0 ? false : names;
}

function checkAddresses(addresses: readonly string[]): readonly string[] {
  if (addresses.length > MAX_ADDRESSES_PER_DEVICE) {
    throw new InvalidError("addresses", `${addresses.length} addresses; at most ${MAX_ADDRESSES_PER_DEVICE}`);
  }
  const canonical = addresses.map((text) => {
    const address = canonicalAddress(text);
    if (address === undefined) {
      throw new InvalidError(
        "addresses",
        `${JSON.stringify(text.slice(0, 64))} is no IPv4 or IPv6 address; give one without a prefix length`,
      );
    }
    const problem = unusableSource(address);
    if (problem !== undefined) {
      throw new InvalidError(
        "addresses",
        `${address} ${problem}; give the address that the device peers from`,
      );
    }
    return address;
  });
  return Object.freeze([...new Set(canonical)]);
}

function checkType(type: DeviceType, fields: { asn?: number; addresses: readonly string[] }): void {
  if (type !== "peer") return;
  if (fields.asn === undefined) {
    throw new InvalidError("asn", 'missing; a device of type "peer" needs its AS number');
  }
  if (fields.addresses.length === 0) {
    throw new InvalidError("addresses", 'none; a device of type "peer" needs an address that it peers from');
  }
}

function checkTable(type: DeviceType, tableDeviceId: number | undefined): void {
  if (type === "table" && tableDeviceId === undefined) {
    throw new InvalidError(
      "tableDeviceId",
      'missing; a device of type "table" needs the device whose table it uses',
    );
  }
  if (type !== "table" && tableDeviceId !== undefined) {
    throw new InvalidError(
      "tableDeviceId",
      `only a device of type "table" has one, and this is of type "${type}"`,
    );
  }
}

/** Checks what can be checked without the registry, and fills in defaults. Throws `InvalidError`. */
export function deviceFields(input: NewDevice): DeviceFields {
  const type = input.type ?? "peer";
  const families = checkFamilies("families", input.families ?? DEFAULT_FAMILIES);
  if (families.length === 0)
    throw new InvalidError("families", 'none; give at least one, such as "ipv4-unicast"');
  const fields = {
    name: checkName("name", input.name),
    type,
    addresses: checkAddresses(input.addresses ?? []),
    holdTime: checkHoldTime(input.holdTime ?? DEFAULT_HOLD_TIME),
    families,
    addPath: checkAddPath(input.addPath ?? false, families),
    ...(input.siteId === undefined ? {} : { siteId: input.siteId }),
    ...(input.tableDeviceId === undefined ? {} : { tableDeviceId: input.tableDeviceId }),
    ...(input.asn === undefined ? {} : { asn: checkAsn("asn", input.asn) }),
    ...(input.localAsn === undefined ? {} : { localAsn: checkAsn("localAsn", input.localAsn) }),
  };
  checkType(type, fields);
  checkTable(type, input.tableDeviceId);
  return fields;
}

function patched<T>(change: T | null | undefined, current: T | undefined): T | undefined {
  if (change === null) return undefined;
  return change === undefined ? current : change;
}

/** The fields of a device after a patch, checked as `deviceFields` does. */
export function patchedFields(device: DeviceFields, patch: DevicePatch): DeviceFields {
  const type = patch.type ?? device.type;
  return deviceFields({
    name: patch.name ?? device.name,
    type,
    siteId: patched(patch.siteId, device.siteId),
    // A device that stops using a table lets go of it without being told.
    tableDeviceId: patched(patch.tableDeviceId, type === "table" ? device.tableDeviceId : undefined),
    asn: patched(patch.asn, device.asn),
    addresses: patch.addresses ?? device.addresses,
    localAsn: patched(patch.localAsn, device.localAsn),
    holdTime: patch.holdTime ?? device.holdTime,
    families: patch.families ?? device.families,
    addPath: patch.addPath ?? device.addPath,
  });
}

/** Whether two devices with one address could not be told apart: the same site, or neither has one. */
export function sharesScope(one: { readonly siteId?: number }, other: { readonly siteId?: number }): boolean {
  return one.siteId === other.siteId;
}
