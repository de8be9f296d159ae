import {
  formatIPv4,
  formatIPv6,
  fromHex,
  parseAddress,
  readUint16,
  readUint32,
  toHex,
  writeUint16,
  writeUint32,
} from "@netferry/bgp";

/** Octets of an extended community (RFC 4360). */
const LENGTH = 8;

/** Type and subtype: of the type ExaBGP looks at the lower half. */
const kindOf = (value: Uint8Array): number => ((value[0]! & 0x0f) << 8) | value[1]!;

const ENCAPSULATIONS: ReadonlyMap<number, string> = new Map([
  [0, "Default"],
  [1, "L2TPv3"],
  [2, "GRE"],
  [7, "IP-in-IP"],
  [8, "VXLAN"],
  [9, "NVGRE"],
  [10, "MPLS"],
  [12, "VXLAN-GPE"],
  [13, "MPLS-in-UDP"],
]);
const DIRECTIONS: readonly string[] = ["0", "input", "output", "input-output"];
const DIRECTION_SHIFT = 14;
const ACTION_SAMPLE = 2;
const ACTION_TERMINAL = 1;

/** ExaBGP's text of an extended community of eight octets; hexadecimal where it has none. */
export function formatExabgpCommunity(value: Uint8Array): string {
  const view = new DataView(value.buffer, value.byteOffset, LENGTH);
  switch (kindOf(value)) {
    case 0x0002:
      return `target:${readUint16(value, 2)}:${readUint32(value, 4)}`;
    case 0x0102:
      return `target:${formatIPv4(value, 2)}:${readUint16(value, 6)}`;
    case 0x0202:
      return `target:${readUint32(value, 2)}L:${readUint16(value, 6)}`;
    case 0x0003:
      return `origin:${readUint16(value, 2)}:${formatIPv4(value, 4)}`;
    case 0x0103:
      return `origin:${formatIPv4(value, 2)}:${readUint16(value, 6)}`;
    case 0x0203:
      return `origin:${readUint32(value, 2)}L:${readUint16(value, 6)}`;
    case 0x0004:
      return `bandwith:${readUint16(value, 2)}:${view.getFloat32(4).toFixed(0)}`; // so spelt
    case 0x0006:
      return `rate-limit:${Math.trunc(view.getFloat32(4))}`;
    case 0x000c:
      return `rate-limit:${Math.trunc(view.getFloat32(4))}:packets`;
    case 0x0007:
      return `action ${actions(value[7]!)}`;
    case 0x0008:
      return `redirect:${readUint16(value, 2)}:${readUint32(value, 4)}`;
    case 0x0208:
      return `redirect:${readUint32(value, 2)}:${readUint16(value, 6)}`;
    case 0x0009:
      return `mark ${value[7]!}`;
    case 0x000a:
      return `l2info:${value[2]!}:${value[3]!}:${readUint16(value, 4)}:${readUint16(value, 6)}`;
    case 0x0800:
      return (value[7]! & 1) === 0 ? "redirect-to-nexthop" : "copy-to-nexthop";
    case 0x010c: {
      const address = formatIPv4(value, 2);
      const copies = (value[7]! & 1) !== 0;
      return copies ? `copy-to-nexthop-ietf ${address} (with copy)` : `redirect-to-nexthop-ietf ${address}`;
    }
    case 0x030c: {
      const type = readUint16(value, 6);
      return `encap:${ENCAPSULATIONS.get(type) ?? `encap:UNKNOWN-${type}`}`;
    }
    case 0x0314:
      return `consistentHashSortOrder:${readUint32(value, 2)}`;
    case 0x0600:
      return `mac-mobility:${readUint32(value, 4)}${value[2] === 1 ? ":sticky" : ""}`;
    case 0x0c00:
      return `mup:${readUint16(value, 2)}:${readUint32(value, 4)}`;
    case 0x0702: {
      const target = readUint16(value, 6);
      const direction = DIRECTIONS[target >>> DIRECTION_SHIFT]!;
      return `interface-set:${direction}:${readUint32(value, 2)}:${target & 0x1fff}`;
    }
    default:
      return `0x${toHex(value).toUpperCase()}`;
  }
}

