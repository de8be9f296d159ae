/** May a device peer from an address? */
import type { Device, Registry } from "@netferry/registry";
import type { BlockCause } from "@netferry/relay";

/** How long a block holds, the documented 20 minutes; a change of the registry lifts it at once. */
const BLOCK_SECONDS = 1_200;

export type Admission =
  | { readonly kind: "allow"; readonly device: Device }
  | {
      readonly kind: "block";
      readonly cause: BlockCause;
      readonly reason: string;
      readonly ttlSeconds: number;
    };

/** @param siteId 0 for any site */
export function admit(registry: Registry, address: string, siteId: number): Admission {
  const match = registry.findByAddress(address, siteId === 0 ? undefined : siteId);
  if (match.kind === "ambiguous") {
    const names = match.devices.map(({ name }) => name).join(", ");
    return block(
      "ambiguous-address",
      `${address} belongs to devices of several sites (${names}); give the agent its --site-id`,
    );
  }
  if (match.kind === "unknown") {
    const elsewhere = match.elsewhere.map(({ name }) => name).join(", ");
    return block(
      "unknown-device",
      elsewhere === ""
        ? `no device has the address ${address}; register it: netferry device add NAME --address ${address} --asn N`
        : `no device of site ${siteId} has the address ${address} (${elsewhere} has, elsewhere); check --site-id or the device's site`,
    );
  }
  const { device } = match;
  if (device.type !== "peer") {
    return block(
      "not-peering",
      `device ${device.name} is of type ${device.type}; change it: netferry device set ${device.name} --type peer`,
    );
  }
  return { kind: "allow", device };
}

function block(cause: BlockCause, reason: string): Admission {
  return { kind: "block", cause, reason, ttlSeconds: BLOCK_SECONDS };
}
