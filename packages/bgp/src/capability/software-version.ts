import { decodeUtf8, encodeUtf8 } from "../utf8.ts";
import type { CapabilityCodec } from "./codec.ts";

/** draft-ietf-idr-software-version: one length-prefixed UTF-8 text. */
export interface SoftwareVersionCapability {
  readonly kind: "software-version";
  readonly version: string;
}

export const softwareVersion: CapabilityCodec<SoftwareVersionCapability> = {
  code: 75,
  kind: "software-version",
  essential: false,
  decode(value) {
    if (value.length === 0 || value.length !== 1 + value[0]!) return undefined;
    const version = decodeUtf8(value.subarray(1));
    return version === undefined ? undefined : { kind: "software-version", version };
  },
  encode(capability, out) {
    out.counted(1, "the software version", (field) => field.bytes(encodeUtf8(capability.version)));
  },
};
