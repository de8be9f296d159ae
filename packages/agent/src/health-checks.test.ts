import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { EventLoopCheck, HealthMonitor, type HealthState } from "@netferry/service";
import type { Agent } from "./agent.ts";
import { addAgentChecks, heartbeatProblem, LATE_HEARTBEATS } from "./health-checks.ts";
import { FakeKernel } from "./md5/testing/fake-kernel.ts";
import { makeAgent } from "./testing/make-agent.ts";
import { SilentIngest } from "./testing/silent-ingest.ts";

/** Long enough for a machine that is busy. */
const PATIENCE_MS = 20_000;

interface Setup {
  readonly agent: Agent;
  readonly health: HealthMonitor;
  readonly ingest: SilentIngest;
}

async function start(test: TestContext, options: Parameters<typeof makeAgent>[1] = {}): Promise<Setup> {
  const ingest = await SilentIngest.start(400);
  const agent = makeAgent(ingest.port, options);
  const health = new HealthMonitor();
  addAgentChecks(health, agent, new EventLoopCheck({ take: () => ({ p50: 0, p99: 0, max: 0 }) }));
  await agent.start();
  test.after(async () => {
    await agent.stop("the test is over");
    ingest.close();
  });
  return { agent, health, ingest };
}

/** Runs the checks until they say so. */
async function until(health: HealthMonitor, right: (state: HealthState) => boolean): Promise<HealthState> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const state = await health.runNow();
    if (right(state)) return state;
    if (performance.now() > deadline) assert.fail(`last: ${JSON.stringify(state)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

function reasonOf({ checks }: HealthState, name: string): string | undefined {
  return checks?.find((check) => check.name === name)?.reason;
}

const isOk = ({ status }: HealthState): boolean => status === "ok";

it("the control stream fails while no ingest is there, with the cause, and recovers", async (test) => {
  const { health, ingest } = await start(test);
  await until(health, isOk);
  ingest.close();
  const down = await until(health, (state) => reasonOf(state, "control stream") !== undefined);
  assert.equal(down.status, "failing");
  assert.match(reasonOf(down, "control stream") ?? "", /127\.0\.0\.1:\d+/);
  assert.equal(reasonOf(down, "heartbeats"), undefined);
  const again = await SilentIngest.start(400, ingest.port);
  test.after(() => again.close());
  await until(health, isOk);
});

it("heartbeats fail while the stream is open and nobody answers, and recover with the first answer", async (test) => {
  const { agent, health, ingest } = await start(test);
  await until(health, isOk);
  ingest.answers = false;
  const silent = await until(health, (state) => reasonOf(state, "heartbeats") !== undefined);
  assert.equal(silent.status, "failing");
  assert.equal(reasonOf(silent, "control stream"), undefined);
  assert.match(
    reasonOf(silent, "heartbeats") ?? "",
    /^127\.0\.0\.1:\d+ has answered none for \d+\.\d s, though the stream is open; one is sent every 0\.4 s$/,
  );
  ingest.answers = true;
  await until(health, isOk);
  assert.equal(agent.control.connected, true);
});

it("heartbeats are judged by the interval that the ingest named", () => {
  const link = { connected: true, target: "t:1", heartbeatIntervalMs: 10_000, sinceAnswerMs: 0 };
  const late = LATE_HEARTBEATS * 10_000;
  assert.equal(heartbeatProblem({ ...link, sinceAnswerMs: late }), undefined);
  assert.match(heartbeatProblem({ ...link, sinceAnswerMs: late + 100 }) ?? "", /for 20\.1 s/);
  assert.equal(heartbeatProblem({ ...link, connected: false, sinceAnswerMs: 1e9 }), undefined);
});

it("listeners fail when a socket is gone, and pass when it was opened again", async (test) => {
  const { agent, health } = await start(test);
  await until(health, isOk);
  const [before] = agent.listeners;
  agent.servers[0]?.close();
  const gone = await health.runNow();
  assert.equal(reasonOf(gone, "listeners"), `the listening socket of ${before} was gone; it is open again`);
  assert.deepEqual(agent.listeners, [before]);
  assert.equal((await health.runNow()).status, "ok");
});

it("the capture fails while SYNs are not seen, and recovers", async (test) => {
  const kernel = new FakeKernel();
  const { agent, health } = await start(test, { md5: { interface: "eth0", kernel } });
  await until(health, isOk);
  kernel.captureError = new Error('there is no interface "eth0"');
  kernel.interfaceDown();
  const down = await until(health, (state) => reasonOf(state, "capture of signed SYNs") !== undefined);
  assert.equal(down.status, "failing");
  kernel.captureError = undefined;
  await until(health, isOk);
  assert.equal(agent.md5?.problem, undefined);
});
