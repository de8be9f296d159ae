import { type ByteWriter, readUint16, readUint64, toHex } from "../bytes.ts";
import type { Family } from "../family.ts";
import { nodeDescriptors, objectDescriptors } from "../link-state/descriptors.ts";
import { RD_LENGTH } from "../route-distinguisher.ts";
import { writeFixed } from "./address-field.ts";
import type { FamilyCodec } from "./codec.ts";
import type { LinkStateNlri } from "./link-state-nlri.ts";
import { formatLinkState } from "./link-state-text.ts";
import { familyOfNlri } from "./list.ts";
import { anyAddressNextHop, anyVpnAddressNextHop } from "./next-hops.ts";

/** IANA's "BGP-LS NLRI Types". */
export const LINK_STATE_NLRI_TYPES: { readonly [T in Exclude<LinkStateNlri["type"], "unknown">]: number } = {
  node: 1,
  link: 2,
  "ipv4-prefix": 3,
  "ipv6-prefix": 4,
  "candidate-path": 5,
  "srv6-sid": 6,
};
const TYPES: ReadonlyMap<number, keyof typeof LINK_STATE_NLRI_TYPES> = new Map(
  (Object.keys(LINK_STATE_NLRI_TYPES) as (keyof typeof LINK_STATE_NLRI_TYPES)[]).map((type) => [
    LINK_STATE_NLRI_TYPES[type],
    type,
  ]),
);

/** Type and length, two octets each. */
const HEAD_LENGTH = 4;
/** Protocol and identifier. */
const OBJECT_HEAD = 9;
const LOCAL_NODE = 256;
const REMOTE_NODE = 257;

/**
 * BGP-LS. An NLRI of a known type is incorrect if TLVs do not fill it to its end (RFC 9552 section 8.2.2).
 * NB: their order is not checked, speakers differ there; what is not as in section 5.2 is carried as bytes.
 */
export function linkStateFamily(family: Family, vpn: boolean): FamilyCodec<LinkStateNlri> {
  const rdLength = vpn ? RD_LENGTH : 0;
  return familyOfNlri<LinkStateNlri>({
    family,
    kinds: ["link-state"],
    layout: "opaque",
    acceptsNextHop: vpn ? anyVpnAddressNextHop : anyAddressNextHop,
    end(bytes, start, limit) {
      const body = start + HEAD_LENGTH;
      if (body > limit) return -1;
      const end = body + readUint16(bytes, start + 2);
      if (end > limit || body + rdLength > end) return -1;
      if (!TYPES.has(readUint16(bytes, start))) return end;
      const tlvs = body + rdLength + OBJECT_HEAD;
      return tlvs <= end && isNlriBody(bytes, tlvs, end) ? end : -1;
    },
    decode(bytes, start, end) {
      const code = readUint16(bytes, start);
      const body = start + HEAD_LENGTH;
      const at = body + rdLength;
      const rd = vpn ? { rd: bytes.slice(body, at) } : {};
      const type = TYPES.get(code);
      const known = type === undefined ? undefined : readObject(type, bytes, at, end);
      if (known !== undefined) return { ...known, ...rd };
      return { kind: "link-state", type: "unknown", ...rd, code, value: bytes.slice(at, end) };
    },
    encode(value, out) {
      out.uint16(value.type === "unknown" ? value.code : LINK_STATE_NLRI_TYPES[value.type]);
      out.counted(2, "the link-state NLRI", (field) => {
        writeFixed(value.rd ?? new Uint8Array(0), [rdLength], "a route distinguisher", field);
        if (value.type === "unknown") field.bytes(value.value);
        else writeObject(value, field);
      });
    },
    format: (value) =>
      value.type === "unknown" ? `[${value.code}]:[${toHex(value.value)}]` : formatLinkState(value),
  });
}

/** Descriptors of nodes are TLVs that hold TLVs. */
function isNlriBody(bytes: Uint8Array, start: number, end: number): boolean {
  if (!objectDescriptors.fills(bytes, start, end)) return false;
  for (let at = start; at < end; at = tlvEnd(bytes, at)) {
    const code = readUint16(bytes, at);
    const holds = code === LOCAL_NODE || code === REMOTE_NODE;
    if (holds && !nodeDescriptors.fills(bytes, at + HEAD_LENGTH, tlvEnd(bytes, at))) return false;
  }
  return true;
}

function tlvEnd(bytes: Uint8Array, at: number): number {
  return at + HEAD_LENGTH + readUint16(bytes, at + 2);
}

type KnownNlri = Exclude<LinkStateNlri, { readonly type: "unknown" }>;

/** Undefined if the nodes' descriptors are not the first. */
function readObject(
  type: keyof typeof LINK_STATE_NLRI_TYPES,
  bytes: Uint8Array,
  start: number,
  end: number,
): KnownNlri | undefined {
  const head = {
    kind: "link-state",
    protocol: bytes[start]!,
    identifier: readUint64(bytes, start + 1),
  } as const;
  const localAt = start + OBJECT_HEAD;
  const localNode = readNode(LOCAL_NODE, bytes, localAt, end);
  if (localNode === undefined) return undefined;
  const at = tlvEnd(bytes, localAt);
  if (type === "link") {
    const remoteNode = readNode(REMOTE_NODE, bytes, at, end);
    if (remoteNode === undefined) return undefined;
    const descriptors = objectDescriptors.read(bytes, tlvEnd(bytes, at), end);
    return descriptors && { ...head, type, localNode, remoteNode, descriptors };
  }
  if (type === "node") return at === end ? { ...head, type, localNode } : undefined;
  const descriptors = objectDescriptors.read(bytes, at, end);
  return descriptors && { ...head, type, localNode, descriptors };
}

function readNode(
  code: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): KnownNlri["localNode"] | undefined {
  if (at >= end || readUint16(bytes, at) !== code) return undefined;
  return nodeDescriptors.read(bytes, at + HEAD_LENGTH, tlvEnd(bytes, at));
}

function writeObject(value: KnownNlri, out: ByteWriter): void {
  out.uint8(value.protocol);
  out.uint64(value.identifier);
  writeNode(LOCAL_NODE, value.localNode, out);
  if (value.type === "link") writeNode(REMOTE_NODE, value.remoteNode, out);
  if (value.type !== "node") objectDescriptors.write(value.descriptors, out);
}

function writeNode(code: number, node: KnownNlri["localNode"], out: ByteWriter): void {
  out.uint16(code);
  out.counted(2, "node descriptors", (field) => nodeDescriptors.write(node, field));
}
