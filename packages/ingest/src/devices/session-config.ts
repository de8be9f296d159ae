/** What a device's registration means for its sessions. */
import { IPV4_UNICAST, IPV6_UNICAST, parseFamilyName, type SessionConfig } from "@netferry/bgp";
import type { Device } from "@netferry/registry";

export interface LocalSpeaker {
  /** The BGP identifier that ingest sends, uint32. */
  readonly routerId: number;
  /** Local ASN towards devices that name none; undefined: the device's own. */
  readonly localAsn: number | undefined;
  readonly version: string;
}

export function sessionConfigOf(device: Device, local: LocalSpeaker): SessionConfig {
  const families = device.families.map(parseFamilyName).filter((family) => family !== undefined);
  const addPath =
    device.addPath === true
      ? families
      : device.addPath === false
        ? []
        : device.addPath.map(parseFamilyName).filter((family) => family !== undefined);
  const asn = device.asn ?? 0;
  return {
    localAsn: device.localAsn ?? local.localAsn ?? asn,
    localIdentifier: local.routerId,
    holdTime: device.holdTime,
    expectedPeerAsn: asn,
    passive: true,
    families,
    addPathReceive: addPath,
    extendedNextHop: families.includes(IPV4_UNICAST) && families.includes(IPV6_UNICAST) ? [IPV4_UNICAST] : [],
    gracefulRestart: { restarting: false, restartTime: 0, notification: true, families: [] },
    softwareVersion: `netferry/${local.version}`,
  };
}

/** Whether a session has to start again for the change to take hold. */
export function needsRestart(before: Device, after: Device): boolean {
  return (
    before.asn !== after.asn ||
    before.localAsn !== after.localAsn ||
    before.holdTime !== after.holdTime ||
    JSON.stringify([before.families, before.addPath]) !== JSON.stringify([after.families, after.addPath])
  );
}
