import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "@netferry/bgp";
import { corpora } from "./fuzz/corpus.ts";
import { Judge, type Verdict } from "./fuzz/judge.ts";
import { Mutator } from "./fuzz/mutator.ts";
import { randomNumbers } from "./fuzz/random.ts";

const SEED = 20261121;
const MESSAGES = 20_000;

// `npm run fuzz:codec` does the same for ten million, in workers, with a watchdog and an eye on the heap.
for (const [index, { name, context, messages }] of corpora(SEED, 150).entries()) {
  test(`mutated messages give a value, the same class to decoder and scanner: ${name}`, () => {
    const mutator = new Mutator(messages, randomNumbers(SEED + index));
    const judge = new Judge(context);
    const seen = new Set<Verdict>();
    for (let i = 0; i < MESSAGES; i++) {
      const bytes = mutator.next();
      try {
        seen.add(judge.judge(bytes));
      } catch (error) {
        assert.fail(`${toHex(bytes)}: ${String(error)}`);
      }
    }
    for (const verdict of [
      "ok",
      "treat-as-withdraw",
      "afi-safi-disable",
      "reset",
      "header refused",
    ] as const) {
      assert.ok(seen.has(verdict), `no message came to ${verdict}`);
    }
  });
}
