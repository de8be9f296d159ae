import { readUint24, readUint32 } from "../bytes.ts";
import { readAddressField, readFlowFields } from "./address-field.ts";
import { AFTER_ESI, AFTER_ESI_TAG, AFTER_RD, AFTER_RD_TAG, EvpnType, leafKeyEnd } from "./evpn-check.ts";
import type { EvpnIpPrefix, EvpnLeaveSynch, EvpnMacIp, EvpnNlri } from "./evpn-nlri.ts";
import { readIpPrefix } from "./ip-prefix.ts";

/** Reads a value that was found to have its type's form. */
export function readEvpn(type: number, bytes: Uint8Array, start: number, end: number): EvpnNlri {
  const kind = "evpn";
  const rd = bytes.slice(start, start + AFTER_RD);
  const esi = (): Uint8Array => bytes.slice(start + AFTER_RD, start + AFTER_ESI);
  const tagAt = (at: number): number => readUint32(bytes, start + at - 4);
  switch (type) {
    case EvpnType.ethernetAd: {
      const label = readUint24(bytes, start + AFTER_ESI_TAG);
      return { kind, routeType: "ethernet-ad", rd, esi: esi(), ethernetTag: tagAt(AFTER_ESI_TAG), label };
    }
    case EvpnType.macIp:
      return readMacIp(bytes, start, end);
    case EvpnType.inclusiveMulticast: {
      const originator = readAddressField(bytes, start + AFTER_RD_TAG);
      return { kind, routeType: "inclusive-multicast", rd, ethernetTag: tagAt(AFTER_RD_TAG), originator };
    }
    case EvpnType.ethernetSegment: {
      const originator = readAddressField(bytes, start + AFTER_ESI);
      return { kind, routeType: "ethernet-segment", rd, esi: esi(), originator };
    }
    case EvpnType.ipPrefix:
      return readIpPrefixRoute(bytes, start, end);
    case EvpnType.selectiveMulticast: {
      const { flow, originator } = readOriginated(bytes, start + AFTER_RD_TAG);
      const ethernetTag = tagAt(AFTER_RD_TAG);
      const flags = bytes[end - 1]!;
      return { kind, routeType: "selective-multicast", rd, ethernetTag, ...flow, originator, flags };
    }
    case EvpnType.joinSynch: {
      const { flow, originator } = readOriginated(bytes, start + AFTER_ESI_TAG);
      const ethernetTag = tagAt(AFTER_ESI_TAG);
      const flags = bytes[end - 1]!;
      return { kind, routeType: "join-synch", rd, esi: esi(), ethernetTag, ...flow, originator, flags };
    }
    case EvpnType.leaveSynch:
      return readLeaveSynch(bytes, start, end);
    case EvpnType.perRegionIPmsi: {
      const region = bytes.slice(start + AFTER_RD_TAG, end);
      return { kind, routeType: "per-region-i-pmsi", rd, ethernetTag: tagAt(AFTER_RD_TAG), region };
    }
    case EvpnType.sPmsi: {
      const { flow, originator } = readOriginated(bytes, start + AFTER_RD_TAG);
      return { kind, routeType: "s-pmsi", rd, ethernetTag: tagAt(AFTER_RD_TAG), ...flow, originator };
    }
    case EvpnType.leaf: {
      const at = leafKeyEnd(bytes, start, end);
      const routeKey = bytes.slice(start, at);
      return { kind, routeType: "leaf", routeKey, originator: readAddressField(bytes, at) };
    }
    default:
      return { kind, routeType: "unknown", code: type, value: bytes.slice(start, end) };
  }
}

function readMacIp(bytes: Uint8Array, start: number, end: number): EvpnMacIp {
  const macAt = start + AFTER_ESI_TAG + 1;
  const ip = readAddressField(bytes, macAt + 6);
  const labelAt = macAt + 7 + ip.length;
  return {
    kind: "evpn",
    routeType: "mac-ip",
    rd: bytes.slice(start, start + AFTER_RD),
    esi: bytes.slice(start + AFTER_RD, start + AFTER_ESI),
    ethernetTag: readUint32(bytes, start + AFTER_ESI),
    mac: bytes.slice(macAt, macAt + 6),
    ...(ip.length === 0 ? {} : { ip }),
    label: readUint24(bytes, labelAt),
    ...(labelAt + 3 === end ? {} : { label2: readUint24(bytes, labelAt + 3) }),
  };
}

function readIpPrefixRoute(bytes: Uint8Array, start: number, end: number): EvpnIpPrefix {
  const width = (end - start - AFTER_ESI_TAG - 4) / 2;
  const prefixAt = start + AFTER_ESI_TAG + 1;
  return {
    kind: "evpn",
    routeType: "ip-prefix",
    rd: bytes.slice(start, start + AFTER_RD),
    esi: bytes.slice(start + AFTER_RD, start + AFTER_ESI),
    ethernetTag: readUint32(bytes, start + AFTER_ESI),
    prefix: readIpPrefix(bytes, prefixAt, bytes[prefixAt - 1]!, width),
    gateway: bytes.slice(prefixAt + width, prefixAt + 2 * width),
    label: readUint24(bytes, end - 3),
  };
}

function readLeaveSynch(bytes: Uint8Array, start: number, end: number): EvpnLeaveSynch {
  const { flow, originator, at } = readOriginated(bytes, start + AFTER_ESI_TAG);
  return {
    kind: "evpn",
    routeType: "leave-synch",
    rd: bytes.slice(start, start + AFTER_RD),
    esi: bytes.slice(start + AFTER_RD, start + AFTER_ESI),
    ethernetTag: readUint32(bytes, start + AFTER_ESI),
    ...flow,
    originator,
    sequence: readUint32(bytes, at),
    maxResponseTime: bytes[at + 4]!,
    ...(end - at === 6 ? { flags: bytes[at + 5]! } : {}),
  };
}

/** Source, group, originator, and where they end. */
function readOriginated(
  bytes: Uint8Array,
  start: number,
): { flow: ReturnType<typeof readFlowFields>; originator: Uint8Array; at: number } {
  const flow = readFlowFields(bytes, start);
  const at = start + 2 + (flow.source?.length ?? 0) + (flow.group?.length ?? 0);
  const originator = readAddressField(bytes, at);
  return { flow, originator, at: at + 1 + originator.length };
}
