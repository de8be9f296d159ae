import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { DEFAULT_HTTP_LIMITS } from "@netferry/service";
import { z } from "zod";
import { call, errorOf } from "./testing/call.ts";
import { startFakeIngest } from "./testing/fake-ingest.ts";
import type { FakeIngest } from "./testing/fake-ingest.ts";

let ingest: FakeIngest;
before(async () => {
  ingest = await startFakeIngest();
});
after(() => ingest.close());

describe("credentials", () => {
  const paths = [
    "/devices",
    "/devices/r1",
    "/devices/r1/routes",
    "/sites",
    "/status",
    "/agents",
    "/openapi.json",
  ];
  for (const path of paths) {
    test(`${path} wants them`, async () => {
      const answer = await call(ingest, "GET", `/api/v1${path}`, { headers: {} });
      assert.equal(answer.status, 401);
      const { code, message } = errorOf(answer);
      assert.equal(code, "unauthorized");
      assert.match(message, /x-ch-auth-email.*x-ch-auth-api-token/);
    });
  }

  test("an email without its token, and a wrong token, are told apart", async () => {
    const { email } = ingest;
    const half = await call(ingest, "GET", "/api/v1/status", { headers: { "x-ch-auth-email": email } });
    assert.match(errorOf(half).message, /^the header x-ch-auth-api-token is missing/);
    const wrong = await call(ingest, "GET", "/api/v1/status", {
      headers: { "x-ch-auth-email": email, "x-ch-auth-api-token": "secret-guess" },
    });
    assert.equal(wrong.status, 401);
    assert.match(errorOf(wrong).message, /are not those of an account/);
    assert.doesNotMatch(wrong.text, /secret-guess/);
  });

  test("a removed account is out at once, and refusals are counted", async () => {
    const { token } = ingest.registry.addAccount("gone@example.net");
    const headers = { "x-ch-auth-email": "gone@example.net", "x-ch-auth-api-token": token };
    assert.equal((await call(ingest, "GET", "/api/v1/status", { headers })).status, 200);
    ingest.registry.removeAccount("gone@example.net");
    const refused = ingest.stats.unauthorized;
    assert.equal((await call(ingest, "GET", "/api/v1/status", { headers })).status, 401);
    assert.equal(ingest.stats.unauthorized, refused + 1);
  });

  test("nothing unauthenticated can write", async () => {
    for (const [method, path] of [
      ["POST", "/api/v1/devices"],
      ["PATCH", "/api/v1/devices/1"],
      ["DELETE", "/api/v1/devices/1"],
      ["POST", "/api/v1/sites"],
      ["DELETE", "/api/v1/sites/1"],
    ] as const) {
      const answer = await call(ingest, method, path, { headers: {}, body: {} });
      assert.equal(answer.status, 401, `${method} ${path}`);
    }
  });
});

describe("probes", () => {
  test("health and metrics want no credentials", async () => {
    const health = await call(ingest, "GET", "/hc", { headers: {} });
    assert.equal(health.status, 200);
    assert.deepEqual(JSON.parse(health.text), { timestamp: "2026-01-01T00:00:00.000Z", status: "ok" });
    const metrics = await call(ingest, "GET", "/metrics", { headers: {} });
    assert.equal(metrics.status, 200);
    assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(metrics.text, /^netferry_up 1$/m);
  });

  test("anything but ok is 503", async () => {
    for (const status of ["initializing", "timeout", "old_result", "failing"] as const) {
      ingest.health = { timestamp: "2026-01-01T00:00:00.000Z", status };
      const answer = await call(ingest, "GET", "/hc", { headers: {} });
      assert.equal(answer.status, 503);
      assert.match(answer.text, new RegExp(status));
    }
    ingest.health = { timestamp: "2026-01-01T00:00:00.000Z", status: "ok" };
  });
});

