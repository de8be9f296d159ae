import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parseProxyUrl } from "@netferry/relay";
import { type PostTarget, postJson } from "./http-post.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();

after(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function target(port: number, more: Partial<PostTarget> = {}): PostTarget {
  const url = new URL(`http://127.0.0.1:${port}/v1/logs`);
  return { url, host: "127.0.0.1", port, trust: undefined, headers: {}, ...more };
}

const never = new AbortController().signal;

test("what a server answers decides what becomes of the export", async () => {
  let answer: [number, Record<string, string>] = [200, {}];
  const port = await listen(
    createHttpServer((_request, response) => response.writeHead(...answer).end("said\u0007so")),
  );
  const outcome = () => postJson(target(port), "{}", never);
  assert.deepEqual(await outcome(), { kind: "taken" });
  answer = [503, {}];
  assert.deepEqual(await outcome(), { kind: "later", reason: `127.0.0.1:${port} answers 503: said so` });
  answer = [429, { "retry-after": "7" }];
  assert.deepEqual(await outcome(), {
    kind: "later",
    reason: `127.0.0.1:${port} answers 429: said so`,
    retryAfterMs: 7_000,
  });
  answer = [404, {}];
  assert.deepEqual(await outcome(), { kind: "refused", reason: `127.0.0.1:${port} answers 404: said so` });
});

test("long bodies are compressed, and a proxy is given the whole URL and its credentials", async () => {
  let seen: { url: string; authorization: string; body: string } | undefined;
  const port = await listen(
    createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        seen = {
          url: request.url ?? "",
          authorization: request.headers["proxy-authorization"] ?? "",
          body: gunzipSync(Buffer.concat(chunks)).toString(),
        };
        response.end();
      });
    }),
  );
  const proxy = parseProxyUrl(`http://u:p@127.0.0.1:${port}`);
  const url = new URL("http://logs.example.net/v1/logs?a=b");
  const json = JSON.stringify("x".repeat(2_000));
  const outcome = await postJson(target(80, { url, host: "logs.example.net", proxy }), json, never);
  assert.deepEqual(outcome, { kind: "taken" });
  assert.deepEqual(seen, {
    url: "http://logs.example.net/v1/logs?a=b",
    authorization: `Basic ${Buffer.from("u:p").toString("base64")}`,
    body: json,
  });
});

test("a server that says nothing holds nobody up who stops", async () => {
  const port = await listen(createServer());
  const stop = new AbortController();
  const waiting = postJson(target(port), "{}", stop.signal);
  setImmediate(() => stop.abort());
  assert.deepEqual(await waiting, { kind: "later", reason: `127.0.0.1:${port} did not answer in time` });
  const gone = await postJson(target(port), "{}", stop.signal);
  assert.equal(gone.kind, "later");
});

test("a server that is not there, or speaks no TLS, is named with the remedy", async () => {
  const missing = await postJson(target(1), "{}", never);
  assert.match(missing.kind === "later" ? missing.reason : "", /^127\.0\.0\.1:1 refuses connections/);
  const port = await listen(createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")));
  const secure = { url: new URL(`https://127.0.0.1:${port}/`), trust: { kind: "system" } } as const;
  const plain = await postJson(target(port, secure), "{}", never);
  assert.match(plain.kind === "later" ? plain.reason : "", /does not speak TLS/);
});

test("a server that closes before it is asked holds nobody up", async () => {
  const closing = createServer((socket) => socket.end());
  const rejecting = createServer((socket) => socket.resetAndDestroy());
  const json = JSON.stringify(Array.from({ length: 300_000 }, (_, index) => index));
  for (const port of [await listen(closing), await listen(rejecting)]) {
    // While the body is compressed, the connection goes.
    const outcome = await postJson(target(port), json, never);
    assert.equal(outcome.kind, "later");
  }
});
