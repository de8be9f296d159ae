import type { Capability } from "../capability/capability.ts";

/** RFC 4271 section 4.2. */
export interface OpenMessage {
  readonly type: "open";
  readonly version: number;
  /** The two-octet field; AS_TRANS (23456) where the number needs four. See {@link openAsn}. */
  readonly myAs: number;
  /** Seconds; 0 for no hold timer. */
  readonly holdTime: number;
  readonly bgpIdentifier: number;
  readonly parameters: readonly OptionalParameter[];
  /** The parameters are in the form of RFC 9072 (lengths of two octets). Implied when they need it. */
  readonly extendedParameters: boolean;
}

/** Capabilities (RFC 5492 section 4), or a parameter of another type, kept as bytes. */
export type OptionalParameter =
  | { readonly type: "capabilities"; readonly capabilities: readonly Capability[] }
  | { readonly type: "unknown"; readonly code: number; readonly value: Uint8Array };

/** Every capability of an OPEN, in order, whichever parameter it came in. */
export function openCapabilities(open: OpenMessage): Capability[] {
  return open.parameters.flatMap((parameter) =>
    parameter.type === "capabilities" ? parameter.capabilities : [],
  );
}

/** The sender's AS number: of the four-octet capability, else of the two-octet field (RFC 6793 section 4.1). */
export function openAsn(open: OpenMessage): number {
  for (const capability of openCapabilities(open)) {
    if (capability.kind === "four-octet-as") return capability.asn;
  }
  return open.myAs;
}
