import { formatIPv4 } from "../address.ts";
import { readUint16, readUint24 } from "../bytes.ts";
import { L2VPN_VPLS } from "../family.ts";
import { formatRouteDistinguisher, RD_LENGTH } from "../route-distinguisher.ts";
import { writeFixed } from "./address-field.ts";
import { familyOfNlri } from "./list.ts";
import { anyAddressNextHop } from "./next-hops.ts";
import type { VplsDiscoveryNlri, VplsNlri } from "./vpls-nlri.ts";

const BLOCK_LENGTH = RD_LENGTH + 9;
/** RFC 6074 section 3.2.2.1: a route distinguisher and an address. */
const DISCOVERY_LENGTH = RD_LENGTH + 4;

/** RFC 4761 section 3.2.2, RFC 6074: a length in two octets tells which of the two it is. */
export const l2vpnVpls = familyOfNlri<VplsNlri | VplsDiscoveryNlri>({
  family: L2VPN_VPLS,
  kinds: ["vpls", "vpls-discovery"],
  layout: "opaque",
  acceptsNextHop: anyAddressNextHop,
  end(bytes, start, limit) {
    if (start + 2 > limit) return -1;
    const length = readUint16(bytes, start);
    const end = start + 2 + length;
    return end <= limit && (length === BLOCK_LENGTH || length === DISCOVERY_LENGTH) ? end : -1;
  },
  decode(bytes, start, end) {
    const at = start + 2 + RD_LENGTH;
    const rd = bytes.slice(start + 2, at);
    if (end - at === 4) return { kind: "vpls-discovery", rd, peAddress: bytes.slice(at, end) };
    return {
      kind: "vpls",
      rd,
      veId: readUint16(bytes, at),
      blockOffset: readUint16(bytes, at + 2),
      blockSize: readUint16(bytes, at + 4),
      labelBase: readUint24(bytes, at + 6),
    };
  },
  encode(value, out) {
    out.uint16(value.kind === "vpls" ? BLOCK_LENGTH : DISCOVERY_LENGTH);
    writeFixed(value.rd, [RD_LENGTH], "a route distinguisher", out);
    if (value.kind === "vpls-discovery") {
      writeFixed(value.peAddress, [4], "a PE's address", out);
      return;
    }
    out.uint16(value.veId);
    out.uint16(value.blockOffset);
    out.uint16(value.blockSize);
    out.uint24(value.labelBase);
  },
  format(value) {
    const rd = formatRouteDistinguisher(value.rd);
    if (value.kind === "vpls-discovery") return `${rd}:${formatIPv4(value.peAddress)}`;
    return `${rd}:${value.veId}:${value.blockOffset}:${value.blockSize}`;
  },
});
