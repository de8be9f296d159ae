/**
 * How fast messages and files are read, beside bgpdump (C) and ExaBGP (Python) in the same run: MRT files to the
 * lines of `bgpdump -m` by whole processes; records, full UPDATE decodes and the RIB's scanner in this one.
 *
 *     npm run bench:codec [-- --file FILE.gz] [-- --repeat N] [-- --runs N] [-- --write]
 *
 * Without --file the RIS file of ../shared/data. It is read as it is and, as a larger file, N times over.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { codecContext, encodeMessage, MessageDecoder, UpdateScanner } from "@netferry/bgp";
import { BgpdumpLines, decodeMrtRecord, MrtReader } from "@netferry/formats";
import { writeStripped } from "./lib/stripped.ts";

const { values } = parseArgs({
  options: {
    file: {
      type: "string",
      default: fileURLToPath(new URL("../../shared/data/mrt/updates.20160811.1600.gz", import.meta.url)),
    },
    repeat: { type: "string", default: "20" },
    runs: { type: "string", default: "5" },
    write: { type: "boolean", default: false },
  },
});
const repeat = Number(values.repeat);
const runs = Number(values.runs);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RESULTS = fileURLToPath(new URL("results/codec.md", import.meta.url));
const LINES_PROGRAM = "bench/lib/mrt-lines.ts";
/** What that program imports. */
const LINES_MODULES = [
  LINES_PROGRAM,
  "packages/formats/src/octets.ts",
  "packages/formats/src/{bgpdump,compression,mrt}/*.ts",
];
const EXABGP_PROGRAM = fileURLToPath(new URL("lib/exabgp-updates.py", import.meta.url));
/** Debian's, whose modules ExaBGP's package adds to. */
const PYTHON = "/usr/bin/python3";
const UPDATE = 2;
const AS4_MESSAGE = 4;
const MEASURED_SECONDS = 2;
const SHORT_UPDATES = 10_000;

if (!existsSync(values.file)) throw new Error(`${values.file} is not there: give an MRT file by --file`);
const directory = mkdtempSync(join(tmpdir(), "netferry-codec-"));
const rows: [name: string, text: string][] = [];

interface Subject {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Record<string, string>;
}

/** Milliseconds of each, the least of all runs. They take turns, so that what else the machine does disturbs all alike. */
function race(subjects: readonly Subject[]): number[] {
  const best = subjects.map(() => Number.POSITIVE_INFINITY);
  const sink = openSync(join(directory, "lines"), "w");
  for (let run = 0; run < runs; run++) {
    subjects.forEach(({ command, args, environment }, index) => {
      const start = process.hrtime.bigint();
      const { status, error } = spawnSync(command, args, {
        stdio: ["ignore", sink, "ignore"],
        env: { ...process.env, ...environment },
      });
      if (status !== 0) throw new Error(`${command} failed with ${status}`, { cause: error });
      best[index] = Math.min(best[index]!, Number(process.hrtime.bigint() - start) / 1e6);
    });
  }
  closeSync(sink);
  return best;
}

function compareProcesses(name: string, path: string): void {
  const node = process.execPath;
  const subjects: Subject[] = [
    {
      name: "netferry, compiled code kept",
      command: node,
      args: [join(ROOT, LINES_PROGRAM), path],
      environment: { NODE_COMPILE_CACHE: join(directory, "compiled") },
    },
    {
      name: "netferry, JavaScript, nothing kept",
      command: node,
      args: [join(directory, LINES_PROGRAM.replace(/\.ts$/, ".mjs")), path],
    },
    { name: "netferry, TypeScript, nothing kept", command: node, args: [join(ROOT, LINES_PROGRAM), path] },
  ];
  const hasBgpdump = spawnSync("bgpdump").error === undefined;
  if (hasBgpdump) subjects.push({ name: "bgpdump -m", command: "bgpdump", args: ["-m", path] });
  else rows.push([`${name}: bgpdump`, "not installed: scripts/install-interop.sh"]);
  const times = race(subjects);
  const theirs = hasBgpdump ? times.at(-1)! : undefined;
  subjects.forEach((subject, index) => {
    const time = times[index]!;
    const ratio = theirs === undefined ? "" : `  ${(theirs / time).toFixed(2).padStart(6)}`;
    rows.push([`${name}: ${subject.name}`, `${time.toFixed(0)} ms${ratio}`]);
  });
}

