/** What agents tell of themselves: exported over the relay's own port, shown by ingest, without secrets. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { after, before, describe, test } from "node:test";
import { Deployment } from "./lib/deployment.ts";
import { type Daemon, eventually, netferry } from "./lib/process.ts";

interface LogAnswer {
  readonly lines: readonly { readonly message: string; readonly level: string; readonly instance: string }[];
}

/** A server that takes exports as the test says, and keeps their bodies. */
class Collector {
  readonly bodies: {
    readonly path: string;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly json: unknown;
  }[] = [];
  readonly #server: Server;

  constructor(status: () => number) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks);
        const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
        this.bodies.push({
          path: request.url ?? "",
          headers: request.headers,
          json: JSON.parse(plain.toString()) as unknown,
        });
        response.writeHead(status(), { connection: "close" }).end("{}");
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  close(): void {
    this.#server.close();
  }
}

describe("exports", () => {
  let net: Deployment;
  let agent: Daemon;
  let instance: string;

  before(async () => {
    net = await Deployment.start();
    agent = net.agent({ trust: ["--fingerprint", net.credentials.fingerprint] });
    const ready = await agent.line("that it is ready", ({ msg }) => msg === "agent is ready");
    instance = String(ready["instance"]);
  });

  after(() => net.stop());

  test("the log reaches ingest at the documented path on the target, and is shown by agent, without secrets", async () => {
    const { lines } = await eventually(
      "the agent's log",
      async () => (await net.api(`/agents/${instance}/logs`).catch(() => ({ lines: [] }))) as LogAnswer,
      (answer) => answer.lines.some(({ message }) => message === "connected to the ingest"),
    );
    assert.ok(
      lines.some(({ message }) => message.startsWith("the agent starts")),
      JSON.stringify(lines),
    );
    assert.ok(!JSON.stringify(lines).includes(net.credentials.token));
    const shown = await netferry(["agent", "logs", instance.slice(0, 8), "--level", "info"], {
      env: { NETFERRY_CREDENTIALS: net.credentialsFile },
    });
    assert.match(shown.stdout, /INFO {2}connected to the ingest .*target=/);
    assert.doesNotMatch(shown.stdout, new RegExp(net.credentials.token));
    const warnings = await netferry(["agent", "logs", instance, "--level", "error", "--json"], {
      env: { NETFERRY_CREDENTIALS: net.credentialsFile },
    });
    assert.deepEqual([warnings.code, warnings.stdout], [0, ""]);
  });

  test("metrics and the host's health reach ingest, and the commands show them", async () => {
    const env = { NETFERRY_CREDENTIALS: net.credentialsFile };
    const { host } = await eventually(
      "the host's health",
      async () =>
        (await net.api(`/agents/${instance}`)) as { host?: { memoryBytes: number; disks: unknown[] } },
      (answer) => answer.host !== undefined,
    );
    assert.ok((host?.memoryBytes ?? 0) > 0 && host?.disks.length === 1, JSON.stringify(host));
    const show = await netferry(["agent", "show", instance], { env });
    assert.match(show.stdout, /CPU .* %.*\nmemory .*available\n(.*\n)*descriptors +\d+ of \d+/);
    const metrics = await netferry(["agent", "metrics", instance, "netferry_agent_control_connected"], {
      env,
    });
    assert.equal(metrics.stdout, "netferry_agent_control_connected 1\n");
    const list = await netferry(["agent", "list"], { env });
    assert.match(list.stdout, /^AGENT .*\n/);
    const nobody = await netferry(["agent", "show", "nobody"], { env });
    assert.match(nobody.stderr, /no agent has the instance or the host name nobody; 'netferry agent list'/);
    assert.equal(nobody.code, 1);
  });

  test("go to their own URLs, are tried again, and --disable-log-export keeps the log here", async () => {
    let status = 503;
    const collector = new Collector(() => status);
    const url = await collector.listen();
    const urls = ["--log-export-url", `${url}/v1/logs`, "--metrics-export-url", `${url}/v1/metrics`];
    net.agent({ args: ["--listen", "127.0.0.1:0", ...urls] });
    await eventually("a first try", () => collector.bodies.some(({ path }) => path === "/v1/logs"), Boolean);
    const refused = collector.bodies.length;
    status = 200;
    const taken = await eventually(
      "another try",
      () => collector.bodies.slice(refused).find(({ path }) => path === "/v1/logs"),
      Boolean,
    );
    const first = collector.bodies.find(({ path }) => path === "/v1/logs");
    const startLine = "the agent starts, with these settings";
    assert.ok(JSON.stringify(first?.json).includes(startLine));
    assert.ok(JSON.stringify(taken?.json).includes(startLine), "the line that was not taken came again");
    assert.equal(taken?.headers["x-ch-auth-email"], net.credentials.email);
    await eventually("metrics", () => collector.bodies.some(({ path }) => path === "/v1/metrics"), Boolean);

    const earlier = collector.bodies.filter(({ path }) => path === "/quiet/logs").length;
    const quiet = net.agent({
      args: [
        ...["--listen", "127.0.0.1:0", "--disable-log-export", "--log-export-url", `${url}/quiet/logs`],
        ...["--metrics-export-url", `${url}/quiet/metrics`],
      ],
    });
    await eventually(
      "its metrics",
      () => collector.bodies.some(({ path }) => path === "/quiet/metrics"),
      Boolean,
    );
    await quiet.stop();
    assert.equal(collector.bodies.filter(({ path }) => path === "/quiet/logs").length, earlier);
    collector.close();
  });

  test("with wrong credentials, or of another kind, are refused by ingest at both of its ports", async () => {
    const post = (headers: Record<string, string>, body: string): Promise<Response> =>
      fetch(`${net.credentials.api}/agents/v202204/logs`, { method: "POST", headers, body });
    const account = {
      "x-ch-auth-email": net.credentials.email,
      "x-ch-auth-api-token": net.credentials.token,
      "content-type": "application/json",
    };
    assert.equal((await post({ "content-type": "application/json" }, "{}")).status, 401);
    assert.equal((await post({ ...account, "x-ch-auth-api-token": "wrong" }, "{}")).status, 401);
    assert.equal((await post(account, "{}")).status, 400);
    assert.equal((await post(account, "no json")).status, 400);
    assert.equal((await post({ ...account, "content-type": "application/x-protobuf" }, "x")).status, 400);
    const wrong = net.agent({ token: "wrong-token" });
    const line = await wrong.line("the refusal", ({ msg }) =>
      msg.startsWith("log lines could not be exported"),
    );
    assert.match(line.msg, /they are dropped: 127\.0\.0\.1:\d+ answers 401/);
  });
});
