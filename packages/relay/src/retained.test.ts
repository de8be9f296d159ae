import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RetainedRuns } from "./retained.ts";

test("what was appended can be read again from any position that is still kept", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 60 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      (runs, releases) => {
        const retained = new RetainedRuns();
        const all: number[] = [];
        for (const run of runs) {
          retained.append(run);
          all.push(...run);
        }
        for (const share of [...releases, 1].sort((a, b) => a - b)) {
          const position = Math.floor(share * all.length);
          assert.equal(retained.release(position), position >= retained.from);
          const read: number[] = [];
          for (let at = retained.from; at < retained.to;) {
            const part = retained.read(at, 64);
            assert.ok(part.length > 0 && part.length <= 64);
            read.push(...part);
            at += part.length;
          }
          assert.deepEqual(read, all.slice(retained.from));
        }
        assert.equal(retained.size, 0);
      },
    ),
  );
});

test("a position outside of what is kept is refused and changes nothing", () => {
  const retained = new RetainedRuns(100);
  retained.append(new Uint8Array(50));
  assert.equal(retained.release(99), false);
  assert.equal(retained.release(151), false);
  assert.deepEqual([retained.from, retained.to], [100, 150]);
  assert.equal(retained.read(99, 10).length, 0);
});

test("a run that is larger than the limit comes whole", () => {
  const retained = new RetainedRuns();
  retained.append(new Uint8Array(70_000));
  assert.equal(retained.read(0, 65_536).length, 70_000);
});
