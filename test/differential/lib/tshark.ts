import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Facts, normalValue } from "./facts.ts";
import { capture } from "./pcap.ts";

/** Stands between values of one field; no text of a message may have it. */
const SEPARATOR = "\u001e";
/** Of tshark's own: why it stopped, and what it has to say. */
export const EXPERT = "_ws.expert.message";
const MAX_OUTPUT_BYTES = 1 << 30;

/** Dissects each message by itself. `fields` without `bgp.`; what a message lacks is not in its facts. */
export function dissect(
  messages: readonly Uint8Array[],
  fields: readonly string[],
  fourOctetAs: boolean,
): Facts[] {
  const directory = mkdtempSync(join(tmpdir(), "netferry-tshark-"));
  try {
    const file = join(directory, "messages.pcap");
    writeFileSync(file, capture(messages));
    const names = [EXPERT, ...fields.map((field) => `bgp.${field}`)];
    const argv = ["-n", "-r", file, "-o", `bgp.asn_len:${fourOctetAs ? "4 octet" : "2 octet"}`];
    argv.push("-T", "fields", "-E", "separator=/t", "-E", `aggregator=${SEPARATOR}`, "-E", "occurrence=a");
    for (const name of names) argv.push("-e", name);
    const { status, stdout, stderr, error } = spawnSync("tshark", argv, {
      encoding: "utf8",
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    if (error !== undefined)
      throw new Error(`tshark does not run; run: scripts/install-interop.sh`, { cause: error });
    if (status !== 0) throw new Error(`tshark ended with ${status}: ${stderr.trim().split("\n").at(-1)}`);
    const lines = stdout.split("\n").slice(0, -1);
    if (lines.length !== messages.length) {
      throw new Error(`tshark told of ${lines.length} packets, ${messages.length} were written`);
    }
    return lines.map((line) => factsOf(line, [EXPERT, ...fields]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function factsOf(line: string, fields: readonly string[]): Facts {
  const facts = new Map<string, string[]>();
  for (const [index, cell] of line.split("\t").entries()) {
    const field = fields[index];
    if (field !== undefined && cell !== "")
      facts.set(
        field,
        cell.split(SEPARATOR).map((value) => normalValue(value)),
      );
  }
  return facts;
}
