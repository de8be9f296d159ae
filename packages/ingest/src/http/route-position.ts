import { familyName, parseFamilyName } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import { ApiError } from "./api-error.ts";

/** How far a listing has come: behind this NLRI of this family, or with an empty one at its start. */
export interface RoutePosition {
  readonly family: Family;
  readonly nlri: Uint8Array;
}

/** Longest NLRI that a position may name, in octets: a length octet and 255 octets. */
const MAX_NLRI_OCTETS = 256;
const POSITION = /^([a-z0-9/-]{1,64})~((?:[0-9a-f]{2})*)$/;

/** As `next` of an answer shows it. */
export function formatPosition(position: RoutePosition): string {
  return `${familyName(position.family)}~${Buffer.from(position.nlri).toString("hex")}`;
}

/** Reads the `after` of a query. Throws 400. */
export function parsePosition(text: string): RoutePosition {
  const [, name = "", hex = ""] = POSITION.exec(text) ?? [];
  const family = parseFamilyName(name);
  if (family === undefined || hex.length > 2 * MAX_NLRI_OCTETS) {
    throw new ApiError("invalid", "after: give the `next` of the answer before, unchanged");
  }
  return { family, nlri: new Uint8Array(Buffer.from(hex, "hex")) };
}
