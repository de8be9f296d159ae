import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JOINED_RUN_BYTES, RetainedRuns, SHORT_RUN_BYTES } from "./retained.ts";

test("what was appended can be read again from any position that is still kept", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          { weight: 5, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }) },
          fc
            .integer({ min: 1, max: 2 * SHORT_RUN_BYTES })
            .map((length) => new Uint8Array(length).fill(length)),
        ),
        { maxLength: 60 },
      ),
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
          const limit = JOINED_RUN_BYTES;
          for (let at = retained.from; at < retained.to;) {
            const part = retained.read(at, limit);
            assert.ok(part.length > 0 && part.length <= limit);
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

test("short runs are joined, however they come and go, and what was read stays as it was", () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: SHORT_RUN_BYTES + 10 }) }),
    fc.record({ release: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ read: fc.integer({ min: 1, max: 70_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const retained = new RetainedRuns();
      const ends = [0];
      const read: { readonly at: number; readonly part: Uint8Array }[] = [];
      for (const each of steps) {
        if ("append" in each) {
          const at = retained.to;
          retained.append(Uint8Array.from({ length: each.append }, (_, index) => at + index));
          ends.push(retained.to);
        } else if ("release" in each) {
          const wanted = retained.from + each.release * retained.size;
          assert.ok(
            retained.release(ends.findLast((end) => end <= wanted && end >= retained.from) ?? retained.from),
          );
        } else {
          read.push({ at: retained.from, part: retained.read(retained.from, each.read) });
        }
      }
      for (const { at, part } of read) {
        assert.ok(ends.includes(at + part.length));
        assert.deepEqual(
          part,
          Uint8Array.from({ length: part.length }, (_, index) => at + index),
        );
      }
    }),
  );
});

test("many short runs take about as much memory as they have octets", () => {
  const retained = new RetainedRuns();
  for (let n = 0; n < 50_000; n += 1) retained.append(new Uint8Array(19));
  const buffers = new Set<ArrayBufferLike>();
  for (let at = 0; at < retained.to;) {
    const part = retained.read(at, 1);
    buffers.add(part.buffer);
    at += part.length;
  }
  const bytes = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(buffers.size <= 2 * (retained.size / JOINED_RUN_BYTES), `${buffers.size} arrays`);
  assert.ok(bytes < 1.5 * retained.size, `${bytes} octets`);
});
