import { readUint16, readUint32 } from "../bytes.ts";
import { listOf, recordOf, UINT16, UINT32, UINT8 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** A domain that the route has passed, `65000:1` and the SAFI that it had there. */
export interface Domain {
  readonly globalAdministrator: number;
  readonly localAdministrator: number;
  /** Of the inter-subnet forwarding: 0 local, 1 unicast, 70 EVPN, 128 VPN. */
  readonly safi: number;
}

/** draft-ietf-bess-evpn-ipvpn-interworking section 4. */
export interface DPathAttribute extends AttributeBase<"d-path"> {
  /** Segments of 1 to 255 domains, the one passed last first. */
  readonly segments: readonly (readonly Domain[])[];
}

const DOMAIN = 7;

export const dPath: AttributeCodec<DPathAttribute> = {
  code: AttributeCode.dPath,
  type: "d-path",
  flags: OPTIONAL_TRANSITIVE,
  shape: {
    segments: listOf(
      listOf(recordOf({ globalAdministrator: UINT32, localAdministrator: UINT16, safi: UINT8 })),
    ),
  },
  check(bytes, start, end) {
    let at = start;
    while (at < end) {
      if (bytes[at] === 0) return false;
      at += 1 + DOMAIN * bytes[at]!;
    }
    return at === end && end > start;
  },
  decode(bytes, start, end) {
    const segments: Domain[][] = [];
    let at = start;
    while (at < end) {
      const next = at + 1 + DOMAIN * bytes[at]!;
      const domains: Domain[] = [];
      for (at += 1; at < next; at += DOMAIN) {
        domains.push({
          globalAdministrator: readUint32(bytes, at),
          localAdministrator: readUint16(bytes, at + 4),
          safi: bytes[at + 6]!,
        });
      }
      segments.push(domains);
    }
    return { type: "d-path", segments };
  },
  encode(attribute, out) {
    for (const domains of attribute.segments) {
      out.uint8(domains.length);
      for (const { globalAdministrator, localAdministrator, safi } of domains) {
        out.uint32(globalAdministrator);
        out.uint16(localAdministrator);
        out.uint8(safi);
      }
    }
  },
};
