import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { encodeLogRecord, logsRequest, type LogRecord } from "@netferry/service";
import { call, errorOf } from "./testing/call.ts";
import { type FakeIngest, startFakeIngest } from "./testing/fake-ingest.ts";

const LOGS = "/agents/v202204/logs";

function logs(instance: string, hostname: string, ...lines: [LogRecord["level"], string, number][]): string {
  return logsRequest(
    { "service.instance.id": instance, "host.name": hostname },
    lines.map(([level, message, time]) => encodeLogRecord({ time, level, message, fields: {} })),
  );
}

describe("agents' exports over HTTP", () => {
  let ingest: FakeIngest;

  before(async () => {
    ingest = await startFakeIngest();
  });
  after(() => ingest.close());

  async function messages(path: string): Promise<string[]> {
    const { status, text } = await call(ingest, "GET", `/api/v1/agents/${path}`);
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { lines: { message: string }[] }).lines.map(({ message }) => message);
  }

  test("are shown by instance, by how it begins, and by host name over all its starts; by level, number and sequence", async () => {
    await call(ingest, "POST", LOGS, {
      body: logs("aaaa-1", "site7", ["info", "old", 1], ["warn", "warning", 2]),
    });
    await call(ingest, "POST", LOGS, { body: logs("bbbb-2", "site7", ["info", "new", 3]) });
    assert.deepEqual(await messages("aaaa-1/logs"), ["old", "warning"]);
    assert.deepEqual(await messages("bbbb/logs"), ["new"]);
    assert.deepEqual(await messages("site7/logs"), ["old", "warning", "new"]);
    assert.deepEqual(await messages("site7/logs?level=warn"), ["warning"]);
    assert.deepEqual(await messages("site7/logs?limit=1"), ["new"]);
    assert.deepEqual(await messages("site7/logs?after=2"), ["new"]);
    const nobody = await call(ingest, "GET", "/api/v1/agents/site8/logs");
    assert.equal(nobody.status, 404);
    assert.match(errorOf(nobody).message, /^no agent has the instance or the host name site8/);
  });

  test("are refused when they grow beyond the bound by decompression, or are no gzip", async () => {
    const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024, 0x20));
    for (const body of [bomb, Buffer.from("no gzip")]) {
      const response = await fetch(`${ingest.url}${LOGS}`, {
        method: "POST",
        headers: { ...ingest.headers, "content-type": "application/json", "content-encoding": "gzip" },
        body,
      });
      assert.equal(response.status, 400);
      assert.match(await response.text(), /no JSON, no gzip of it, or more than 8388608 octets/);
    }
    assert.deepEqual(ingest.faults, []);
  });
});
