import { readUint16 } from "@netferry/bgp";
import { parseExabgpCommunity } from "./extended-community.ts";

/** `target:65000:1`, `65000:1`, `192.0.2.1:1`, `4200000000:1`; undefined if the text is none. */
export function parseRouteTarget(text: string): Uint8Array | undefined {
  const value = parseExabgpCommunity(text.startsWith("target:") ? text : `target:${text}`);
  if (value === undefined) return undefined;
  return readUint16(value, 0) === value[0]! * 0x100 + 0x02 ? value : undefined;
}
