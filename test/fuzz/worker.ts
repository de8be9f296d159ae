/** One shard of `npm run fuzz:codec`. */
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { toHex } from "@netferry/bgp";
import { corpora } from "../../packages/bgp/test/fuzz/corpus.ts";
import { Judge, VERDICTS } from "../../packages/bgp/test/fuzz/judge.ts";
import { Mutator } from "../../packages/bgp/test/fuzz/mutator.ts";
import { randomNumbers } from "../../packages/bgp/test/fuzz/random.ts";
import { type Finding, MAX_FINDINGS, Scratch, type Shard, type ShardResult } from "./shard.ts";

/** Messages of each corpus. */
const CORPUS_SIZE = 400;
/** Where the heap is measured first: everything is compiled and warm by then. */
const WARM_SHARE = 0.05;

function heap(): number {
  if (globalThis.gc === undefined) throw new Error("run node with --expose-gc");
  globalThis.gc();
  return getHeapStatistics().used_heap_size;
}

function run({ corpus, corpusSeed, seed, messages, scratch }: Shard): ShardResult {
  const { name, context, messages: valid } = corpora(corpusSeed, CORPUS_SIZE)[corpus]!;
  const mutator = new Mutator(valid, randomNumbers(seed));
  const judge = new Judge(context);
  const shown = new Scratch(scratch);
  const verdicts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  const findings: Finding[] = [];
  const warm = Math.floor(messages * WARM_SHARE);
  let octets = 0;
  let heapBefore = 0;
  for (let i = 0; i < messages && findings.length < MAX_FINDINGS; i++) {
    if (i === warm) heapBefore = heap();
    const bytes = mutator.next();
    octets += bytes.length;
    shown.begin(i + 1, bytes);
    try {
      verdicts[judge.judge(bytes)]! += 1;
    } catch (error) {
      findings.push({ context: name, hex: toHex(bytes), problem: String(error) });
    }
  }
  return { context: name, verdicts, octets, findings, heapBefore, heapAfter: heap() };
}

parentPort?.postMessage(run(workerData as Shard), []);
