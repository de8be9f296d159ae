import assert from "node:assert/strict";
import { it } from "node:test";
import { EventLoopCheck, MAX_LOOP_LAG_MS } from "./event-loop.ts";

it("the event loop fails while what is due comes too late, and says how late", () => {
  let max = 0;
  const check = new EventLoopCheck({ take: () => ({ p50: 0.1, p99: 1, max }) });
  assert.equal(check.last, undefined);
  assert.equal(check.run(), undefined);
  max = MAX_LOOP_LAG_MS;
  assert.equal(check.run(), undefined);
  max = 2_340;
  assert.match(check.run() ?? "", /^what was due came 2\.3 s late, more than 1 s; /);
  assert.deepEqual(check.last, { p50: 0.1, p99: 1, max: 2_340 });
  max = 3;
  assert.equal(check.run(), undefined);
});
