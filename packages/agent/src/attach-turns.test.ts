import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type AttachTurn, AttachTurns, MAX_ATTACHING } from "./attach-turns.ts";

suite("Turns to attach", () => {
  test("are so many at once, then in order as others end", () => {
    const turns = new AttachTurns();
    const begun: number[] = [];
    const all = Array.from({ length: MAX_ATTACHING + 3 }, (_, i) => turns.turn(() => begun.push(i)));
    for (const turn of all) turn.request();
    assert.equal(begun.length, MAX_ATTACHING);
    assert.equal(turns.waiting, 3);
    all[5]?.end();
    all[5]?.end();
    assert.deepEqual(begun.slice(MAX_ATTACHING), [MAX_ATTACHING]);
    all[MAX_ATTACHING + 1]?.end();
    all[0]?.end();
    assert.deepEqual(begun.slice(MAX_ATTACHING), [MAX_ATTACHING, MAX_ATTACHING + 2]);
    assert.equal(turns.waiting, 0);
  });

  test("that end as soon as they begin let all others begin, however many there are", () => {
    const turns = new AttachTurns();
    let begun = 0;
    const blocking = Array.from({ length: MAX_ATTACHING }, () => turns.turn(() => undefined));
    for (const turn of blocking) turn.request();
    for (let i = 0; i < 100_000; i += 1) {
      const turn: AttachTurn = turns.turn(() => {
        begun += 1;
        turn.end();
      });
      turn.request();
    }
    assert.equal(begun, 0);
    blocking[0]?.end();
    assert.equal(begun, 100_000);
  });
});
