/** What the ingest pushes when the registry changes. */
import { formatAddress } from "@netferry/bgp";
import type { DeviceChanged } from "@netferry/relay";
import type { Logger } from "@netferry/service";
import type { VerdictCache } from "./verdicts.ts";

/**
 * Forgets what was said of the device's addresses, which it returns: one that was blocked may come again at once. What
 * the change was is logged; at length only where it concerns this agent.
 */
export function applyRegistryChange(
  { deviceAddresses, kind, deviceName }: DeviceChanged,
  verdicts: VerdictCache,
  logger: Logger,
  isConnected: (address: string) => boolean,
): string[] {
  const addresses = deviceAddresses.map(formatAddress);
  const released = addresses.filter((address) => verdicts.forget(address));
  const concerns = released.length > 0 || addresses.some(isConnected);
  logger[concerns ? "info" : "debug"](
    {
      ...(deviceName === "" ? {} : { "device-name": deviceName }),
      change: kind,
      addresses,
      ...(released.length === 0 ? {} : { "no-longer-denied": released }),
      module: "proxy/control",
    },
    "the registry changed",
  );
  return addresses;
}
