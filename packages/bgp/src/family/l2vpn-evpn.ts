import { L2VPN_EVPN } from "../family.ts";
import { isEvpnValue } from "./evpn-check.ts";
import type { EvpnNlri } from "./evpn-nlri.ts";
import { readEvpn } from "./evpn-read.ts";
import { formatEvpn } from "./evpn-text.ts";
import { evpnCode, writeEvpn } from "./evpn-write.ts";
import { familyOfNlri } from "./list.ts";
import { anyAddressNextHop } from "./next-hops.ts";
import { typedEnd } from "./typed-nlri.ts";

/** RFC 7432 section 7: type and length in an octet each. */
export const l2vpnEvpn = familyOfNlri<EvpnNlri>({
  family: L2VPN_EVPN,
  kinds: ["evpn"],
  layout: "opaque",
  acceptsNextHop: anyAddressNextHop,
  end: (bytes, start, limit) => typedEnd(bytes, start, limit, isEvpnValue),
  decode: (bytes, start, end) => readEvpn(bytes[start]!, bytes, start + 2, end),
  encode(value, out) {
    out.uint8(evpnCode(value));
    out.counted(1, `EVPN ${value.routeType}`, (field) => writeEvpn(value, field));
  },
  format: formatEvpn,
});
