import { formatAddress } from "../address.ts";
import { type ByteWriter, EncodeError, readUint32, toHex } from "../bytes.ts";
import type { Family } from "../family.ts";
import { formatRouteDistinguisher, RD_LENGTH } from "../route-distinguisher.ts";
import { flowFieldsEnd, readFlowFields, writeFixed, writeFlowFields } from "./address-field.ts";
import type { FamilyCodec } from "./codec.ts";
import { formatFlowEnd } from "./evpn-text.ts";
import { familyOfNlri } from "./list.ts";
import type { McastVpnNlri } from "./mcast-vpn-nlri.ts";
import { anyAddressNextHop } from "./next-hops.ts";
import { typedEnd } from "./typed-nlri.ts";

const Type = {
  intraAsIPmsi: 1,
  interAsIPmsi: 2,
  sPmsi: 3,
  leaf: 4,
  sourceActive: 5,
  sharedTreeJoin: 6,
  sourceTreeJoin: 7,
} as const;

/** IANA's "BGP MCAST-VPN Route Types". */
export const MCAST_VPN_ROUTE_TYPES: {
  readonly [T in Exclude<McastVpnNlri["routeType"], "unknown">]: number;
} = {
  "intra-as-i-pmsi": Type.intraAsIPmsi,
  "inter-as-i-pmsi": Type.interAsIPmsi,
  "s-pmsi": Type.sPmsi,
  leaf: Type.leaf,
  "source-active": Type.sourceActive,
  "shared-tree-join": Type.sharedTreeJoin,
  "source-tree-join": Type.sourceTreeJoin,
};

/** RFC 6514 section 4: type and length in an octet each. An originator's address fills the rest of its route. */
export function mcastVpnFamily(family: Family): FamilyCodec<McastVpnNlri> {
  return familyOfNlri<McastVpnNlri>({
    family,
    kinds: ["mcast-vpn"],
    layout: "opaque",
    acceptsNextHop: anyAddressNextHop,
    end: (bytes, start, limit) => typedEnd(bytes, start, limit, isValue),
    decode: (bytes, start, end) => readValue(bytes[start]!, bytes, start + 2, end),
    encode(value, out) {
      out.uint8(codeOf(value));
      out.counted(1, `MCAST-VPN ${value.routeType}`, (field) => writeValue(value, field));
    },
    format: (value) => [String(codeOf(value)), ...parts(value)].map((part) => `[${part}]`).join(":"),
  });
}

function codeOf(route: McastVpnNlri): number {
  return route.routeType === "unknown" ? route.code : MCAST_VPN_ROUTE_TYPES[route.routeType];
}

function isAddressLength(length: number): boolean {
  return length === 4 || length === 16;
}

function isValue(type: number, bytes: Uint8Array, start: number, end: number): boolean {
  switch (type) {
    case Type.intraAsIPmsi:
      return isAddressLength(end - start - RD_LENGTH);
    case Type.interAsIPmsi:
      return end - start === RD_LENGTH + 4;
    case Type.sPmsi: {
      const flow = flowFieldsEnd(bytes, start + RD_LENGTH, end);
      return flow >= 0 && isAddressLength(end - flow);
    }
    case Type.leaf:
      return leafKeyEnd(bytes, start, end) >= 0;
    case Type.sourceActive:
      return flowFieldsEnd(bytes, start + RD_LENGTH, end) === end;
    case Type.sharedTreeJoin:
    case Type.sourceTreeJoin:
      return flowFieldsEnd(bytes, start + RD_LENGTH + 4, end) === end;
    default:
      return true;
  }
}

/** The route key is an NLRI with its own length: the originator's address is what it leaves. */
function leafKeyEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start + 2 > end) return -1;
  const keyEnd = start + 2 + bytes[start + 1]!;
  return isAddressLength(end - keyEnd) ? keyEnd : -1;
}

function readValue(type: number, bytes: Uint8Array, start: number, end: number): McastVpnNlri {
  const kind = "mcast-vpn";
  const rd = bytes.slice(start, start + RD_LENGTH);
  const at = start + RD_LENGTH;
  switch (type) {
    case Type.intraAsIPmsi:
      return { kind, routeType: "intra-as-i-pmsi", rd, originator: bytes.slice(at, end) };
    case Type.interAsIPmsi:
      return { kind, routeType: "inter-as-i-pmsi", rd, sourceAs: readUint32(bytes, at) };
    case Type.sPmsi: {
      const originator = bytes.slice(flowFieldsEnd(bytes, at, end), end);
      return { kind, routeType: "s-pmsi", rd, ...readFlowFields(bytes, at), originator };
    }
    case Type.leaf: {
      const keyEnd = leafKeyEnd(bytes, start, end);
      const originator = bytes.slice(keyEnd, end);
      return { kind, routeType: "leaf", routeKey: bytes.slice(start, keyEnd), originator };
    }
    case Type.sourceActive:
      return { kind, routeType: "source-active", rd, ...readFlowFields(bytes, at) };
    case Type.sharedTreeJoin:
    case Type.sourceTreeJoin: {
      const routeType = type === Type.sharedTreeJoin ? "shared-tree-join" : "source-tree-join";
      return { kind, routeType, rd, sourceAs: readUint32(bytes, at), ...readFlowFields(bytes, at + 4) };
    }
    default:
      return { kind, routeType: "unknown", code: type, value: bytes.slice(start, end) };
  }
}

function writeValue(route: McastVpnNlri, out: ByteWriter): void {
  if (route.routeType === "unknown") return out.bytes(route.value);
  if (route.routeType === "leaf") {
    if (route.routeKey[1] !== route.routeKey.length - 2) {
      throw new EncodeError("the route key of a leaf route is an NLRI with type and length");
    }
    out.bytes(route.routeKey);
    return writeFixed(route.originator, [4, 16], "an originator", out);
  }
  writeFixed(route.rd, [RD_LENGTH], "a route distinguisher", out);
  switch (route.routeType) {
    case "intra-as-i-pmsi":
      return writeFixed(route.originator, [4, 16], "an originator", out);
    case "inter-as-i-pmsi":
      return out.uint32(route.sourceAs);
    case "s-pmsi":
      writeFlowFields(route, out);
      return writeFixed(route.originator, [4, 16], "an originator", out);
    case "source-active":
      return writeFlowFields(route, out);
    case "shared-tree-join":
    case "source-tree-join":
      out.uint32(route.sourceAs);
      return writeFlowFields(route, out);
  }
}

function parts(route: McastVpnNlri): string[] {
  if (route.routeType === "unknown") return [toHex(route.value)];
  if (route.routeType === "leaf") return [toHex(route.routeKey), formatAddress(route.originator)];
  const text = [formatRouteDistinguisher(route.rd)];
  if ("sourceAs" in route) text.push(String(route.sourceAs));
  if (route.routeType !== "intra-as-i-pmsi" && route.routeType !== "inter-as-i-pmsi") {
    text.push(formatFlowEnd(route.source), formatFlowEnd(route.group));
  }
  return "originator" in route ? [...text, formatAddress(route.originator)] : text;
}
