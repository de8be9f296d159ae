import { readUint16 } from "../bytes.ts";
import { listOf, recordOf, UINT16 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { type TunnelTlv, tunnelTlvs } from "./tunnel-encapsulation-tlvs.ts";

/** One of the tunnels by which the next hop may be reached. */
export interface Tunnel {
  /** IANA's "BGP Tunnel Encapsulation Attribute Tunnel Types": 8 VXLAN, 15 SR policy, … */
  readonly tunnelType: number;
  readonly tlvs: readonly TunnelTlv[];
}

/** RFC 9012 section 2; what describes an SR policy: RFC 9830 section 2.2. */
export interface TunnelEncapsulationAttribute extends AttributeBase<"tunnel-encapsulation"> {
  readonly tunnels: readonly Tunnel[];
}

const HEAD = 4;

export const tunnelEncapsulation: AttributeCodec<TunnelEncapsulationAttribute> = {
  code: AttributeCode.tunnelEncapsulation,
  type: "tunnel-encapsulation",
  flags: OPTIONAL_TRANSITIVE,
  shape: { tunnels: listOf(recordOf({ tunnelType: UINT16, tlvs: tunnelTlvs.shape })) },
  check(bytes, start, end) {
    let at = start;
    while (at < end) {
      if (at + HEAD > end) return false;
      const next = at + HEAD + readUint16(bytes, at + 2);
      if (next > end || !tunnelTlvs.fills(bytes, at + HEAD, next)) return false;
      at = next;
    }
    return true;
  },
  decode(bytes, start, end) {
    const tunnels: Tunnel[] = [];
    let at = start;
    while (at < end) {
      const next = at + HEAD + readUint16(bytes, at + 2);
      tunnels.push({
        tunnelType: readUint16(bytes, at),
        tlvs: tunnelTlvs.read(bytes, at + HEAD, next) ?? [],
      });
      at = next;
    }
    return { type: "tunnel-encapsulation", tunnels };
  },
  encode(attribute, out) {
    for (const { tunnelType, tlvs } of attribute.tunnels) {
      out.uint16(tunnelType);
      out.counted(2, "the tunnel", (field) => tunnelTlvs.write(tlvs, field));
    }
  },
};
