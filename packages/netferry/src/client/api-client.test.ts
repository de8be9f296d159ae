import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { z } from "zod";
import { ApiClient } from "./api-client.ts";

test("whoever aborts gets the own reason, wherever the answer stands", async (t) => {
  // Answers with a first line, and never ends; `/api/v1/silent` does not begin.
  const server = createServer((request, response) => {
    if (request.url !== "/api/v1/silent") response.write('{"line":1}\n');
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const reason = new Error("the reader is gone");
  const access = {
    api: new URL(`http://127.0.0.1:${port}`),
    email: "ops@example.net",
    token: "a-token",
    trust: { kind: "system" },
  } as const;
  const isReason = (error: unknown): boolean => error === reason;

  const listing = new AbortController();
  const { batches } = await new ApiClient(access, listing.signal).lines("/lines", {});
  assert.deepEqual((await batches.next()).value, ['{"line":1}']);
  listing.abort(reason);
  await assert.rejects(batches.next(), isReason);

  for (const path of ["/object", "/silent"]) {
    const asking = new AbortController();
    const asked = once(server);
    const answer = new ApiClient(access, asking.signal).get(path, z.object({}));
    await asked;
    asking.abort(reason);
    await assert.rejects(answer, isReason, path);
  }
});

function once(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => server.once("request", () => setImmediate(resolve)));
}
