import type { Family } from "../family.ts";

/** RFC 2918 section 3, RFC 7313 section 3.2. */
export interface RouteRefreshMessage {
  readonly type: "route-refresh";
  readonly family: Family;
  /** 0 a request, 1 begin (BoRR), 2 end (EoRR) of a refresh; any other is to be ignored. */
  readonly subtype: number;
  /** What follows the fixed fields, in subtypes that are to be ignored. */
  readonly data?: Uint8Array;
}

export const RefreshSubtype = { request: 0, begin: 1, end: 2 } as const;