/** A rate as a row: millions of things and megabytes a second of processor time. */
function addRate(name: string, things: number, octets: number, seconds: number): void {
  const text = `${(things / seconds / 1e6).toFixed(3)} M/s ${(octets / seconds / 1e6).toFixed(1).padStart(7)} MB/s`;
  rows.push([name, text]);
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
  addRate(name, rounds * count, rounds * octets, seconds);
}

function eachRecord(file: Uint8Array, visit: (reader: MrtReader) => void): void {
  const reader = new MrtReader();
  reader.push(file);
  while (reader.next()) visit(reader);
  const error = reader.finish();
  if (error !== undefined) throw new Error(`${values.file}, octet ${error.offset}: ${error.text}`);
}

function measureFile(file: Uint8Array): Uint8Array[] {
  const lines = new BgpdumpLines();
  let records = 0;
  const updates: Uint8Array[] = [];
  eachRecord(file, (reader) => {
    records++;
    const decoded = decodeMrtRecord(reader);
    if (!decoded.ok || decoded.record.type !== "bgp4mp-message" || reader.subtype !== AS4_MESSAGE) return;
    if (decoded.record.message[18] === UPDATE) updates.push(decoded.record.message);
  });
  rate("MRT records to -m lines", records, file.length, () => {
    eachRecord(file, (reader) => lines.write(reader));
    lines.take();
  });
  rate("MRT records decoded", records, file.length, () => eachRecord(file, decodeMrtRecord));
  return updates;
}

function measureUpdates(kind: string, updates: readonly Uint8Array[]): void {
  const octets = updates.reduce((sum, update) => sum + update.length, 0);
  const context = codecContext({ internal: false });
  const decoder = new MessageDecoder(context);
  rate(`${kind} decoded in full`, updates.length, octets, () => {
    for (const update of updates) decoder.decode(update);
  });
  measureExabgp(`${kind} decoded by ExaBGP`, updates);
  const scanner = new UpdateScanner(context);
  rate(`${kind} by the RIB's scanner`, updates.length, octets, () => {
    for (const update of updates) scanner.scan(update, 0, update.length);
  });
}

/** NB: ExaBGP remembers attributes that it has decoded before, so that rounds after the first are quicker. */
function measureExabgp(name: string, updates: readonly Uint8Array[]): void {
  const path = join(directory, "updates");
  writeFileSync(path, Buffer.concat(updates));
  const run = spawnSync(PYTHON, [EXABGP_PROGRAM, "rate", `${MEASURED_SECONDS}`, path], { encoding: "utf8" });
  if (run.status !== 0) {
    rows.push([name, "not installed: scripts/install-interop.sh"]);
    return;
  }
  const told = JSON.parse(run.stdout) as { messages: number; octets: number; seconds: number };
  addRate(name, told.messages, told.octets, told.seconds);
}

/** One prefix each with the attributes that every path has. */
function shortUpdates(): Uint8Array[] {
  return Array.from({ length: SHORT_UPDATES }, (_, index) =>
    encodeMessage({
      type: "update",
      withdrawn: [],
      attributes: [
        { type: "origin", origin: "igp" },
        { type: "as-path", segments: [{ type: "sequence", asns: [65_001, 65_002 + (index % 100)] }] },
        { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) },
      ],
      nlri: [{ bytes: Uint8Array.of(24, 10, index >>> 8, index & 0xff) }],
    }),
  );
}

try {
  const file = gunzipSync(readFileSync(values.file));
  writeStripped(ROOT, LINES_MODULES, directory);
  compareProcesses("one file", values.file);
  const larger = join(directory, "larger.gz");
  writeFileSync(larger, gzipSync(Buffer.concat(Array.from({ length: repeat }, () => file))));
  compareProcesses(`${repeat} times over`, larger);
  measureUpdates("UPDATEs of the file", measureFile(file));
  measureUpdates("Short UPDATEs", shortUpdates());
} finally {
  rmSync(directory, { recursive: true });
}

const text = rows.map(([name, told]) => `${name.padEnd(52)}${told.padStart(28)}\n`).join("");
process.stdout.write(text);
if (values.write) {
  writeFileSync(
    RESULTS,
    `# The codec

Written by \`npm run bench:codec -- --write\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}.
Whole processes: the least of ${runs} runs that take turns, and how many times as fast as bgpdump. What a start costs that
strips types from TypeScript is in the third row. Rates are a second of one core.

\`\`\`
${text.trimEnd()}
\`\`\`
`,
  );
}
