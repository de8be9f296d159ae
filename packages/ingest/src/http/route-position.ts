import { familyName, parseFamilyName } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import type { Cursor } from "@netferry/rib";
import { ApiError } from "./api-error.ts";

/** How far a listing has come. */
export interface RoutePosition {
  readonly family: Family;
  /** The RIB's own; undefined at the start of the family. */
  readonly cursor: Cursor | undefined;
}

/** Longest cursor that is taken from a client, in octets. */
const MAX_CURSOR_OCTETS = 512;
const POSITION = /^([a-z0-9/-]{1,64})~((?:[0-9a-f]{2})*)$/;

/** As `next` of an answer shows it. */
export function formatPosition({ family, cursor }: RoutePosition): string {
  return `${familyName(family)}~${cursor === undefined ? "" : Buffer.from(cursor).toString("hex")}`;
}

/** Reads the `after` of a query. Throws 400. */
export function parsePosition(text: string): RoutePosition {
  const [, name = "", hex = ""] = POSITION.exec(text) ?? [];
  const family = parseFamilyName(name);
  if (family === undefined || hex.length > 2 * MAX_CURSOR_OCTETS) {
    throw new ApiError("invalid", "after: give the `next` of the answer before, unchanged");
  }
  return { family, cursor: hex === "" ? undefined : new Uint8Array(Buffer.from(hex, "hex")) };
}
