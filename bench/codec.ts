/**
 * How fast messages and files are read, beside bgpdump (C) in the same run: MRT files to the lines of
 * `bgpdump -m` by whole processes, and in this process records, full UPDATE decodes and the scanner.
 *
 *     npm run bench:codec [-- --file FILE.gz] [--repeat N] [--runs N]
 *
 * Without --file the RIS file of ../shared/data. Each is read as it is and, as a larger file, N times over.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { codecContext, MessageDecoder, UpdateScanner } from "@netferry/bgp";
import { BgpdumpLines, decodeMrtRecord, MrtReader } from "@netferry/formats";

const { values } = parseArgs({
  options: {
    file: {
      type: "string",
      default: fileURLToPath(new URL("../../shared/data/mrt/updates.20160811.1600.gz", import.meta.url)),
    },
    repeat: { type: "string", default: "20" },
    runs: { type: "string", default: "5" },
  },
});
const repeat = Number(values.repeat);
const runs = Number(values.runs);
const LINES_PROGRAM = fileURLToPath(new URL("lib/mrt-lines.ts", import.meta.url));
const UPDATE = 2;
const AS4_MESSAGE = 4;
const MEASURED_SECONDS = 2;

if (!existsSync(values.file)) throw new Error(`${values.file} is not there: give an MRT file by --file`);
const directory = mkdtempSync(join(tmpdir(), "netferry-codec-"));
const rows: [name: string, text: string][] = [];

/** The shortest of some runs, which the machine's other work disturbs least. */
function shortest(command: string, args: readonly string[], environment: Record<string, string>): number {
  let best = Number.POSITIVE_INFINITY;
  const sink = openSync(join(directory, "lines"), "w");
  for (let run = 0; run < runs; run++) {
    const start = process.hrtime.bigint();
    const { status, error } = spawnSync(command, args, {
      stdio: ["ignore", sink, "ignore"],
      env: { ...process.env, ...environment },
    });
    if (status !== 0) throw new Error(`${command} failed with ${status}`, { cause: error });
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
  }
  closeSync(sink);
  return best;
}

function compareProcesses(name: string, path: string): void {
  const cached = { NODE_COMPILE_CACHE: join(directory, "compiled") };
  const ours = shortest(process.execPath, [LINES_PROGRAM, path], cached);
  const cold = shortest(process.execPath, [LINES_PROGRAM, path], {});
  rows.push([`${name}: netferry, compiled code kept`, `${(1000 * ours).toFixed(0)} ms`]);
  rows.push([`${name}: netferry, compiled anew`, `${(1000 * cold).toFixed(0)} ms`]);
  if (spawnSync("bgpdump").error !== undefined) {
    rows.push([`${name}: bgpdump`, "not installed"]);
    return;
  }
  const theirs = shortest("bgpdump", ["-m", path], {});
  rows.push([`${name}: bgpdump -m`, `${(1000 * theirs).toFixed(0)} ms`]);
  rows.push([
    `${name}: bgpdump's time / netferry's`,
    `${(theirs / ours).toFixed(2)} (${(theirs / cold).toFixed(2)})`,
  ]);
}

/** Calls the work until some seconds of processor time are over. */
function rate(name: string, count: number, octets: number, work: () => void): void {
  work(); // compiled by now
  const before = process.threadCpuUsage();
  let rounds = 0;
  let seconds = 0;
  while (seconds < MEASURED_SECONDS) {
    work();
    rounds++;
    const { user, system } = process.threadCpuUsage(before);
    seconds = (user + system) / 1e6;
  }
  const text = `${((rounds * count) / seconds / 1e6).toFixed(2)} M/s ${((rounds * octets) / seconds / 1e6).toFixed(0).padStart(6)} MB/s`;
  rows.push([name, text]);
}

function eachRecord(file: Uint8Array, visit: (reader: MrtReader) => void): void {
  const reader = new MrtReader();
  reader.push(file);
  while (reader.next()) visit(reader);
  const error = reader.finish();
  if (error !== undefined) throw new Error(`${values.file}, octet ${error.offset}: ${error.text}`);
}

function measureInProcess(file: Uint8Array): void {
  const lines = new BgpdumpLines();
  let records = 0;
  const updates: Uint8Array[] = [];
  eachRecord(file, (reader) => {
    records++;
    const decoded = decodeMrtRecord(reader);
    if (!decoded.ok || decoded.record.type !== "bgp4mp-message" || reader.subtype !== AS4_MESSAGE) return;
    if (decoded.record.message[18] === UPDATE) updates.push(decoded.record.message);
  });
  rate("MRT records to -m lines, records", records, file.length, () => {
    eachRecord(file, (reader) => lines.write(reader));
    lines.take();
  });
  rate("MRT records decoded", records, file.length, () => eachRecord(file, decodeMrtRecord));
  const octets = updates.reduce((sum, update) => sum + update.length, 0);
  const context = codecContext({ internal: false });
  const decoder = new MessageDecoder(context);
  rate("UPDATEs decoded in full", updates.length, octets, () => {
    for (const update of updates) decoder.decode(update);
  });
  const scanner = new UpdateScanner(context);
  rate("UPDATEs by the RIB's scanner", updates.length, octets, () => {
    for (const update of updates) scanner.scan(update, 0, update.length);
  });
}

try {
  const file = gunzipSync(readFileSync(values.file));
  compareProcesses("one file", values.file);
  const larger = join(directory, "larger.gz");
  writeFileSync(larger, gzipSync(Buffer.concat(Array.from({ length: repeat }, () => file))));
  compareProcesses(`${repeat} times over`, larger);
  measureInProcess(file);
} finally {
  rmSync(directory, { recursive: true });
}
for (const [name, text] of rows) console.log(`${name.padEnd(48)}${text.padStart(28)}`);
