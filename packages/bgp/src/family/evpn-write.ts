import { type ByteWriter, EncodeError } from "../bytes.ts";
import { writeAddressField, writeFixed, writeFlowFields } from "./address-field.ts";
import { EvpnType } from "./evpn-check.ts";
import type { EvpnNlri } from "./evpn-nlri.ts";
import { readIpPrefix } from "./ip-prefix.ts";

/** IANA's "EVPN Route Types". */
export const EVPN_ROUTE_TYPES: { readonly [T in Exclude<EvpnNlri["routeType"], "unknown">]: number } = {
  "ethernet-ad": EvpnType.ethernetAd,
  "mac-ip": EvpnType.macIp,
  "inclusive-multicast": EvpnType.inclusiveMulticast,
  "ethernet-segment": EvpnType.ethernetSegment,
  "ip-prefix": EvpnType.ipPrefix,
  "selective-multicast": EvpnType.selectiveMulticast,
  "join-synch": EvpnType.joinSynch,
  "leave-synch": EvpnType.leaveSynch,
  "per-region-i-pmsi": EvpnType.perRegionIPmsi,
  "s-pmsi": EvpnType.sPmsi,
  leaf: EvpnType.leaf,
};

export function evpnCode(route: EvpnNlri): number {
  return route.routeType === "unknown" ? route.code : EVPN_ROUTE_TYPES[route.routeType];
}

/** Writes what stands behind type and length. */
export function writeEvpn(route: EvpnNlri, out: ByteWriter): void {
  if (route.routeType === "unknown") return out.bytes(route.value);
  if (route.routeType === "leaf") {
    if (route.routeKey.length === 0) throw new EncodeError("a leaf route has a route key");
    out.bytes(route.routeKey);
    return writeAddressField(route.originator, out);
  }
  writeFixed(route.rd, [8], "a route distinguisher", out);
  if ("esi" in route) writeFixed(route.esi, [10], "an Ethernet segment identifier", out);
  if ("ethernetTag" in route) out.uint32(route.ethernetTag);
  switch (route.routeType) {
    case "ethernet-ad":
      return out.uint24(route.label);
    case "mac-ip":
      out.uint8(48);
      writeFixed(route.mac, [6], "a MAC address", out);
      if (route.ip === undefined) out.uint8(0);
      else writeAddressField(route.ip, out);
      out.uint24(route.label);
      if (route.label2 !== undefined) out.uint24(route.label2);
      return;
    case "inclusive-multicast":
    case "ethernet-segment":
      return writeAddressField(route.originator, out);
    case "ip-prefix": {
      const { length, address } = route.prefix;
      if (length > 8 * address.length) throw new EncodeError(`/${length} of ${address.length} octets`);
      out.uint8(length);
      writeFixed(readIpPrefix(address, 0, length, address.length).address, [4, 16], "a prefix", out);
      writeFixed(route.gateway, [address.length], "a gateway", out);
      return out.uint24(route.label);
    }
    case "per-region-i-pmsi":
      return writeFixed(route.region, [8], "a region", out);
    case "s-pmsi":
    case "selective-multicast":
    case "join-synch":
    case "leave-synch":
      writeFlowFields(route, out);
      writeAddressField(route.originator, out);
      if (route.routeType === "leave-synch") {
        out.uint32(route.sequence);
        out.uint8(route.maxResponseTime);
      }
      if (route.routeType !== "s-pmsi" && route.flags !== undefined) out.uint8(route.flags);
      return;
  }
}
