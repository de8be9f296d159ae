import { type ByteWriter, EncodeError, readUint16, readUint32 } from "../bytes.ts";
import { OCTETS, type Shape, UINT16, UINT32, UINT8 } from "../tlv/shape.ts";

/** What tells one tunnel from others, RFC 6514 section 5 and what came later: by the tunnel's type. */
export type PmsiTunnelIdentifier =
  /** RFC 4875: the extended tunnel id is the sender's address, in 4 or 16 octets. */
  | {
      readonly kind: "rsvp-te-p2mp";
      readonly extendedTunnelId: Uint8Array;
      readonly reserved: number;
      readonly tunnelId: number;
      readonly p2mpId: number;
    }
  /** The FEC element of multipoint LDP (RFC 6388 sections 2.2 and 3.2), of P2MP and MP2MP trees. */
  | {
      readonly kind: "mldp";
      readonly fecType: number;
      /** IANA's "Address Family Numbers". */
      readonly afi: number;
      readonly root: Uint8Array;
      readonly opaque: Uint8Array;
    }
  /** Of PIM's trees. */
  | { readonly kind: "pim"; readonly sender: Uint8Array; readonly group: Uint8Array }
  /** Of ingress replication; of assisted replication (RFC 9574) the replicator's. */
  | { readonly kind: "endpoint"; readonly address: Uint8Array }
  /** RFC 8556 section 2.1. */
  | {
      readonly kind: "bier";
      readonly subDomain: number;
      readonly bfrId: number;
      readonly bfrPrefix: Uint8Array;
    }
  /** Of another type, or not of the form of its type. */
  | { readonly kind: "octets"; readonly value: Uint8Array };

const ADDRESS: Shape = { kind: "address", lengths: [4, 16] };
export const pmsiTunnelIdentifierShape: Shape = {
  kind: "variants",
  tag: "kind",
  of: {
    "rsvp-te-p2mp": { extendedTunnelId: ADDRESS, reserved: UINT16, tunnelId: UINT16, p2mpId: UINT32 },
    mldp: { fecType: UINT8, afi: UINT16, root: OCTETS, opaque: OCTETS },
    pim: { sender: ADDRESS, group: ADDRESS },
    endpoint: { address: ADDRESS },
    bier: { subDomain: UINT8, bfrId: UINT16, bfrPrefix: ADDRESS },
    octets: { value: OCTETS },
  },
};

/** Tunnel types (IANA's "P-Multicast Service Interface Tunnel (PMSI Tunnel) Tunnel Types"). */
const RSVP_TE = 1;
const MLDP_P2MP = 2;
const PIM: ReadonlySet<number> = new Set([3, 4, 5]);
const INGRESS_REPLICATION = 6;
const MLDP_MP2MP = 7;
const ASSISTED_REPLICATION = 10;
const BIER = 11;

/** What follows the sender of an RSVP-TE tunnel: reserved, tunnel id, P2MP id. */
const RSVP_REST = 8;
/** Type, address family and length of a FEC element's root, and the length of its opaque value. */
const FEC_HEAD = 4;
const BIER_HEAD = 3;

/** The identifier in `[start, end)`, sharing no bytes with the buffer. Total. */
export function readPmsiTunnelIdentifier(
  tunnelType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): PmsiTunnelIdentifier {
  const length = end - start;
  if (tunnelType === RSVP_TE && isAddress(length - RSVP_REST)) {
    const at = end - RSVP_REST;
    return {
      kind: "rsvp-te-p2mp",
      extendedTunnelId: bytes.slice(start, at),
      reserved: readUint16(bytes, at),
      tunnelId: readUint16(bytes, at + 2),
      p2mpId: readUint32(bytes, at + 4),
    };
  }
  if ((tunnelType === MLDP_P2MP || tunnelType === MLDP_MP2MP) && isFecElement(bytes, start, end)) {
    const opaqueAt = start + FEC_HEAD + bytes[start + 3]!;
    return {
      kind: "mldp",
      fecType: bytes[start]!,
      afi: readUint16(bytes, start + 1),
      root: bytes.slice(start + FEC_HEAD, opaqueAt),
      opaque: bytes.slice(opaqueAt + 2, end),
    };
  }
  if (PIM.has(tunnelType) && length % 2 === 0 && isAddress(length / 2)) {
    const groupAt = start + length / 2;
    return { kind: "pim", sender: bytes.slice(start, groupAt), group: bytes.slice(groupAt, end) };
  }
  const isEndpoint = tunnelType === INGRESS_REPLICATION || tunnelType === ASSISTED_REPLICATION;
  if (isEndpoint && isAddress(length)) return { kind: "endpoint", address: bytes.slice(start, end) };
  if (tunnelType === BIER && isAddress(length - BIER_HEAD)) {
    return {
      kind: "bier",
      subDomain: bytes[start]!,
      bfrId: readUint16(bytes, start + 1),
      bfrPrefix: bytes.slice(start + BIER_HEAD, end),
    };
  }
  return { kind: "octets", value: bytes.slice(start, end) };
}

function isAddress(length: number): boolean {
  return length === 4 || length === 16;
}

function isFecElement(bytes: Uint8Array, start: number, end: number): boolean {
  const opaqueAt = start + FEC_HEAD + (bytes[start + 3] ?? 0);
  return opaqueAt + 2 <= end && opaqueAt + 2 + readUint16(bytes, opaqueAt) === end;
}

/** Throws EncodeError for a value without an encoding. */
export function writePmsiTunnelIdentifier(identifier: PmsiTunnelIdentifier, out: ByteWriter): void {
  switch (identifier.kind) {
    case "rsvp-te-p2mp":
      writeAddress(identifier.extendedTunnelId, out);
      out.uint16(identifier.reserved);
      out.uint16(identifier.tunnelId);
      out.uint32(identifier.p2mpId);
      break;
    case "mldp":
      out.uint8(identifier.fecType);
      out.uint16(identifier.afi);
      out.counted(1, "the root's address", (field) => field.bytes(identifier.root));
      out.counted(2, "the opaque value", (field) => field.bytes(identifier.opaque));
      break;
    case "pim":
      if (identifier.sender.length !== identifier.group.length) {
        throw new EncodeError("a PIM tunnel's sender and group are of different address families");
      }
      writeAddress(identifier.sender, out);
      writeAddress(identifier.group, out);
      break;
    case "endpoint":
      writeAddress(identifier.address, out);
      break;
    case "bier":
      out.uint8(identifier.subDomain);
      out.uint16(identifier.bfrId);
      writeAddress(identifier.bfrPrefix, out);
      break;
    case "octets":
      out.bytes(identifier.value);
      break;
  }
}

function writeAddress(address: Uint8Array, out: ByteWriter): void {
  if (!isAddress(address.length)) {
    throw new EncodeError(`a tunnel's address has 4 or 16 octets, not ${address.length}`);
  }
  out.bytes(address);
}
