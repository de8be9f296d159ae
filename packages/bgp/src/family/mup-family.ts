import { formatAddress } from "../address.ts";
import { type ByteWriter, EncodeError, readUint16, readUint32, toHex, writeUint32 } from "../bytes.ts";
import type { Family } from "../family.ts";
import { formatRouteDistinguisher, RD_LENGTH } from "../route-distinguisher.ts";
import { addressFieldEnd, readAddressField, writeAddressField, writeFixed } from "./address-field.ts";
import type { FamilyCodec } from "./codec.ts";
import { formatIpPrefix, readIpPrefix, writeIpPrefix } from "./ip-prefix.ts";
import { familyOfNlri } from "./list.ts";
import type { MupNlri } from "./mup-nlri.ts";
import { anyAddressNextHop } from "./next-hops.ts";

const ARCHITECTURE_3GPP_5G = 1;
/** Architecture, route type in two octets, length. */
const HEAD_LENGTH = 4;
const Type = {
  interworkSegment: 1,
  directSegment: 2,
  type1SessionTransformed: 3,
  type2SessionTransformed: 4,
} as const;
/** TEID and QFI of a type 1 session transformed route. */
const TUNNEL_LENGTH = 5;

type Width = 4 | 16;

/** `width`: octets of the prefixes and of the segments' addresses; a session's endpoint may be of the other family. */
export function mupFamily(family: Family, width: Width): FamilyCodec<MupNlri> {
  return familyOfNlri<MupNlri>({
    family,
    kinds: ["mup"],
    layout: "opaque",
    acceptsNextHop: anyAddressNextHop,
    end(bytes, start, limit) {
      const body = start + HEAD_LENGTH;
      if (body > limit) return -1;
      const end = body + bytes[start + 3]!;
      if (end > limit) return -1;
      if (bytes[start] !== ARCHITECTURE_3GPP_5G) return end;
      return isValue(readUint16(bytes, start + 1), bytes, body, end, width) ? end : -1;
    },
    decode(bytes, start, end) {
      const code = readUint16(bytes, start + 1);
      const architecture = bytes[start]!;
      const body = start + HEAD_LENGTH;
      if (architecture === ARCHITECTURE_3GPP_5G) {
        const route = readValue(code, bytes, body, end, width);
        if (route !== undefined) return route;
      }
      return { kind: "mup", routeType: "unknown", architecture, code, value: bytes.slice(body, end) };
    },
    encode(value, out) {
      out.uint8(value.routeType === "unknown" ? value.architecture : ARCHITECTURE_3GPP_5G);
      out.uint16(codeOf(value));
      out.counted(1, `MUP ${value.routeType}`, (field) => writeValue(value, width, field));
    },
    format: (value) => [String(codeOf(value)), ...parts(value)].map((part) => `[${part}]`).join(":"),
  });
}

function codeOf(route: MupNlri): number {
  switch (route.routeType) {
    case "interwork-segment":
      return Type.interworkSegment;
    case "direct-segment":
      return Type.directSegment;
    case "type-1-session-transformed":
      return Type.type1SessionTransformed;
    case "type-2-session-transformed":
      return Type.type2SessionTransformed;
    case "unknown":
      return route.code;
  }
}

function isValue(type: number, bytes: Uint8Array, start: number, end: number, width: Width): boolean {
  const at = start + RD_LENGTH;
  switch (type) {
    case Type.interworkSegment:
      return prefixEnd(bytes, at, end, width) === end;
    case Type.directSegment:
      return end - at === width;
    case Type.type1SessionTransformed: {
      const prefix = prefixEnd(bytes, at, end, width);
      if (prefix < 0) return false;
      const source = addressFieldEnd(bytes, prefix + TUNNEL_LENGTH, end, false);
      if (source < 0) return false;
      return (
        source === end ||
        (source + 1 === end && bytes[source] === 0) ||
        addressFieldEnd(bytes, source, end, false) === end
      );
    }
    case Type.type2SessionTransformed: {
      if (at >= end) return false;
      const bits = bytes[at]!;
      const teid = bits - 8 * endpointWidth(bits);
      return teid >= 0 && teid <= 32 && end === at + 1 + ((bits + 7) >>> 3);
    }
    default:
      return true;
  }
}

