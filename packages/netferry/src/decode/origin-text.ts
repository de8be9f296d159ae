import { formatAddress } from "@netferry/bgp";
import type { Origin, Speaker } from "./item.ts";

/** `2026-11-21T12:00:00.123456Z`, with nanoseconds where there are any; empty without a time. */
export function timeText(time: Origin["time"]): string {
  if (time === undefined) return "";
  const seconds = new Date(1000 * time.seconds).toISOString().slice(0, 19);
  const digits = `${time.nanoseconds}`.padStart(9, "0").replace(/000$/, "");
  return `${seconds}.${digits}Z`;
}

/** `192.0.2.1 AS65001`, or what of it is known. */
export function speakerText({ address, asn }: Speaker): string {
  const where = address === undefined ? "" : formatAddress(address);
  const as = asn === undefined ? "" : `AS${asn}`;
  return [where, as].filter((text) => text !== "").join(" ");
}

/** `A > B`; one side alone where the other is not known, empty where neither is. */
export function sidesText({ from, to }: Origin): string {
  const [left, right] = [speakerText(from), speakerText(to)];
  if (right === "") return left;
  return `${left === "" ? "?" : left} > ${right}`;
}
