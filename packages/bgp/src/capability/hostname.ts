import { decodeUtf8, encodeUtf8 } from "../utf8.ts";
import type { CapabilityCodec } from "./codec.ts";
import { TEXT } from "../tlv/shape.ts";

/** The FQDN capability (draft-walton-bgp-hostname-capability): two length-prefixed UTF-8 texts. */
export interface HostnameCapability {
  readonly kind: "hostname";
  readonly hostname: string;
  readonly domain: string;
}

export const hostname: CapabilityCodec<HostnameCapability> = {
  code: 73,
  kind: "hostname",
  essential: false,
  shape: { hostname: TEXT, domain: TEXT },
  decode(value) {
    const hostLength = value[0];
    if (hostLength === undefined) return undefined;
    const domainLength = value[1 + hostLength];
    if (domainLength === undefined || value.length !== 2 + hostLength + domainLength) return undefined;
    const host = decodeUtf8(value.subarray(1, 1 + hostLength));
    const domain = decodeUtf8(value.subarray(2 + hostLength));
    return host === undefined || domain === undefined
      ? undefined
      : { kind: "hostname", hostname: host, domain };
  },
  encode(capability, out) {
    out.counted(1, "the hostname", (field) => field.bytes(encodeUtf8(capability.hostname)));
    out.counted(1, "the domain name", (field) => field.bytes(encodeUtf8(capability.domain)));
  },
};
