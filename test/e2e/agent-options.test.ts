/** Someone's way of starting the documented agent, and what the log and the help tell of it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Deployment } from "./lib/deployment.ts";
import { Daemon, netferry } from "./lib/process.ts";

/** What stands in an environment file of the documented agent, by its names. */
function environmentFile(net: Deployment): Record<string, string> {
  return {
    KENTIK_API_TOKEN: net.credentials.token,
    KENTIK_API_EMAIL: net.credentials.email,
    KENTIK_REGION: "fra1",
    KENTIK_SITE: "7",
  };
}

describe("the agent's settings", () => {
  let net: Deployment;
  const started: Daemon[] = [];

  function agent(args: readonly string[], env: Readonly<Record<string, string>>): Daemon {
    const daemon = new Daemon("agent", ["--listen", "127.0.0.1:0", "--metrics-port", "0", ...args], env);
    started.push(daemon);
    return daemon;
  }

  before(async () => {
    net = await Deployment.start(["--relay-insecure"]);
  });

  after(async () => {
    await Promise.all(started.map((daemon) => daemon.stop()));
    await net.stop();
  });

  test("an environment file of the documented agent works as it is, and the log says what came from it", async () => {
    const daemon = agent(["--insecure"], { ...environmentFile(net), NETFERRY_TARGET: net.relay });
    await daemon.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    const { settings } = await daemon.line("its settings", ({ msg }) => msg.startsWith("the agent starts"));
    for (const text of [
      `--target ${net.relay} (NETFERRY_TARGET)`,
      "--region fra1 (KENTIK_REGION)",
      `--email ${net.credentials.email} (KENTIK_API_EMAIL)`,
      "--token set (KENTIK_API_TOKEN)",
      "--site-id 7 (KENTIK_SITE)",
      "--insecure true (--insecure)",
      "--multi 10 (default)",
    ]) {
      assert.ok((settings as string[]).includes(text), `${text} is not in ${JSON.stringify(settings)}`);
    }
    assert.ok(!daemon.printed.includes(net.credentials.token));
    await daemon.line("that nothing is encrypted", ({ msg }) => msg.startsWith("--insecure:"));
    const { agents } = (await net.api("/agents")) as { agents: { siteId?: number }[] };
    assert.equal(agents.at(-1)?.siteId, 7);
  });

  test("a flag wins over NETFERRY_*, and that over KENTIK_*", async () => {
    const env = { ...environmentFile(net), NETFERRY_SITE_ID: "8" };
    const daemon = agent(["--target", net.relay, "--insecure", "--site-id=9"], env);
    const { settings } = await daemon.line("its settings", ({ msg }) => msg.startsWith("the agent starts"));
    assert.ok((settings as string[]).includes("--site-id 9 (--site-id)"));
    const other = agent(["--target", net.relay, "--insecure"], env);
    const line = await other.line("its settings", ({ msg }) => msg.startsWith("the agent starts"));
    assert.ok((line["settings"] as string[]).includes("--site-id 8 (NETFERRY_SITE_ID)"));
  });

  test("a credentials file stands for email, token and trust", async () => {
    const secure = await Deployment.start();
    try {
      const daemon = agent(["--target", secure.relay, "--credentials", secure.credentialsFile], {});
      await daemon.line("the ingest", ({ msg }) => msg === "connected to the ingest");
      assert.ok(!daemon.printed.includes(secure.credentials.token));
    } finally {
      await secure.stop();
    }
  });

  test("several targets are tried in order", async () => {
    // Nothing listens on port 1.
    const daemon = agent(["--target", `127.0.0.1:1,${net.relay}`, "--insecure"], environmentFile(net));
    const refused = await daemon.line("the first", ({ msg }) =>
      msg.startsWith("control stream: 127.0.0.1:1"),
    );
    assert.match(refused.msg, /refuses connections/);
    const { target } = await daemon.line("the second", ({ msg }) => msg === "connected to the ingest");
    assert.equal(target, net.relay);
  });

  test("without a target or a region the agent connects to nobody, and says so", async () => {
    const { code, stdout, stderr } = await netferry(["agent"], {
      env: { KENTIK_API_EMAIL: "a@example.net", KENTIK_API_TOKEN: "s3cret" },
    });
    assert.equal(code, 2);
    assert.match(stderr, /^netferry: agent: no ingest is named.*\n$/);
    assert.doesNotMatch(stdout + stderr, /s3cret/);
  });

  test("TLS and its absence don't meet by accident: each side says what it expects", async () => {
    const daemon = agent(["--target", net.relay], environmentFile(net));
    const line = await daemon.line("why", ({ msg }) => msg.startsWith("control stream:"));
    assert.match(line.msg, /does not speak TLS|closed the connection in the TLS handshake/);
  });

  test("--help marks the variables that are set, --version tells the version", async () => {
    const help = await netferry(["agent", "--help"], { env: { KENTIK_SITE: "7" } });
    assert.match(help.stdout.replaceAll(/\s+/g, " "), /\$NETFERRY_SITE_ID, \$KENTIK_SITE \(in use\)/);
    const version = await netferry(["agent", "--version"]);
    assert.match(version.stdout, /^netferry \d+\.\d+\.\d+\n$/);
  });
});
