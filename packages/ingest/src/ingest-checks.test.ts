import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { it } from "node:test";
import { EventLoopCheck, HealthMonitor } from "@netferry/service";
import { addIngestChecks } from "./ingest-checks.ts";

it("the registry, a listener and the event loop fail by themselves, and pass again", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  let registryError: Error | undefined;
  let max = 0;
  const health = new HealthMonitor();
  addIngestChecks(health, {
    registry: {
      deviceCount() {
        if (registryError !== undefined) throw registryError;
        return 0;
      },
    },
    eventLoop: new EventLoopCheck({ take: () => ({ p50: 0, p99: 0, max }) }),
    listeners: () => [{ what: "relay listener", server }],
  });
  const failing = async (): Promise<string[]> =>
    ((await health.runNow()).checks ?? []).map(({ name }) => name);
  assert.deepEqual(await failing(), []);
  registryError = new Error("disk I/O error");
  assert.deepEqual(await failing(), ["registry"]);
  registryError = undefined;
  max = 5_000;
  assert.deepEqual(await failing(), ["event loop"]);
  max = 0;
  server.close();
  const [gone] = (await health.runNow()).checks ?? [];
  assert.match(gone?.reason ?? "", /^the listening socket is gone: relay listener; /);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  assert.deepEqual(await failing(), []);
  server.close();
});
