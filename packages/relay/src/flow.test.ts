import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CROWDED_BYTES, FlowBudget, FlowMismatch, SessionFlow } from "./flow.ts";
import { bareFrame, type DataFrame } from "./frames.ts";

const never = () => () => undefined;

/** One direction of a session over a stream that may break at any time, with frames in flight lost. */
class Wire {
  readonly sender = new SessionFlow({ later: never });
  readonly receiver = new SessionFlow({ later: never });
  readonly delivered: number[] = [];
  #toReceiver: DataFrame[] = [];
  #toSender: DataFrame[] = [];

  attach(window: number): void {
    this.#toReceiver = [];
    this.#toSender = [];
    this.sender.attach((frame) => this.#toReceiver.push(frame) % 3 !== 0, this.receiver.received, window);
    this.receiver.attach((frame) => this.#toSender.push(frame) > 0, this.sender.received, window);
  }

  cut(): void {
    this.sender.detach();
    this.receiver.detach();
    this.#toReceiver = [];
    this.#toSender = [];
  }

  step(): void {
    const frame = this.#toReceiver.shift();
    if (frame !== undefined) {
      const payload = this.receiver.receive(frame);
      this.delivered.push(...payload);
      this.receiver.markApplied(payload.length);
      this.receiver.acknowledge();
    }
    const answer = this.#toSender.shift();
    if (answer !== undefined) this.sender.receive(answer);
    this.sender.drained();
  }

  settle(): void {
    for (let i = 0; i < 10_000 && this.sender.unacknowledged > 0; i += 1) this.step();
  }
}

test("whatever breaks in between, every byte arrives once and in order", () => {
  const command = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("push" as const), size: fc.integer({ min: 1, max: 300 }) }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("step" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("cut" as const) }) },
  );
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 120 }),
      fc.integer({ min: 100, max: 2000 }),
      (commands, window) => {
        const wire = new Wire();
        const sent: number[] = [];
        wire.attach(window);
        for (const item of commands) {
          if (item.do === "push") {
            const run = Uint8Array.from({ length: item.size }, (_, i) => (sent.length + i) & 0xff);
            sent.push(...run);
            wire.sender.push(run);
          } else if (item.do === "step") {
            wire.step();
          } else {
            wire.cut();
            wire.attach(window);
          }
        }
        wire.settle();
        assert.deepEqual(wire.delivered, sent);
        assert.equal(wire.sender.unacknowledged, 0);
      },
    ),
  );
});

test("no more than the window is in flight, and the source is told to pause and to go on", () => {
  const told: boolean[] = [];
  const frames: DataFrame[] = [];
  const flow = new SessionFlow({ later: never, onBlocked: (blocked) => told.push(blocked) });
  flow.attach((frame) => frames.push(frame) > 0, 0, 100_000);
  for (let i = 0; i < 30; i += 1) flow.push(new Uint8Array(10_000));
  assert.equal(
    frames.reduce((sum, frame) => sum + frame.payload.length, 0),
    100_000,
  );
  assert.deepEqual(told, [true]);
  flow.receive(bareFrame(0, 100_000));
  assert.equal(
    frames.reduce((sum, frame) => sum + frame.payload.length, 0),
    200_000,
  );
  flow.receive(bareFrame(0, 200_000));
  assert.deepEqual(told, [true]);
  flow.receive(bareFrame(0, 260_000));
  assert.deepEqual(told, [true, false]);
});

test("flows of one budget pause with little in flight once it is used up, and go on as they are acknowledged", () => {
  const budget = new FlowBudget(300_000);
  const blocked = new Set<number>();
  const flows = Array.from({ length: 10 }, (_, index) => {
    const onBlocked = (now: boolean): void => void (now ? blocked.add(index) : blocked.delete(index));
    const flow = new SessionFlow({ later: never, budget, onBlocked });
    flow.attach(() => true, 0, 1_000_000);
    return flow;
  });
  for (let round = 0; round < 100; round += 1) {
    for (const [index, flow] of flows.entries()) if (!blocked.has(index)) flow.push(new Uint8Array(10_000));
  }
  assert.equal(blocked.size, 10);
  assert.ok(budget.used >= 300_000 && budget.used < 10 * (CROWDED_BYTES + 10_000), `${budget.used}`);
  const [one, ...others] = flows;
  assert.ok(one !== undefined);
  one.receive(bareFrame(0, one.produced));
  one.push(new Uint8Array(10_000));
  assert.equal(blocked.has(0), false);
  for (const flow of others) flow.forget();
  assert.equal(budget.used, 10_000);
});

test("a peer whose figures can't be true ends the session", () => {
  const flow = new SessionFlow({ later: never });
  flow.attach(() => true, 0, 1000);
  flow.push(new Uint8Array(100));
  assert.throws(() => flow.receive(bareFrame(0, 101)), FlowMismatch);
  assert.throws(() => flow.receive({ ...bareFrame(19, 0), payload: new Uint8Array(19) }), FlowMismatch);
  flow.detach();
  assert.throws(() => flow.attach(() => true, 101, 1000), FlowMismatch);
});

test("an acknowledgement waits a little, and goes with data where there is some", () => {
  const waiting: (() => void)[] = [];
  const frames: DataFrame[] = [];
  const flow = new SessionFlow({
    later: (_delay, run) => {
      waiting.push(run);
      return () => waiting.splice(waiting.indexOf(run), 1);
    },
  });
  flow.attach((frame) => frames.push(frame) > 0, 0, 8000);
  flow.markApplied(flow.receive({ ...bareFrame(0, 0), payload: new Uint8Array(19) }).length);
  assert.equal(frames.length, 0);
  waiting[0]?.();
  assert.equal(frames[0]?.acknowledged, 19);
  flow.markApplied(flow.receive({ ...bareFrame(19, 0), payload: new Uint8Array(19) }).length);
  flow.push(new Uint8Array(5));
  assert.equal(frames[1]?.acknowledged, 38);
  assert.equal(waiting.length, 0);
  flow.markApplied(flow.receive({ ...bareFrame(38, 0), payload: new Uint8Array(1000) }).length);
  assert.equal(frames[2]?.acknowledged, 1038);
});
