import { readUint24 } from "../bytes.ts";
import { UINT24, UINT8 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import {
  type PmsiTunnelIdentifier,
  pmsiTunnelIdentifierShape,
  readPmsiTunnelIdentifier,
  writePmsiTunnelIdentifier,
} from "./pmsi-tunnel-identifier.ts";

/** The tunnel that carries a VPN's multicast, RFC 6514 section 5. */
export interface PmsiTunnelAttribute extends AttributeBase<"pmsi-tunnel"> {
  /** Bit 0: leaf information required. Others: RFC 7902, RFC 8534. */
  readonly pmsiFlags: number;
  /** IANA's "P-Multicast Service Interface Tunnel (PMSI Tunnel) Tunnel Types"; see {@link pmsiTunnelName}. */
  readonly tunnelType: number;
  /** The 24-bit field of the wire: an MPLS label in the upper 20 bits, or a VNI (RFC 8365 section 9). */
  readonly label: number;
  readonly identifier: PmsiTunnelIdentifier;
}

const TUNNELS: readonly (string | undefined)[] = [
  "none",
  "rsvp-te-p2mp",
  "mldp-p2mp",
  "pim-ssm",
  "pim-sm",
  "bidir-pim",
  "ingress-replication",
  "mldp-mp2mp",
  "transport",
  undefined,
  "assisted-replication",
  "bier",
  "sr-mpls-p2mp",
  "srv6-p2mp",
];

/** `ingress-replication`; of a composite tunnel (RFC 8317 section 5.1) with `composite-` before it. */
export function pmsiTunnelName(tunnelType: number): string {
  const base = TUNNELS[tunnelType & ~COMPOSITE];
  if ((tunnelType & COMPOSITE) !== 0 && base !== undefined) return `composite-${base}`;
  return TUNNELS[tunnelType] ?? `tunnel type ${tunnelType}`;
}

/** The bit of a tunnel that leaves also transmit on: a label stands before the identifier. */
const COMPOSITE = 0x80;
const HEAD = 5;

export const pmsiTunnel: AttributeCodec<PmsiTunnelAttribute> = {
  code: AttributeCode.pmsiTunnel,
  type: "pmsi-tunnel",
  flags: OPTIONAL_TRANSITIVE,
  shape: { pmsiFlags: UINT8, tunnelType: UINT8, label: UINT24, identifier: pmsiTunnelIdentifierShape },
  check: (_bytes, start, end) => end - start >= HEAD,
  decode: (bytes, start, end) => ({
    type: "pmsi-tunnel",
    pmsiFlags: bytes[start]!,
    tunnelType: bytes[start + 1]!,
    label: readUint24(bytes, start + 2),
    identifier: readPmsiTunnelIdentifier(bytes[start + 1]!, bytes, start + HEAD, end),
  }),
  encode(attribute, out) {
    out.uint8(attribute.pmsiFlags);
    out.uint8(attribute.tunnelType);
    out.uint24(attribute.label);
    writePmsiTunnelIdentifier(attribute.identifier, out);
  },
};
