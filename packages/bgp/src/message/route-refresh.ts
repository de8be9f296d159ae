import { type ByteWriter, readUint16 } from "../bytes.ts";
import { type Decoded, ErrorCode, protocolError, RouteRefreshSubcode } from "../errors.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import { HEADER_LENGTH } from "./header.ts";

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

const FIXED_LENGTH = HEADER_LENGTH + 4;

/** Decodes the ROUTE-REFRESH in `[start, end)`, whose header was checked. */
export function decodeRouteRefresh(
  bytes: Uint8Array,
  start: number,
  end: number,
): Decoded<RouteRefreshMessage> {
  const body = start + HEADER_LENGTH;
  const subtype = bytes[body + 2]!;
  const family = familyOf(readUint16(bytes, body), bytes[body + 3]!);
  if (end === start + FIXED_LENGTH) return { ok: true, message: { type: "route-refresh", family, subtype } };
  if (subtype <= RefreshSubtype.end) {
    const text = `ROUTE-REFRESH of ${end - start} octets, one of subtype ${subtype} has ${FIXED_LENGTH}`;
    const { invalidMessageLength } = RouteRefreshSubcode;
    const whole = bytes.slice(start, end); // the data that RFC 7313 section 5 asks for
    return { ok: false, error: protocolError(ErrorCode.routeRefresh, invalidMessageLength, text, whole) };
  }
  const data = bytes.slice(start + FIXED_LENGTH, end);
  return { ok: true, message: { type: "route-refresh", family, subtype, data } };
}

export function encodeRouteRefresh(message: RouteRefreshMessage, out: ByteWriter): void {
  out.uint16(afiOf(message.family));
  out.uint8(message.subtype);
  out.uint8(safiOf(message.family));
  if (message.data !== undefined) out.bytes(message.data);
}
