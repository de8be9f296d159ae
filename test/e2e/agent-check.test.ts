/** `netferry agent check`: what works is said, what doesn't is said with the remedy, and nothing is changed. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { Deployment } from "./lib/deployment.ts";
import { netferry } from "./lib/process.ts";

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly check: string; readonly status: string; readonly text: string }[];
}

/** A user who is nobody has no capabilities. */
const NOBODY = 65_534;
const LISTEN = ["--listen", "127.0.0.1:0", "--metrics-port", "0"];

/** The status of these checks. */
function outcome({ checks }: Report, ...names: string[]): Record<string, string> {
  const chosen = checks.filter((each) => names.includes(each.check));
  return Object.fromEntries(chosen.map((each) => [each.check, each.status]));
}

function textOf({ checks }: Report, name: string): string {
  return checks.find((each) => each.check === name)?.text ?? "";
}

describe("netferry agent check", () => {
  let net: Deployment;

  before(async () => {
    net = await Deployment.start();
  });
  after(() => net.stop());

  /** Runs the check as a script would. */
  async function check(
    args: readonly string[],
    more: { readonly token?: string; readonly uid?: number } = {},
  ): Promise<{ readonly code: number | null; readonly report: Report; readonly printed: string }> {
    const { code, stdout, stderr } = await netferry(["agent", "check", "--json", ...args], {
      env: {
        KENTIK_API_EMAIL: net.credentials.email,
        KENTIK_API_TOKEN: more.token ?? net.credentials.token,
      },
      ...(more.uid === undefined ? {} : { uid: more.uid }),
    });
    assert.equal(stderr, "");
    return { code, report: JSON.parse(stdout) as Report, printed: stdout };
  }

  test("says that all is well, one line each, and leaves no agent behind at ingest", async () => {
    const { stdout, code } = await netferry(
      ["agent", "check", "--target", net.relay, "--ca", net.credentials.ca, ...LISTEN],
      { env: { NETFERRY_EMAIL: net.credentials.email, NETFERRY_TOKEN: net.credentials.token } },
    );
    assert.equal(code, 0, stdout);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(
      lines.slice(0, 6).map((line) => line.slice(0, 26).trimEnd()),
      ["ok    name", "ok    web proxy", "ok    TCP", "ok    TLS", "ok    HTTP/2", "ok    credentials"],
    );
    assert.match(lines[5] ?? "", /admin@netferry\.local is known to the ingest \(version /);
    assert.ok(
      lines.some((line) => /^ok +BGP listener +127\.0\.0\.1:0 can be listened on$/.test(line)),
      stdout,
    );
    assert.deepEqual(await net.api("/agents"), { agents: [] });
    const pinned = await check([
      "--target",
      net.relay,
      "--fingerprint",
      net.credentials.fingerprint,
      ...LISTEN,
    ]);
    assert.deepEqual([pinned.code, pinned.report.ok], [0, true], pinned.printed);
  });

  test("names the step that fails on the way, with the remedy, and does not try what lies behind it", async () => {
    const names = ["name", "web proxy", "TCP", "TLS", "HTTP/2", "credentials"];
    const behind = { "HTTP/2": "skip", credentials: "skip" };
    const refused = await check(["--target", "127.0.0.1:1", ...LISTEN]);
    assert.equal(refused.code, 1);
    const tcp = { name: "ok", "web proxy": "ok", TCP: "fail", TLS: "skip", ...behind };
    assert.deepEqual(outcome(refused.report, ...names), tcp);
    assert.match(textOf(refused.report, "TCP"), /refuses connections.*check --target/);

    const untrusted = await check(["--target", net.relay, ...LISTEN]);
    const tls = { name: "ok", "web proxy": "ok", TCP: "ok", TLS: "fail", ...behind };
    assert.deepEqual(outcome(untrusted.report, ...names), tls);
    assert.match(textOf(untrusted.report, "TLS"), /--ca or its fingerprint with --fingerprint/);

    const wrong = await check(["--target", net.relay, "--ca", net.credentials.ca, ...LISTEN], {
      token: "wr0ng",
    });
    assert.equal(wrong.code, 1);
    assert.deepEqual(outcome(wrong.report, "HTTP/2", "credentials"), { "HTTP/2": "ok", credentials: "fail" });
    assert.match(
      textOf(wrong.report, "credentials"),
      /refuses the credentials of .*; correct --email and --token/,
    );
    assert.ok(!wrong.printed.includes("wr0ng"));

    const nowhere = await check(["--target", "no-such-host.invalid", ...LISTEN]);
    assert.equal(outcome(nowhere.report, "name")["name"], "fail", nowhere.printed);
  });

  test("names a port that is taken, unless an agent that runs here has it", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const trust = ["--target", net.relay, "--ca", net.credentials.ca];
    const taken = await check([...trust, "--listen", `127.0.0.1:${port}`, "--metrics-port", "0"]);
    assert.equal(taken.code, 1);
    assert.match(textOf(taken.report, "BGP listener"), /port \d+ is in use there; stop what holds it/);
    await new Promise((resolve) => server.close(resolve));

    const agent = net.agent({ args: ["--listen", `127.0.0.1:${port}`] });
    const ready = await agent.line("that it is ready", ({ msg }) => msg === "agent is ready");
    const status = new URL(String(ready["status"])).port;
    const beside = await check([...trust, "--listen", `127.0.0.1:${port}`, "--metrics-port", status]);
    assert.equal(beside.code, 0, beside.printed);
    assert.match(textOf(beside.report, "BGP listener"), /is held by the agent that runs here/);
    await agent.stop();
  });

  test("names what TCP MD5 lacks: an interface, or the capability", async () => {
    const md5 = ["--target", net.relay, "--ca", net.credentials.ca, "--enable-md5-support", ...LISTEN];
    const missing = await check([...md5, "--md5-listen-interface", "nope0"]);
    assert.deepEqual(outcome(missing.report, "capture"), { capture: "fail" });
    const without = ["--target", net.relay, "--ca", net.credentials.ca, ...LISTEN];
    const unneeded = await check(without);
    assert.deepEqual(outcome(unneeded.report, "capture"), { capture: "skip" });
  });

  test("fails without CAP_NET_RAW where signatures are to be checked, with the remedy", async () => {
    const trust = ["--target", net.relay, "--fingerprint", net.credentials.fingerprint];
    const { code, report } = await check([...trust, "--enable-md5-support", ...LISTEN], { uid: NOBODY });
    assert.deepEqual([code, report.ok], [1, false]);
    assert.deepEqual(outcome(report, "credentials", "CAP_NET_RAW", "capture"), {
      credentials: "ok",
      CAP_NET_RAW: "fail",
      capture: "fail",
    });
    const remedy = /CAP_NET_RAW.*AmbientCapabilities= of the unit, or run setcap cap_net_raw\+ep/;
    assert.match(textOf(report, "CAP_NET_RAW"), remedy);
    assert.match(textOf(report, "capture"), /CAP_NET_RAW/);
    const plain = await check([...trust, ...LISTEN], { uid: NOBODY });
    assert.deepEqual(outcome(plain.report, "CAP_NET_RAW", "CAP_NET_BIND_SERVICE", "capture"), {
      CAP_NET_RAW: "skip",
      CAP_NET_BIND_SERVICE: "skip",
      capture: "skip",
    });
    assert.equal(plain.code, 0);
  });
});