function prefixEnd(bytes: Uint8Array, at: number, end: number, width: Width): number {
  if (at >= end || bytes[at]! > 8 * width) return -1;
  const next = at + 1 + ((bytes[at]! + 7) >>> 3);
  return next <= end ? next : -1;
}

/** Of an endpoint with up to 32 bits of TEID behind it: an IPv4 address has 32 to 64 bits, an IPv6 one 128 to 160. */
function endpointWidth(bits: number): Width {
  return bits < 128 ? 4 : 16;
}

function readValue(
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  width: Width,
): MupNlri | undefined {
  const kind = "mup";
  const rd = bytes.slice(start, start + RD_LENGTH);
  const at = start + RD_LENGTH;
  switch (type) {
    case Type.interworkSegment: {
      const prefix = readIpPrefix(bytes, at + 1, bytes[at]!, width);
      return { kind, routeType: "interwork-segment", rd, prefix };
    }
    case Type.directSegment:
      return { kind, routeType: "direct-segment", rd, address: bytes.slice(at, end) };
    case Type.type1SessionTransformed: {
      const prefix = readIpPrefix(bytes, at + 1, bytes[at]!, width);
      const tunnel = at + 1 + ((prefix.length + 7) >>> 3);
      const endpoint = readAddressField(bytes, tunnel + TUNNEL_LENGTH);
      const sourceAt = tunnel + TUNNEL_LENGTH + 1 + endpoint.length;
      return {
        kind,
        routeType: "type-1-session-transformed",
        rd,
        prefix,
        teid: readUint32(bytes, tunnel),
        qfi: bytes[tunnel + 4]!,
        endpoint,
        ...(sourceAt === end ? {} : { source: readAddressField(bytes, sourceAt) }),
      };
    }
    case Type.type2SessionTransformed: {
      const octets = endpointWidth(bytes[at]!);
      const teidLength = bytes[at]! - 8 * octets;
      const teid = new Uint8Array(4);
      teid.set(bytes.subarray(at + 1 + octets, end));
      const endpoint = bytes.slice(at + 1, at + 1 + octets);
      return {
        kind,
        routeType: "type-2-session-transformed",
        rd,
        endpoint,
        teid: readUint32(teid, 0),
        teidLength,
      };
    }
    default:
      return undefined;
  }
}

function writeValue(route: MupNlri, width: Width, out: ByteWriter): void {
  if (route.routeType === "unknown") return out.bytes(route.value);
  writeFixed(route.rd, [RD_LENGTH], "a route distinguisher", out);
  switch (route.routeType) {
    case "interwork-segment":
      out.uint8(route.prefix.length);
      return writeIpPrefix(route.prefix, width, out);
    case "direct-segment":
      return writeFixed(route.address, [width], "an address", out);
    case "type-1-session-transformed":
      out.uint8(route.prefix.length);
      writeIpPrefix(route.prefix, width, out);
      out.uint32(route.teid);
      out.uint8(route.qfi);
      writeAddressField(route.endpoint, out);
      if (route.source !== undefined) writeSource(route.source, out);
      return;
    case "type-2-session-transformed": {
      if (route.teidLength > 32) throw new EncodeError(`a TEID has 32 bits, not ${route.teidLength}`);
      const teid = new Uint8Array(4);
      writeUint32(teid, 0, route.teid);
      out.uint8(8 * route.endpoint.length + route.teidLength);
      writeFixed(route.endpoint, [4, 16], "an endpoint", out);
      return out.bytes(teid.subarray(0, (route.teidLength + 7) >>> 3));
    }
  }
}

/** An empty one is a field of no bits. */
function writeSource(source: Uint8Array, out: ByteWriter): void {
  if (source.length === 0) out.uint8(0);
  else writeAddressField(source, out);
}

function parts(route: MupNlri): string[] {
  if (route.routeType === "unknown") return [toHex(route.value)];
  const rd = formatRouteDistinguisher(route.rd);
  switch (route.routeType) {
    case "interwork-segment":
      return [rd, formatIpPrefix(route.prefix)];
    case "direct-segment":
      return [rd, formatAddress(route.address)];
    case "type-1-session-transformed":
      return [
        rd,
        formatIpPrefix(route.prefix),
        `teid ${route.teid}`,
        `endpoint ${formatAddress(route.endpoint)}`,
      ];
    case "type-2-session-transformed":
      return [rd, `endpoint ${formatAddress(route.endpoint)}`, `teid ${route.teid}/${route.teidLength}`];
  }
}
