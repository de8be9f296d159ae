import { readUint24 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** The tunnel that carries a VPN's multicast, RFC 6514 section 5. */
export interface PmsiTunnelAttribute extends AttributeBase<"pmsi-tunnel"> {
  /** Bit 0: leaf information required. Others: RFC 7902, RFC 8534. */
  readonly pmsiFlags: number;
  /** IANA's "P-Multicast Service Interface Tunnel (PMSI Tunnel) Tunnel Types"; see {@link pmsiTunnelName}. */
  readonly tunnelType: number;
  /** The 24-bit field of the wire: an MPLS label in the upper 20 bits, or a VNI (RFC 8365 section 9). */
  readonly label: number;
  /** As the tunnel's type says: an address for ingress replication, sender and group for PIM. */
  readonly identifier: Uint8Array;
}

const TUNNELS: readonly string[] = [
  "none",
  "rsvp-te-p2mp",
  "mldp-p2mp",
  "pim-ssm",
  "pim-sm",
  "bidir-pim",
  "ingress-replication",
  "mldp-mp2mp",
  "transport",
  "assisted-replication",
  "bier",
  "sr-mpls-p2mp",
  "srv6-p2mp",
];

export function pmsiTunnelName(tunnelType: number): string {
  return TUNNELS[tunnelType] ?? `tunnel type ${tunnelType}`;
}

const HEAD = 5;

export const pmsiTunnel: AttributeCodec<PmsiTunnelAttribute> = {
  code: AttributeCode.pmsiTunnel,
  type: "pmsi-tunnel",
  flags: OPTIONAL_TRANSITIVE,
  check: (_bytes, start, end) => end - start >= HEAD,
  decode: (bytes, start, end) => ({
    type: "pmsi-tunnel",
    pmsiFlags: bytes[start]!,
    tunnelType: bytes[start + 1]!,
    label: readUint24(bytes, start + 2),
    identifier: bytes.slice(start + HEAD, end),
  }),
  encode(attribute, out) {
    out.uint8(attribute.pmsiFlags);
    out.uint8(attribute.tunnelType);
    out.uint24(attribute.label);
    out.bytes(attribute.identifier);
  },
};