/** ExaBGP's text of an IPv6 extended community of twenty octets (RFC 5701). */
export function formatExabgpIpv6Community(value: Uint8Array): string {
  const address = formatIPv6(value, 2);
  const number = readUint16(value, 18);
  switch (readUint16(value, 0)) {
    case 0x0002:
      return `target:${address}:${number}`;
    case 0x0003:
      return `origin:${address}:${number}`;
    case 0x000c:
      return (number & 1) === 0
        ? `redirect-to-nexthop-ietf ${address}`
        : `copy-to-nexthop-ietf ${address} (with copy)`;
    case 0x000d:
      return `redirect:${address}:${number}`;
    default:
      return `0x${toHex(value).toUpperCase()}`;
  }
}

function actions(bits: number): string {
  const names = [
    (bits & ACTION_SAMPLE) === 0 ? "" : "sample",
    (bits & ACTION_TERMINAL) === 0 ? "" : "terminal",
  ];
  return names.filter((name) => name !== "").join("-");
}

/** The inverse of {@link formatExabgpCommunity}, as far as a text tells all. Undefined if the text is none. */
export function parseExabgpCommunity(text: string): Uint8Array | undefined {
  if (/^0x[0-9a-f]{16}$/i.test(text)) return fromHex(text.slice(2));
  const [name = "", ...fields] = text.split(/[: ]/);
  const value = new Uint8Array(LENGTH);
  return PARSERS[name]?.(value, fields) === true ? value : undefined;
}

/** Fills in a community that is all zero; false if the fields are none of its. */
type Parser = (value: Uint8Array, fields: readonly string[]) => boolean;

const PARSERS: { readonly [name: string]: Parser | undefined } = {
  target: (value, fields) => administered(value, 0x02, fields),
  origin: (value, fields) => administered(value, 0x03, fields),
  target4: (value, fields) => administered(value, 0x02, fields),
  origin4: (value, fields) => administered(value, 0x03, fields),
  bandwith: linkBandwidth,
  bandwidth: linkBandwidth,
  discard: (value, fields) => fields.length === 0 && typed(value, 0x80, 0x06),
  "rate-limit": rateLimit,
  action: (value, [names = ""]) => {
    const parts = names.split("-");
    value[7] =
      (parts.includes("sample") ? ACTION_SAMPLE : 0) | (parts.includes("terminal") ? ACTION_TERMINAL : 0);
    return typed(value, 0x80, 0x07) && parts.every((part) => part === "sample" || part === "terminal");
  },
  redirect,
  mark: (value, [dscp]) => {
    value[7] = uint(dscp, 0x3f) ?? 0;
    return typed(value, 0x80, 0x09) && uint(dscp, 0x3f) !== undefined;
  },
  l2info: (value, fields) => {
    const numbers = [
      uint(fields[0], 0xff),
      uint(fields[1], 0xff),
      uint(fields[2], 0xffff),
      uint(fields[3], 0xffff),
    ];
    const [encapsulation = 0, control = 0, mtu = 0, preference = 0] = numbers;
    value[2] = encapsulation;
    value[3] = control;
    writeUint16(value, 4, mtu);
    writeUint16(value, 6, preference);
    return typed(value, 0x80, 0x0a) && fields.length === 4 && !numbers.includes(undefined);
  },
  "redirect-to-nexthop": (value, fields) => fields.length === 0 && typed(value, 0x08, 0x00),
  "copy-to-nexthop": (value, fields) => {
    value[7] = 1;
    return fields.length === 0 && typed(value, 0x08, 0x00);
  },
  "redirect-to-nexthop-ietf": (value, fields) => toAddress(value, fields[0]),
  "copy-to-nexthop-ietf": (value, fields) => {
    value[7] = 1;
    return toAddress(value, fields[0]);
  },
  encap: (value, fields) => {
    const name = fields.join(":").toLowerCase();
    for (const [type, known] of ENCAPSULATIONS) {
      if (known.toLowerCase() !== name) continue;
      writeUint16(value, 6, type);
      return typed(value, 0x03, 0x0c);
    }
    return false;
  },
  consistentHashSortOrder: (value, [order]) => {
    writeUint32(value, 2, uint(order, 0xffffffff) ?? 0);
    return typed(value, 0x03, 0x14) && uint(order, 0xffffffff) !== undefined;
  },
  "mac-mobility": (value, [sequence, sticky]) => {
    value[2] = sticky === "sticky" ? 1 : 0;
    writeUint32(value, 4, uint(sequence, 0xffffffff) ?? 0);
    return typed(value, 0x06, 0x00) && uint(sequence, 0xffffffff) !== undefined;
  },
  mup: (value, [segment2, segment4]) => {
    writeUint16(value, 2, uint(segment2, 0xffff) ?? 0);
    writeUint32(value, 4, uint(segment4, 0xffffffff) ?? 0);
    return (
      typed(value, 0x0c, 0x00) &&
      uint(segment2, 0xffff) !== undefined &&
      uint(segment4, 0xffffffff) !== undefined
    );
  },
  "interface-set": (value, fields) => {
    const direction = DIRECTIONS.indexOf(fields[0] ?? "");
    const asn = uint(fields[1], 0xffffffff);
    const group = uint(fields[2], 0x3fff);
    if (direction < 1 || asn === undefined || group === undefined) return false;
    writeUint32(value, 2, asn);
    writeUint16(value, 6, (direction << DIRECTION_SHIFT) | group);
    return typed(value, 0x07, 0x02);
  },
};

