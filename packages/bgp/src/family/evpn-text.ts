import { formatAddress } from "../address.ts";
import { toHex } from "../bytes.ts";
import { formatMac } from "../mac.ts";
import { formatRouteDistinguisher } from "../route-distinguisher.ts";
import { evpnCode } from "./evpn-write.ts";
import type { EvpnNlri } from "./evpn-nlri.ts";
import { formatIpPrefix } from "./ip-prefix.ts";

/** `[2]:[65000:1]:[ESI]:[tag]:[MAC]:[IP]`: the route type and what tells routes of the type apart. */
export function formatEvpn(route: EvpnNlri): string {
  return [String(evpnCode(route)), ...parts(route)].map((part) => `[${part}]`).join(":");
}

function parts(route: EvpnNlri): string[] {
  if (route.routeType === "unknown") return [toHex(route.value)];
  if (route.routeType === "leaf") return [toHex(route.routeKey), formatAddress(route.originator)];
  const text = [formatRouteDistinguisher(route.rd)];
  if ("esi" in route) text.push(toHex(route.esi));
  if ("ethernetTag" in route) text.push(String(route.ethernetTag));
  switch (route.routeType) {
    case "ethernet-ad":
      return text;
    case "mac-ip":
      text.push(formatMac(route.mac));
      return route.ip === undefined ? text : [...text, formatAddress(route.ip)];
    case "inclusive-multicast":
    case "ethernet-segment":
      return [...text, formatAddress(route.originator)];
    case "ip-prefix":
      return [...text, formatIpPrefix(route.prefix)];
    case "per-region-i-pmsi":
      return [...text, toHex(route.region)];
    case "s-pmsi":
    case "selective-multicast":
    case "join-synch":
    case "leave-synch":
      return [
        ...text,
        formatFlowEnd(route.source),
        formatFlowEnd(route.group),
        formatAddress(route.originator),
      ];
  }
}

/** A source or a group; `*` for the wildcard. */
export function formatFlowEnd(address: Uint8Array | undefined): string {
  return address === undefined ? "*" : formatAddress(address);
}
