/** `/hc` of a real agent: each check is made to fail from outside, and passes again when that is mended. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { hasCapability } from "@netferry/kernel";
import { Deployment, listenerOf } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { type Daemon, eventually } from "./lib/process.ts";

interface Health {
  readonly code: number;
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
}

/** Who may end others' sockets. */
const asAdmin = { skip: !hasCapability("CAP_NET_ADMIN") && "skipped: CAP_NET_ADMIN is missing" };
/** Longer than the bound of the event loop's check. */
const STANDSTILL_MS = 1_500;

describe("/hc of an agent", () => {
  let net: Deployment;
  let agent: Daemon;
  let url: string;

  before(async () => {
    net = await Deployment.start();
    agent = net.agent();
    url = String((await agent.line("its status", ({ msg }) => msg === "agent is ready"))["status"]);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
  });
  after(() => net.stop());

  async function ask(): Promise<Health> {
    const answer = await fetch(`${url}/hc`);
    const body = (await answer.json()) as {
      readonly timestamp: string;
      readonly status: string;
      readonly checks?: readonly { readonly name: string; readonly reason: string }[];
    };
    assert.ok(!Number.isNaN(Date.parse(body.timestamp)));
    assert.equal(answer.status, body.status === "ok" ? 200 : 503);
    const checks = Object.fromEntries((body.checks ?? []).map(({ name, reason }) => [name, reason]));
    return { code: answer.status, status: body.status, checks };
  }

  const fails = (check: string): Promise<Health> =>
    eventually(`${check} failing`, ask, ({ checks }) => checks[check] !== undefined);
  const recovers = (): Promise<Health> => eventually("its recovery", ask, ({ code }) => code === 200);

  test("fails for the event loop after the process stood still, and recovers", async () => {
    await recovers();
    agent.signal("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, STANDSTILL_MS));
    agent.signal("SIGCONT");
    const { status, checks } = await fails("event loop");
    assert.equal(status, "failing");
    assert.match(checks["event loop"] ?? "", /^what was due came \d+\.\d s late, more than 1 s/);
    await recovers();
  });

  test("fails for a listener that was ended from outside, and opens it again", asAdmin, async () => {
    await net.addDevice({ name: "r1", addresses: ["127.0.0.1"], asn: 65_001 });
    await recovers();
    const at = await listenerOf(agent);
    execFileSync("ss", ["-K", "-t", "state", "listening", `sport = :${at.port}`]);
    await assert.rejects(TestDevice.connect(at));
    const { checks } = await fails("listeners");
    assert.equal(
      checks["listeners"],
      `the listening socket of 127.0.0.1:${at.port} was gone; it is open again`,
    );
    await recovers();
    const device = await TestDevice.establish(at);
    device.end();
  });

  test("fails for the control stream while the ingest is away, and recovers when it is back", async () => {
    await recovers();
    await net.ingest.kill();
    const { checks } = await fails("control stream");
    assert.match(checks["control stream"] ?? "", /127\.0\.0\.1:\d+/);
    net.restartIngest(net.credentials.api);
    await recovers();
  });
});
