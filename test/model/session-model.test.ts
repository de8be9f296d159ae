/**
 * Whatever happens between router, agent and ingest, in whatever order: the router never notices, and in the end the ingest
 * holds just what the router announces.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { World } from "./world.ts";

type Step =
  | { readonly do: "announce"; readonly prefix: number }
  | { readonly do: "withdraw"; readonly prefix: number }
  | { readonly do: "up" | "down" | "cut" | "snapshot" | "crash" }
  | { readonly do: "restart"; readonly settled: number }
  | { readonly do: "hand-over"; readonly succeeds: boolean; readonly late: number }
  | { readonly do: "wait"; readonly ms: number };

const prefixNumber = fc.integer({ min: 0, max: 15 });
const handOver: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("hand-over"),
  succeeds: fc.boolean(),
  late: fc.integer({ min: 0, max: 3 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: prefixNumber.map((prefix): Step => ({ do: "announce", prefix })) },
  { weight: 4, arbitrary: prefixNumber.map((prefix): Step => ({ do: "withdraw", prefix })) },
  { weight: 8, arbitrary: fc.constant<Step>({ do: "up" }) },
  { weight: 6, arbitrary: fc.constant<Step>({ do: "down" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: "cut" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "snapshot" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "crash" }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 12 }).map((settled): Step => ({ do: "restart", settled })),
  },
  { weight: 2, arbitrary: handOver },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1500 }).map((ms): Step => ({ do: "wait", ms })) },
);

async function run(world: World, steps: readonly Step[]): Promise<void> {
  let version = 0;
  await world.begin();
  for (const item of steps) {
    switch (item.do) {
      case "announce":
        version += 1;
        world.router.announce(`10.0.${item.prefix}.0/24`, version);
        break;
      case "withdraw":
        world.router.withdraw(`10.0.${item.prefix}.0/24`);
        break;
      case "up":
        world.up();
        break;
      case "down":
        world.down();
        break;
      case "cut":
        world.cut();
        break;
      case "snapshot":
        await world.snapshot();
        break;
      case "crash":
        await world.crash();
        break;
      case "restart":
        await world.restart(item.settled);
        break;
      case "hand-over":
        world.handOver(item.succeeds, item.late);
        break;
      case "wait":
        world.clock.advance(item.ms);
    }
  }
  world.settle();
}

function check(world: World): void {
  assert.equal(world.router.ended, undefined, "the router's session was ended");
  const { routes, stale } = world.held();
  assert.deepEqual(new Map(routes), world.router.announced);
  assert.equal(stale, 0);
  assert.equal(world.counters.mismatches, 0);
  assert.equal(world.router.paused, false);
}

for (const enhanced of [true, false]) {
  for (const retain of [100_000, 150]) {
    test(`the router never notices (${enhanced ? "boundaries" : "plain"} refresh, ${retain} bytes kept)`, async () => {
      const seen = {
        resumed: 0,
        takenOver: 0,
        restored: 0,
        replayed: 0,
        dropped: 0,
        handedLossy: 0,
        refreshes: 0,
      };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const world = new World({ enhanced, retain });
          try {
            await run(world, steps);
            check(world);
            seen.resumed += world.counters.resumed;
            seen.takenOver += world.counters.takenOver;
            seen.restored += world.restored;
            seen.replayed += world.counters.bytesReplayed;
            seen.dropped += world.counters.droppedUpdates;
            seen.handedLossy += world.handedLossy;
            seen.refreshes += world.router.refreshes;
          } finally {
            world.remove();
          }
        }),
        { numRuns: Number(process.env["MODEL_RUNS"] ?? 300) },
      );
      // The runs went where it hurts.
      const { dropped, handedLossy, ...always } = seen;
      for (const [what, count] of Object.entries(always)) assert.ok(count > 0, `${what} never happened`);
      assert.equal(dropped > 0, retain < 1_000);
      assert.equal(handedLossy > 0, retain < 1_000);
    });
  }
}
