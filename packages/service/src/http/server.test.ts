import assert from "node:assert/strict";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { after, describe, it } from "node:test";
import { Hono } from "hono";
import { createLogger } from "../log/logger.ts";
import { CapturedStream } from "../testing/captured-stream.ts";
import { selfSignedCertificate } from "../tls/self-signed.ts";
import { jsonResponse, wantsPretty } from "./respond.ts";
import { type HttpServer, serveHttp, type ServeOptions } from "./server.ts";

const running: HttpServer[] = [];

async function serve(app: ServeOptions["app"], more: Partial<ServeOptions> = {}): Promise<HttpServer> {
  const server = await serveHttp({ app, listen: { host: "127.0.0.1", port: 0 }, what: "test API", ...more });
  running.push(server);
  return server;
}

after(async () => {
  await Promise.all(running.map((server) => server.close(0)));
});

/** Sends raw octets and returns all that comes back until the server closes. */
function raw(server: HttpServer, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(server.address.port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

describe("an HTTP server", () => {
  it("serves a hono application, its own 404s included", async () => {
    const app = new Hono();
    app.get("/hc", (context) => jsonResponse(context.req, { status: "ok" }));
    app.notFound((context) => context.text("nothing here", 404));
    const server = await serve(app);
    assert.equal(server.url, `http://127.0.0.1:${server.address.port}`);
    assert.equal(await (await fetch(`${server.url}/hc`)).text(), '{"status":"ok"}\n');
    assert.equal(await (await fetch(`${server.url}/hc?pretty`)).text(), '{\n  "status": "ok"\n}\n');
    assert.equal(await (await fetch(`${server.url}/x`)).text(), "nothing here");
  });

  it("answers what fails with 500 and tells the log, not the client, why", async () => {
    const stream = new CapturedStream();
    const app = { fetch: () => Promise.reject(new Error("store is gone")) };
    const server = await serve(app, { logger: createLogger({ destination: stream }) });
    const response = await fetch(`${server.url}/x`);
    assert.equal(response.status, 500);
    const body = await response.text();
    assert.match(body, /"code":"internal"/);
    assert.doesNotMatch(body, /store is gone/);
    assert.match(stream.text, /"err":"store is gone"/);
  });

  it("leaves the process's own Request and Response alone", async () => {
    const { Request, Response } = globalThis;
    await serve(new Hono());
    assert.equal(globalThis.Request, Request);
    assert.equal(globalThis.Response, Response);
  });
});

describe("limits", () => {
  const echo = new Hono();
  echo.post("/", async (context) => context.text(String((await context.req.text()).length)));

  it("hold for a body of known length and for a chunked one", async () => {
    const server = await serve(echo, { limits: { maxBodyBytes: 1000 } });
    assert.equal(await (await fetch(server.url, { method: "POST", body: "x".repeat(1000) })).text(), "1000");
    const tooLong = await fetch(server.url, { method: "POST", body: "x".repeat(1001) });
    assert.equal(tooLong.status, 413);
    assert.match(await tooLong.text(), /at most/);
    const chunk = `400\r\n${"x".repeat(0x400)}\r\n0\r\n\r\n`;
    const head = "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    assert.match(await raw(server, head + chunk), /^HTTP\/1\.1 413 /);
  });

  it("let pass a body in chunks that fits, and a method that may have one and has none", async () => {
    const app = new Hono();
    app.all("/", async (context) => context.text(`${context.req.method} ${await context.req.text()}`));
    const server = await serve(app, { limits: { maxBodyBytes: 1000 } });
    const head = "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    assert.match(await raw(server, `${head}3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n`), /POST onetwo$/);
    assert.equal(await (await fetch(server.url, { method: "DELETE" })).text(), "DELETE ");
  });

  it("hold for headers", async () => {
    const server = await serve(echo, { limits: { maxHeaderBytes: 1024 } });
    const answer = await raw(server, `GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(2000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 431 /);
  });

  it("hold for headers that do not come", async () => {
    const server = await serve(echo, { limits: { headersTimeoutSeconds: 1 } });
    assert.match(await raw(server, "GET / HTTP/1.1\r\nhost: a\r\n"), /^HTTP\/1\.1 408 /);
  });

  it("hold for connections, and refused ones are counted and logged", async () => {
    const stream = new CapturedStream();
    const server = await serve(echo, {
      limits: { maxConnections: 1 },
      logger: createLogger({ destination: stream }),
    });
    const held = connect(server.address.port, "127.0.0.1");
    await new Promise((resolve) => {
      held.once("connect", resolve);
    });
    while (server.connections === 0) await new Promise(setImmediate);
    const refused = await raw(server, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").catch((error: unknown) =>
      String(error),
    );
    assert.doesNotMatch(refused, /HTTP/);
    assert.equal(server.refusedConnections, 1);
    assert.match(stream.text, /connection refused, too many are open/);
    held.destroy();
  });
});

describe("closing", () => {
  it("lets a request that is being served end, and takes no more", async () => {
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const app = new Hono();
    app.get("/", async (context) => {
      started.resolve();
      await gate.promise;
      return context.text("done");
    });
    const server = await serve(app);
    const answer = fetch(server.url).then((response) => response.text());
    await started.promise;
    const closed = server.close(60);
    await assert.rejects(fetch(server.url));
    gate.resolve();
    assert.equal(await answer, "done");
    await closed;
  });

  it("cuts what does not end within its grace, and can be repeated", async () => {
    const started = Promise.withResolvers<void>();
    const app = new Hono();
    app.get("/", () => {
      started.resolve();
      return new Promise<Response>(() => {});
    });
    const server = await serve(app);
    const answer = fetch(server.url);
    await started.promise;
    await Promise.all([server.close(0), assert.rejects(answer)]);
    await server.close();
  });
});

it("HTTPS with a given certificate is trusted by it", async () => {
  const certificate = await selfSignedCertificate({ commonName: "test", addresses: ["127.0.0.1"] });
  const app = new Hono();
  app.get("/", (context) => context.text("over TLS"));
  const server = await serve(app, { tls: certificate });
  assert.match(server.url, /^https:/);
  const body = await new Promise<string>((resolve, reject) => {
    const request = httpsRequest(`${server.url}/`, { ca: certificate.certPem, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
    request.end();
  });
  assert.equal(body, "over TLS");
});

it("a port in use is an operator's error that names the listener", async () => {
  const first = await serve(new Hono());
  await assert.rejects(
    serve(new Hono(), { listen: first.address }),
    /test API cannot listen on 127\.0\.0\.1:\d+: port/,
  );
});

it("?pretty is asked for by its name alone, and can be denied", () => {
  const cases: [string, boolean][] = [
    ["http://a/x", false],
    ["http://a/x?pretty", true],
    ["http://a/x?pretty=", true],
    ["http://a/x?a=1&pretty=true", true],
    ["http://a/x?pretty=false", false],
    ["http://a/x?pretty=0", false],
    ["http://a/pretty?x=pretty", false],
  ];
  for (const [url, expected] of cases) assert.equal(wantsPretty({ url }), expected, url);
});
