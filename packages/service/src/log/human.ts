/** Log lines for people: `2022-05-05T20:01:43.000Z INF opening Data stream device=r1 session-id=...`. */
import { oneLine } from "../errors.ts";

const LEVEL_NAMES: Readonly<Record<string, string>> = {
  trace: "TRC",
  debug: "DBG",
  info: "INF",
  warn: "WRN",
  error: "ERR",
  fatal: "FTL",
};

/** One JSON log line as a line for people, with its line end. What is no such line stays as it is. */
export function humanLine(jsonLine: string): string {
  let record: unknown;
  try {
    record = JSON.parse(jsonLine);
  } catch {
    return jsonLine;
  }
  if (typeof record !== "object" || record === null) return jsonLine;
  const { level, time, msg, ...fields } = record as Record<string, unknown>;
  const head = `${String(time)} ${LEVEL_NAMES[String(level)] ?? "???"} ${oneLine(typeof msg === "string" ? msg : "")}`;
  const pairs = Object.keys(fields)
    .toSorted()
    .map((key) => ` ${bare(key)}=${bare(fields[key])}`);
  return `${head.trimEnd()}${pairs.join("")}\n`;
}

/** A value without quotes where that is unambiguous, else as JSON. */
function bare(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const plain = value !== "" && !/[\s"=\\]/.test(value) && oneLine(value) === value;
  return plain ? value : oneLine(JSON.stringify(value));
}
