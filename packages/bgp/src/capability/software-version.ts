import { decodeUtf8, encodeUtf8 } from "../utf8.ts";
import type { CapabilityCodec } from "./codec.ts";
import { TEXT } from "../tlv/shape.ts";

/** draft-ietf-idr-software-version: a UTF-8 text, behind its length in one octet. */
export interface SoftwareVersionCapability {
  readonly kind: "software-version";
  readonly version: string;
  /** The text stands by itself, as some speakers write it. */
  readonly bare?: true;
}

export const softwareVersion: CapabilityCodec<SoftwareVersionCapability> = {
  code: 75,
  kind: "software-version",
  essential: false,
  shape: { version: TEXT },
  optionalShape: { bare: { kind: "presence" } },
  decode(value) {
    const counted = value.length === 1 + (value[0] ?? 0);
    const version = value.length === 0 ? undefined : decodeUtf8(counted ? value.subarray(1) : value);
    if (version === undefined) return undefined;
    return counted
      ? { kind: "software-version", version }
      : { kind: "software-version", version, bare: true };
  },
  encode(capability, out) {
    const text = encodeUtf8(capability.version);
    if (capability.bare === true) out.bytes(text);
    else out.counted(1, "the software version", (field) => field.bytes(text));
  },
};