function typed(value: Uint8Array, type: number, subtype: number): boolean {
  value[0] = type;
  value[1] = subtype;
  return true;
}

function uint(text: string | undefined, limit: number): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= limit ? Number(text) : undefined;
}

/** `65000:1`, `65000:0.0.0.1`, `192.0.2.1:1`, `70000:1`; an L behind the AS number asks for four octets of it (RFC 5668). */
function administered(
  value: Uint8Array,
  subtype: number,
  [administrator = "", number]: readonly string[],
): boolean {
  const assigned = uint(number, 0xffffffff) ?? addressNumber(number);
  const long = /^(\d{1,10})L$/.exec(administrator)?.[1];
  const asn = uint(long ?? administrator, 0xffffffff);
  const head = asn ?? addressNumber(administrator);
  if (assigned === undefined || head === undefined) return false;
  if (long === undefined && asn !== undefined && asn <= 0xffff) {
    writeUint16(value, 2, asn);
    writeUint32(value, 4, assigned);
    return typed(value, 0x00, subtype);
  }
  writeUint32(value, 2, head);
  writeUint16(value, 6, assigned);
  return assigned <= 0xffff && typed(value, asn === undefined ? 0x01 : 0x02, subtype);
}

function addressNumber(text: string | undefined): number | undefined {
  const octets = text === undefined ? undefined : parseAddress(text);
  return octets?.length === 4 ? readUint32(octets, 0) : undefined;
}

function linkBandwidth(value: Uint8Array, [asn, rate]: readonly string[]): boolean {
  const speed = Number(rate);
  writeUint16(value, 2, uint(asn, 0xffff) ?? 0);
  new DataView(value.buffer).setFloat32(4, speed);
  return typed(value, 0x40, 0x04) && uint(asn, 0xffff) !== undefined && rate !== "" && Number.isFinite(speed);
}

function rateLimit(value: Uint8Array, [rate, unit]: readonly string[]): boolean {
  const limit = uint(rate, 0xffffffff);
  if (limit === undefined || (unit !== undefined && unit !== "packets")) return false;
  new DataView(value.buffer).setFloat32(4, limit);
  return typed(value, 0x80, unit === undefined ? 0x06 : 0x0c);
}

function redirect(value: Uint8Array, [administrator, number]: readonly string[]): boolean {
  const asn = uint(administrator, 0xffffffff);
  const target = uint(number, 0xffffffff);
  if (asn === undefined || target === undefined) return false;
  if (asn <= 0xffff) {
    writeUint16(value, 2, asn);
    writeUint32(value, 4, target);
    return typed(value, 0x80, 0x08);
  }
  writeUint32(value, 2, asn);
  writeUint16(value, 6, target);
  return target <= 0xffff && typed(value, 0x82, 0x08);
}

function toAddress(value: Uint8Array, text: string | undefined): boolean {
  const number = addressNumber(text);
  writeUint32(value, 2, number ?? 0);
  return number !== undefined && typed(value, 0x01, 0x0c);
}
