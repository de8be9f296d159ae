/** Daemons outlive whatever reads their log. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Deployment, listenerOf } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { type Daemon, eventually } from "./lib/process.ts";

describe("a log reader that goes away", () => {
  let net: Deployment;
  let agent: Daemon;
  let at: { readonly host: string; readonly port: number };
  let device: TestDevice;

  before(async () => {
    net = await Deployment.start();
    await net.addDevice({ name: "r1", addresses: ["127.0.1.1"], asn: 65_001 });
    agent = net.agent();
    at = await listenerOf(agent);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    device = await TestDevice.establish({ ...at, localAddress: "127.0.1.1" });
  });

  after(() => net.stop());

  test("costs log lines, which are counted, and no session", async () => {
    const ready = await agent.line("that it is ready", ({ msg }) => msg === "agent is ready");
    for (const daemon of [agent, net.ingest]) daemon.stopReading();
    // Both have something to log now, more than once.
    for (let i = 0; i < 3; i += 1) {
      const stranger = await TestDevice.connect({ ...at, localAddress: `127.0.1.${i + 10}` });
      await eventually("its end", () => stranger.closed, Boolean);
    }
    await net.addDevice({ name: "r2", addresses: ["127.0.1.2"], asn: 65_002 });
    device.announce("203.0.113.0/24", [64_500]);
    await eventually(
      "a route over it all",
      () => net.routes("r1"),
      (routes) => routes.length === 1,
    );
    const urls = [String(ready["status"]), net.credentials.api];
    for (const url of urls) {
      await eventually(
        `lost lines of ${url}`,
        async () => (await fetch(`${url}/metrics`)).text(),
        (text) => /netferry_log_lost_lines_total\{[^}]*cause="reader-gone"[^}]*\} [1-9]/.test(text),
      );
    }
    assert.equal(device.closed, false);
  });
});