describe("errors", () => {
  test("what is not there is named, with where to look", async () => {
    const answer = await call(ingest, "GET", "/api/v1/nothing");
    assert.equal(answer.status, 404);
    assert.match(errorOf(answer).message, /there is no GET \/api\/v1\/nothing; .*openapi\.json/);
    assert.equal((await call(ingest, "PUT", "/api/v1/devices", { body: {} })).status, 404);
    assert.equal((await call(ingest, "GET", "/", { headers: {} })).status, 404);
  });

  test("a body that is no JSON, none at all, or of another type", async () => {
    const broken = await call(ingest, "POST", "/api/v1/sites", { body: "{" });
    assert.equal(broken.status, 400);
    assert.match(errorOf(broken).message, /^body: .*JSON/);
    const none = await call(ingest, "POST", "/api/v1/sites");
    assert.equal(none.status, 400);
    const list = await call(ingest, "POST", "/api/v1/sites", { body: "[]" });
    assert.equal(list.status, 400);
    const form = await call(ingest, "POST", "/api/v1/sites", {
      headers: { ...ingest.headers, "content-type": "application/x-www-form-urlencoded" },
    });
    assert.equal(form.status, 400);
    assert.deepEqual(ingest.registry.sites(), []);
  });

  test("a body that is too long is not read to its end", async () => {
    const body = JSON.stringify({ name: "x".repeat(DEFAULT_HTTP_LIMITS.maxBodyBytes) });
    const answer = await call(ingest, "POST", "/api/v1/sites", { body });
    assert.equal(answer.status, 413);
    assert.equal(errorOf(answer).code, "too-large");
  });

  test("a fault inside is told to the log and not to the client", async () => {
    const broken = await startFakeIngest();
    broken.registry.close();
    const answer = await call(broken, "GET", "/api/v1/devices");
    await broken.close();
    assert.equal(answer.status, 500);
    assert.deepEqual(errorOf(answer), {
      code: "internal",
      message: "ingest could not answer; its log says why",
    });
    assert.match(String(broken.faults), /the registry is closed/);
  });

  test("garbage instead of HTTP closes that connection alone", async () => {
    const { hostname, port } = new URL(ingest.url);
    const socket = connect(Number(port), hostname);
    socket.end(Buffer.from([0xff, 0x00, 0x13, 0x37, 0x0d, 0x0a, 0x0d, 0x0a]));
    socket.resume();
    await once(socket, "close");
    assert.equal((await call(ingest, "GET", "/api/v1/status")).status, 200);
  });
});

test("answers are counted by class", async () => {
  const { requests } = ingest.stats;
  const counted = { ...requests };
  await call(ingest, "GET", "/api/v1/status");
  await call(ingest, "GET", "/api/v1/nothing");
  assert.equal(requests["2xx"], counted["2xx"] + 1);
  assert.equal(requests["4xx"], counted["4xx"] + 1);
});

test("the OpenAPI document describes every endpoint, its errors and its credentials", async () => {
  const answer = await call(ingest, "GET", "/api/v1/openapi.json");
  assert.equal(answer.status, 200);
  const operation = z.looseObject({ summary: z.string(), responses: z.record(z.string(), z.unknown()) });
  const document = z
    .looseObject({
      openapi: z.literal("3.1.0"),
      info: z.object({ title: z.string(), version: z.literal("0.1.0") }),
      paths: z.record(z.string(), z.record(z.string(), operation)),
      components: z.looseObject({
        schemas: z.record(z.string(), z.unknown()),
        securitySchemes: z.record(z.string(), z.looseObject({ in: z.literal("header"), name: z.string() })),
      }),
      security: z.array(z.record(z.string(), z.array(z.string()))),
    })
    .parse(JSON.parse(answer.text));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(operations.sort(), [
    "delete /api/v1/devices/{id}",
    "delete /api/v1/sites/{id}",
    "get /api/v1/agents",
    "get /api/v1/agents/{id}",
    "get /api/v1/agents/{id}/logs",
    "get /api/v1/agents/{id}/metrics",
    "get /api/v1/devices",
    "get /api/v1/devices/{id}",
    "get /api/v1/devices/{id}/routes",
    "get /api/v1/devices/{id}/sessions",
    "get /api/v1/sites",
    "get /api/v1/status",
    "get /hc",
    "get /metrics",
    "patch /api/v1/devices/{id}",
    "post /api/v1/devices",
    "post /api/v1/sites",
  ]);
  assert.deepEqual(
    Object.values(document.components.securitySchemes).map(({ name }) => name),
    ["x-ch-auth-email", "x-ch-auth-api-token"],
  );
  const routes = document.paths["/api/v1/devices/{id}/routes"]?.["get"];
  assert.deepEqual(Object.keys(routes?.responses ?? {}).sort(), ["200", "400", "404", "409", "503"]);
  for (const name of ["Device", "NewDevice", "DevicePatch", "Route", "Session", "Status", "Error"]) {
    assert.ok(name in document.components.schemas, name);
  }
});

test("status and agents are passed on as they are", async () => {
  const instance = "64bae291-66ea-4910-a2a2-92eb99224a28";
  ingest.agents.push({
    instance,
    version: "0.1.0",
    connected: true,
    since: "2026-01-01T00:00:00.000Z",
    remote: "192.0.2.10:40000",
    email: "agent@example.net",
    listeners: ["0.0.0.0:179"],
    sessions: 3,
    roundTripMs: 12.5,
  });
  const agents = await call(ingest, "GET", "/api/v1/agents");
  assert.deepEqual(JSON.parse(agents.text), { agents: ingest.agents });
  const status = await call(ingest, "GET", "/api/v1/status");
  const { version, agents: counted } = z
    .looseObject({ version: z.string(), agents: z.object({ connected: z.number() }) })
    .parse(JSON.parse(status.text));
  assert.deepEqual({ version, counted }, { version: "0.1.0", counted: { connected: 1 } });
});
