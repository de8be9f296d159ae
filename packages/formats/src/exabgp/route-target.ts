import { readUint16 } from "@netferry/bgp";
import { parseExabgpCommunity } from "./extended-community.ts";

/** Of route targets with an AS number of four octets (RFC 5668). */
const FOUR_OCTET_AS = 0x02;
const MAX_SHORT_AS = 0xffff;

/** `target:65000:1`, `65000:1`, `192.0.2.1:1`, `4200000000:1`; undefined if the text is none. */
export function parseRouteTarget(text: string): Uint8Array | undefined {
  const named = text.startsWith("target:") ? text : `target:${text}`;
  const value = parseExabgpCommunity(named);
  if (value === undefined) return undefined;
  const [, administrator = ""] = named.split(":");
  // An AS number that does not fit two octets is no address here.
  if (/^\d+$/.test(administrator) && Number(administrator) > MAX_SHORT_AS) value[0] = FOUR_OCTET_AS;
  return readUint16(value, 0) === value[0]! * 0x100 + 0x02 ? value : undefined;
}
