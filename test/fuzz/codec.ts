/**
 * Mutated messages through decoder and scanner: no throw, no hang, no growth, and one class of RFC 7606 from both.
 * Prints a table; ends with 1 if anything is wrong, and then names each message in hex.
 *
 * npm run fuzz:codec [-- --messages 10000000] [--seed 20261121] [--workers 2] [--write]
 */
import { availableParallelism, cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { toHex } from "@netferry/bgp";
import { type Column, formatBytes, formatCount, table } from "@netferry/service";
import { VERDICTS } from "../../packages/bgp/test/fuzz/judge.ts";
import { type Finding, Scratch, type Shard, type ShardResult } from "./shard.ts";

const CONTEXTS = 4;
/** A shard is this large at most, so that several workers have something to do until the end. */
const SHARD_MESSAGES = 250_000;
/** A worker that is at one message for so long hangs in it, milliseconds. */
const HANG_MS = 20_000;
const LOOK_EVERY_MS = 1000;
/** A heap may be this much larger at a shard's end: what the engine itself keeps of compiled code. */
const MAX_GROWTH_BYTES = 4 * 1024 * 1024;
const RESULTS = fileURLToPath(new URL("../../bench/results/fuzz-codec.md", import.meta.url));

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "10000000" },
    seed: { type: "string", default: "20261121" },
    workers: { type: "string", default: String(availableParallelism()) },
    write: { type: "boolean", default: false },
  },
});
const wanted = positive("messages", values.messages);
const seed = positive("seed", values.seed);
const workerCount = positive("workers", values.workers);

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`fuzz:codec: --${name} ${text} is no positive whole number\n`);
  process.exit(2);
}

/** Seeds follow from the first one, so that one number repeats the whole run. */
function* shards(): Generator<Omit<Shard, "scratch">> {
  const perContext = Math.ceil(wanted / CONTEXTS);
  let number = 0;
  for (let done = 0; done < perContext; done += SHARD_MESSAGES) {
    const messages = Math.min(SHARD_MESSAGES, perContext - done);
    for (let corpus = 0; corpus < CONTEXTS; corpus++) {
      number += 1;
      yield { corpus, corpusSeed: seed + 1000 * number, seed: seed + number, messages };
    }
  }
}

const results: ShardResult[] = [];
const findings: Finding[] = [];

async function runShard(shard: Omit<Shard, "scratch">): Promise<void> {
  const scratch = new Scratch();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: { ...shard, scratch: scratch.buffer } satisfies Shard,
  });
  let last = -1;
  let since = performance.now();
  const watchdog = setInterval(() => {
    const { number } = scratch;
    if (number !== last) {
      last = number;
      since = performance.now();
    } else if (number > 0 && performance.now() - since > HANG_MS) {
      const problem = `no answer within ${HANG_MS / 1000} s`;
      findings.push({ context: `corpus ${shard.corpus}`, hex: toHex(scratch.message()), problem });
      void worker.terminate();
    }
  }, LOOK_EVERY_MS);
  worker.on("message", (result: ShardResult) => {
    results.push(result);
    findings.push(...result.findings);
  });
  worker.on("error", reject);
  worker.on("exit", () => resolve());
  try {
    await promise;
  } finally {
    clearInterval(watchdog);
  }
}

async function runAll(queue: Iterator<Omit<Shard, "scratch">>): Promise<void> {
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    await runShard(next.value);
    const done = results.reduce((sum, result) => sum + total(result), 0);
    process.stderr.write(`${formatCount(done)} of ${formatCount(wanted)}, ${findings.length} findings\n`);
  }
}

const total = (result: ShardResult): number =>
  Object.values(result.verdicts).reduce((sum, count) => sum + count, result.findings.length);

interface Row {
  readonly what: string;
  readonly counts: readonly number[];
}

function report(elapsed: number): string {
  const contexts = [...new Set(results.map(({ context }) => context))];
  const rows: Row[] = ["messages", ...VERDICTS].map((what) => ({
    what,
    counts: contexts.map((context) =>
      results
        .filter((result) => result.context === context)
        .reduce((sum, result) => sum + (what === "messages" ? total(result) : result.verdicts[what]!), 0),
    ),
  }));
  const columns: Column<Row>[] = [
    { header: "came to", value: ({ what }) => what },
    ...contexts.map((title, index) => ({
      header: title,
      align: "right" as const,
      value: ({ counts }: Row) => formatCount(counts[index]!),
    })),
  ];
  const octets = results.reduce((sum, result) => sum + result.octets, 0);
  const growth = Math.max(...results.map((result) => result.heapAfter - result.heapBefore));
  return [
    table(rows, columns),
    `${formatCount(results.reduce((sum, result) => sum + total(result), 0))} messages, ${formatBytes(octets)}, seed ${seed}, ${results.length} shards, ${Math.round(elapsed / 1000)} s`,
    `thrown or not agreed: ${findings.length}; largest growth of a shard's heap: ${formatBytes(Math.max(0, growth))}`,
    "",
  ].join("\n");
}

const start = performance.now();
const queue = shards();
await Promise.all(Array.from({ length: workerCount }, () => runAll(queue)));
const text = report(performance.now() - start);
process.stdout.write(text);
for (const { context, hex, problem } of findings) process.stdout.write(`${context}: ${problem}\n  ${hex}\n`);

const grown = results.filter((result) => result.heapAfter - result.heapBefore > MAX_GROWTH_BYTES);
for (const { context, heapBefore, heapAfter } of grown) {
  process.stdout.write(
    `${context}: heap grew from ${formatBytes(heapBefore)} to ${formatBytes(heapAfter)}\n`,
  );
}
if (values.write) {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.split(" ").slice(0, 2).join(" ")}), Node ${process.versions.node}`;
  writeFileSync(
    RESULTS,
    `# Hostile input\n\nWritten by \`npm run fuzz:codec -- --write\` on ${machine}. Messages that are right in four kinds of session,
mutated with knowledge of their lengths, counts, flags, codes and nesting: what they came to in decoder and scanner, which
must agree. Whatever is kept of a message is read to the last NLRI, and what has no errors is encoded again.\n\n\`\`\`\n${text}\`\`\`\n`,
  );
}
process.exitCode = findings.length > 0 || grown.length > 0 ? 1 : 0;
