import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TargetRounds } from "./target-rounds.ts";

/** What is tried, and the pause before it, for so many failures in a row. */
function failures(rounds: TargetRounds, count: number): [number, number][] {
  return Array.from({ length: count }, () => {
    const delay = rounds.failed();
    return [rounds.index, delay];
  });
}

describe("targets", () => {
  it("are tried in order, with a pause only after all of them", () => {
    const rounds = new TargetRounds(3, () => 0);
    assert.deepEqual(failures(rounds, 7), [
      [1, 0],
      [2, 0],
      [0, 250],
      [1, 0],
      [2, 0],
      [0, 500],
      [1, 0],
    ]);
  });

  it("are never waited for longer than two seconds, however many are dead", () => {
    for (const targets of [1, 2, 5]) {
      const rounds = new TargetRounds(targets, () => 0.999);
      const round = failures(rounds, targets * 20).slice(-targets);
      assert.ok(round.reduce((sum, [, delay]) => sum + delay, 0) <= 2_000 + targets * 100);
    }
  });

  it("are come back to, if the connection was lost, and left behind, if the ingest is about to stop", () => {
    const rounds = new TargetRounds(2, () => 0.5);
    rounds.connected();
    assert.deepEqual([rounds.lost(), rounds.index], [500, 0]);
    rounds.connected();
    assert.deepEqual([rounds.left(), rounds.index], [500, 1]);
  });

  it("get short pauses again after a connection", () => {
    const rounds = new TargetRounds(1, () => 0);
    failures(rounds, 10);
    rounds.connected();
    rounds.lost();
    assert.deepEqual(failures(rounds, 2), [
      [0, 250],
      [0, 500],
    ]);
  });
});
