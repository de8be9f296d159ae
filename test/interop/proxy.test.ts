/** The agent behind a real web proxy, tinyproxy: with it there is a way, without it there is none. */
import { after, before, describe, test } from "node:test";

import { BirdDriver } from "./lib/bird.ts";
import type { DaemonProcess } from "./lib/daemon-process.ts";
import { Lab } from "./lib/lab.ts";
import { logged, logLines, PROXY_PASSWORD, ProxiedSite, TINYPROXY } from "./lib/proxied-site.ts";
import { requirePrograms } from "./lib/requirements.ts";
import { makeTable } from "./lib/table.ts";
import { ensure, eventually } from "./lib/wait.ts";

requirePrograms("the proxy suite", "npm run interop", [TINYPROXY, "/usr/sbin/bird"]);

const CONNECTED = "connected to the ingest";
/** The proxy's address on ingest's side, and the site's on the proxy's. */
const PROXY = "10.98.2.2";

/** Why its control stream could not be had. */
async function refusal(started: DaemonProcess): Promise<string> {
  const { msg } = await logged(started, "why", (line) => line.msg.startsWith("control stream:"));
  await started.stop();
  return msg;
}

describe("an agent behind a web proxy", () => {
  let lab: Lab;
  let net: ProxiedSite;
  let proxy: DaemonProcess;
  let port = 1790;
  const agents: DaemonProcess[] = [];

  /** An agent on ports of its own. */
  function agent(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): DaemonProcess {
    port += 2;
    const own = ["--listen", `127.0.0.1:${port}`, "--metrics-port", String(port + 1)];
    const started = net.agent(name, [...own, ...args], env);
    agents.push(started);
    return started;
  }

  before(async () => {
    lab = new Lab("p");
    net = await ProxiedSite.create(lab);
    proxy = await net.startProxy();
  });
  after(async () => {
    const leaks = agents.filter((started) => started.log().includes(PROXY_PASSWORD)).map(({ name }) => name);
    await lab.close();
    ensure(leaks.length === 0, `the proxy's password is in the logs of ${leaks.join(", ")}`);
  });

  test("connects and exports by --ca, by --fingerprint and by --insecure, with the documented variables", async () => {
    const { credentials, plainCredentials } = net;
    const byCa = agent("ca", ["--target", net.target, "--ca", credentials.ca], { HTTPS_PROXY: net.proxyUrl });
    const byPin = agent("pin", ["--target", net.target, "--fingerprint", credentials.fingerprint], {
      https_proxy: ` ${net.proxyUrl}`,
    });
    const plain = agent("insecure", ["--target", net.plainTarget, "--insecure"], {
      KENTIK_API_TOKEN: plainCredentials.token,
      HTTP_PROXY: net.proxyUrl,
    });
    for (const [started, api] of [
      [byCa, net.api],
      [byPin, net.api],
      [plain, net.plainApi],
    ] as const) {
      await logged(started, CONNECTED, ({ msg }) => msg === CONNECTED);
      const { ways } = await logged(started, "its way", ({ msg }) => msg.startsWith("the agent starts"));
      ensure(String(ways).endsWith("through the proxy 10.98.1.2:3128"), `its way is ${String(ways)}`);
      const { instance } = await logged(started, "its instance", ({ msg }) => msg === "agent is ready");
      await eventually("its log is at ingest", async () => {
        const { lines } = (await api.json(`/api/v1/agents/${String(instance)}/logs`)) as {
          lines: { message: string }[];
        };
        ensure(
          lines.some(({ message }) => message === CONNECTED),
          JSON.stringify(lines),
        );
      });
      await started.stop();
    }
  });

  test("says in one line what keeps it from ingest: no proxy, no password, a wrong one, a port, a name", async () => {
    const { credentials, target } = net;
    const args = ["--target", target, "--ca", credentials.ca];
    const bare = "http://10.98.1.2:3128";
    const cases: [string, readonly string[], Record<string, string>, RegExp][] = [
      ["direct", args, {}, /there is no route to 10\.98\.2\.1:8443$/],
      ["no-user", args, { HTTPS_PROXY: bare }, /wants a user and a password \(407 .*HTTPS_PROXY/],
      [
        "wrong",
        args,
        { HTTPS_PROXY: "http://agent:wr0ng@10.98.1.2:3128" },
        /refuses the user or the password \(4\d\d/,
      ],
      [
        "no-proxy",
        args,
        { HTTPS_PROXY: "http://10.98.1.2:3129" },
        /nothing listens at the proxy's 10\.98\.1\.2:3129/,
      ],
      [
        "port",
        ["--target", "10.98.2.1:22"],
        { HTTPS_PROXY: net.proxyUrl },
        /does not let through to 10\.98\.2\.1:22 \(403/,
      ],
      [
        "far",
        ["--target", "10.98.2.77:8443"],
        { HTTPS_PROXY: net.proxyUrl },
        /can't reach 10\.98\.2\.77:8443 \(50\d/,
      ],
      [
        "none",
        args,
        { HTTPS_PROXY: net.proxyUrl, NO_PROXY: "10.98.2.0/24" },
        /there is no route to 10\.98\.2\.1:8443$/,
      ],
    ];
    for (const [name, flags, env, expected] of cases) {
      const started = agent(name, flags, env);
      const line = await refusal(started);
      ensure(expected.test(line), `${name}: ${line}`);
      ensure(!started.log().includes("wr0ng"), `${name}: the password is in the log`);
    }
  });

  test("refuses to start with a proxy that it can't honour", async () => {
    const started = agent("socks", ["--target", net.target], {
      HTTPS_PROXY: "socks5://u:wr0ng@10.98.1.2:1080",
    });
    const how = await started.exited;
    ensure(how === "exit code 2", how);
    const log = started.log();
    ensure(/HTTPS_PROXY \(environment\): .*a socks5:\/\/ proxy can't be used/.test(log), log);
    ensure(!log.includes("wr0ng") && log.trim().split("\n").length === 1, log);
  });

  test("keeps its routers' sessions when the proxy dies and comes back, and never goes around it", async () => {
    // From here on there is a way around it.
    await net.openDirectWay();
    const router = await lab.namespace("router");
    await lab.link(
      { namespace: net.site, ipv4: "10.99.1.1/24" },
      { namespace: router, ipv4: "10.99.1.2/24" },
    );
    await net.api.post("/api/v1/devices", {
      name: "r1",
      type: "peer",
      asn: 64_601,
      addresses: ["10.99.1.2"],
    });
    const started = agent(
      "agent",
      ["--target", net.target, "--ca", net.credentials.ca, "--listen", "10.99.1.1:179"],
      {
        HTTPS_PROXY: net.proxyUrl,
      },
    );
    const bird = new BirdDriver(router);
    const table = makeTable(1, { ...bird.capabilities.table, noExport: true, families: ["ipv4-unicast"] });
    await bird.start(
      {
        localAddress: "10.99.1.2",
        peerAddress: "10.99.1.1",
        localAsn: 64_601,
        peerAsn: 64_601,
        routerId: "10.99.1.2",
        families: ["ipv4-unicast"],
        holdTime: 30,
        addPathSend: false,
        fourOctetAs: true,
        gracefulRestart: false,
        extendedNextHopSelf: false,
      },
      table.routes,
    );
    let expected = table.routes.length;
    const whole = (): Promise<void> =>
      eventually("all routes at ingest, none stale", async () => {
        const device = (await net.api.json("/api/v1/devices/r1")) as {
          state: string;
          flaps: number;
          staleRoutes?: number;
          routes: Record<string, number>;
        };
        ensure(device.state === "established", `the device is ${device.state}`);
        ensure(device.flaps === 0, `the session went down ${device.flaps} times`);
        ensure(device.routes["ipv4-unicast"] === expected, JSON.stringify(device));
        ensure((device.staleRoutes ?? 0) === 0, "routes are stale");
      });
    await whole();
    const remotes = await net.remotes();
    ensure(remotes.length >= 2, `control and data connections: ${remotes.join(", ")}`);
    ensure(
      remotes.every((remote) => remote === PROXY),
      `connections come from ${remotes.join(", ")}`,
    );

    await proxy.stop("SIGKILL");
    await logged(started, "the loss", ({ msg }) => msg.includes("nothing listens at the proxy's"));
    const alone = await bird.session();
    ensure(alone.established, `BIRD calls its session ${alone.state}`);
    await eventually("the proxy's connections are gone", async () => {
      const left = await net.remotes();
      ensure(left.length === 0, `there are connections from ${left.join(", ")}`);
    });
    // What changes meanwhile is there afterwards.
    const withdrawn = table.routes.slice(0, 10);
    await bird.apply({ announce: [], withdraw: withdrawn });
    expected -= withdrawn.length;
    proxy = await net.startProxy();
    await whole();
    const session = await bird.session();
    ensure(session.established, `BIRD calls its session ${session.state}`);
    ensure(
      (session.uptimeSeconds ?? 0) >= (alone.uptimeSeconds ?? 0),
      `the session was up ${alone.uptimeSeconds} s and is ${session.uptimeSeconds} s now`,
    );
    ensure(
      (await net.remotes()).every((remote) => remote === PROXY),
      "a connection goes around the proxy",
    );
    ensure(
      !logLines(started).some(({ level }) => level === "error" || level === "fatal"),
      "the agent logged an error",
    );
  });
});
