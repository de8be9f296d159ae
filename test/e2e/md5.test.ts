/** TCP MD5 through the real agent and kernel: keys from the registry, by device, changed while sessions are up. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hasCapability, md5Support } from "@netferry/kernel";
import { Deployment, hostPort } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { type Daemon, eventually, type LogLine, netferry } from "./lib/process.ts";

const support = md5Support();
const skip = !hasCapability("CAP_NET_RAW")
  ? "skipped: CAP_NET_RAW is missing"
  : !support.available && `skipped: ${support.reason}`;

/** A SYN is sent again after one second and after three; what is not heard by then is not heard. */
const SILENCE = 4_500;
const NOBODY = 65_534;

interface Md5Status {
  readonly Capturing: boolean;
  readonly KeysInstalled: number;
  readonly KernelDrops: number;
  readonly Counters: Readonly<Record<string, number>>;
}

function differs({ msg }: LogLine): boolean {
  return msg.includes("its key is not the one");
}

describe("TCP MD5", { skip, concurrency: true }, () => {
  const secrets: string[] = [];
  let net: Deployment;
  let agent: Daemon;
  let four: { readonly host: string; readonly port: number };
  let six: { readonly host: string; readonly port: number };
  let status: string;

  before(async () => {
    net = await Deployment.start();
    agent = net.agent({
      args: ["--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--enable-md5-support"],
    });
    const { listeners } = await agent.line("its listeners", ({ msg }) => msg === "listening for BGP");
    [four, six] = (listeners as string[]).map(hostPort) as [typeof four, typeof six];
    status = String((await agent.line("its status", ({ msg }) => msg === "agent is ready"))["status"]);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
  });

  after(async () => {
    for (const secret of secrets) {
      assert.ok(!agent.printed.includes(secret), "the agent printed a key");
      assert.ok(!net.ingest.printed.includes(secret), "the ingest printed a key");
      const shown = await (await fetch(`${status}/admin/status`)).text();
      assert.ok(!shown.includes(secret), "the status shows a key");
    }
    await net.stop();
  });

  async function md5Status(): Promise<Md5Status> {
    const answer = (await (await fetch(`${status}/admin/status`)).json()) as { MD5: Md5Status };
    return answer.MD5;
  }

  function register(name: string, address: string, md5Key?: string): Promise<void> {
    if (md5Key !== undefined) secrets.push(md5Key);
    return net.addDevice({ name, addresses: [address], asn: 65_001, md5Key });
  }

  function setKey(name: string, md5Key: string | null): Promise<unknown> {
    if (md5Key !== null) secrets.push(md5Key);
    return net.api(`/devices/${name}`, { method: "PATCH", body: { md5Key } });
  }

  test("devices with keys of their own come up, over IPv4 and IPv6; a wrong key is not heard, and told", async () => {
    await register("four-a", "127.0.4.1", "first-of-four");
    await register("four-b", "127.0.4.2", "second-of-four");
    await register("six", "::1", "only-of-six");
    const a4 = { ...four, localAddress: "127.0.4.1", md5Key: "first-of-four" };
    const b4 = { ...four, localAddress: "127.0.4.2", md5Key: "second-of-four" };
    const [a, b, c] = await Promise.all([
      TestDevice.establish(a4),
      TestDevice.establish(b4),
      TestDevice.establish({ ...six, md5Key: "only-of-six" }),
    ]);
    a.announce("203.0.113.0/24", [64_500]);
    await eventually(
      "the route over the signed session",
      () => net.routes("four-a"),
      (routes) => routes.length === 1,
    );
    assert.equal(await TestDevice.isUnheard({ ...b4, md5Key: "first-of-four" }, SILENCE), true);
    await agent.line("that the keys differ", (line) => differs(line) && line["device-ip"] === "127.0.4.2");
    const others = agent.log.filter(
      (line) => differs(line) && ["127.0.4.1", "::1"].includes(String(line["device-ip"])),
    );
    assert.deepEqual(others, []);
    const { Capturing, KeysInstalled, Counters } = await md5Status();
    assert.equal(Capturing, true);
    assert.ok(KeysInstalled >= 3);
    assert.ok((Counters["wrongKey"] ?? 0) >= 1);
    const metrics = await (await fetch(`${status}/metrics`)).text();
    assert.match(metrics, /netferry_agent_md5_capture_up 1/);
    assert.match(metrics, /netferry_agent_md5_keys [3-9]/);
    assert.match(metrics, /netferry_agent_md5_denials_total\{reason="wrong-key"\} [1-9]/);
    for (const device of [a, b, c]) {
      assert.equal(device.closed, false);
      device.end();
    }
  });

  test("a key is rotated while the session is up, and the session does not notice", async () => {
    await register("rotates", "127.0.4.3", "before-rotation");
    const at = { ...four, localAddress: "127.0.4.3" };
    const device = await TestDevice.establish({ ...at, md5Key: "before-rotation" });
    await setKey("rotates", "after-rotation");
    await agent.line(
      "the rotation",
      (line) => line.msg === "TCP MD5 key replaced on the listeners" && line["device-ip"] === "127.0.4.3",
    );
    device.changeMd5Key("after-rotation");
    device.announce("198.51.100.0/24", [64_501]);
    await eventually(
      "a route that was sent with the new key",
      () => net.routes("rotates"),
      (routes) => routes.length === 1,
    );
    assert.equal(device.closed, false);
    assert.equal((await net.device("rotates")).flaps, 0);
    assert.equal(await TestDevice.isUnheard({ ...at, md5Key: "before-rotation" }, SILENCE), true);
    const again = await TestDevice.establish({ ...at, md5Key: "after-rotation" });
    again.end();
    device.end();
  });

  test("a device that must sign and does not is refused, told once, and let in when the key is taken away", async () => {
    await register("unsigned", "127.0.4.4", "nobody-uses-it");
    const at = { ...four, localAddress: "127.0.4.4" };
    const first = await TestDevice.connect(at);
    await eventually("its end", () => first.closed, Boolean);
    // From now on the listener has the key, and an unsigned SYN is not even answered.
    assert.equal(await TestDevice.isUnheard(at, 1_500), true);
    const told = agent.log.filter(
      (line) => line["device-ip"] === "127.0.4.4" && line.msg.includes("does not sign"),
    );
    assert.equal(told.length, 1);
    assert.match(told[0]?.msg ?? "", /netferry device set unsigned --unset md5-key/);
    await setKey("unsigned", null);
    const device = await TestDevice.establish(at);
    // And back: a session without a signature can't go on.
    await setKey("unsigned", "now-it-must");
    await eventually("its end", () => device.closed, Boolean);
    const last = device.received.find(({ type }) => type === "notification");
    assert.ok(last?.type === "notification");
    assert.match(Buffer.from(last.data).toString(), /does not sign/);
    const signed = await TestDevice.establish({ ...at, md5Key: "now-it-must" });
    signed.end();
  });

  test("a device that signs without a key in the registry is told of once, with the command that sets it", async () => {
    await register("keyless", "127.0.4.5");
    const at = { ...four, localAddress: "127.0.4.5", md5Key: "unknown-to-ingest" };
    assert.equal(await TestDevice.isUnheard(at, SILENCE), true);
    const lines = agent.log.filter((line) => line["device-ip"] === "127.0.4.5");
    assert.equal(lines.length, 1);
    assert.match(lines[0]?.msg ?? "", /netferry device set keyless --md5-key-file FILE/);
    await setKey("keyless", "unknown-to-ingest");
    const device = await TestDevice.establish(at);
    device.end();
  });

  test("an unknown device that signs is denied by its SYN, and let in at once when it is registered", async () => {
    const at = { ...four, localAddress: "127.0.4.6", md5Key: "of-a-late-one" };
    assert.equal(await TestDevice.isUnheard(at, 500), true);
    const denial = await agent.line("the denial", (line) => line["device_ip"] === "127.0.4.6");
    assert.equal(denial.msg, "Deny-listed an INVALID / UNKNOWN device");
    const denied = (await (await fetch(`${status}/admin/denied`)).json()) as {
      Denied: { Address: string; Cause: string; SecondsLeft: number }[];
    };
    const shown = denied.Denied.find(({ Address }) => Address === "127.0.4.6");
    assert.equal(shown?.Cause, "unknown-device");
    assert.ok((shown?.SecondsLeft ?? 0) > 1_000);
    await register("late", "127.0.4.6", "of-a-late-one");
    const device = await TestDevice.establish(at);
    const change = await agent.line("the push", (line) => line["device-name"] === "late");
    assert.deepEqual([change["change"], change["no-longer-denied"]], ["added", ["127.0.4.6"]]);
    device.end();
  });

  test("an agent that does not check signatures refuses devices that must sign, and names the flag", async () => {
    await register("checked", "127.0.4.7", "not-asked-for");
    const plain = net.agent();
    const { listeners } = await plain.line("its listeners", ({ msg }) => msg === "listening for BGP");
    await plain.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    const at = hostPort((listeners as string[])[0] ?? "");
    const device = await TestDevice.connect({ ...at, localAddress: "127.0.4.7" });
    await eventually("its end", () => device.closed, Boolean);
    await plain.line("the remedy", ({ msg }) => msg.includes("start it with --enable-md5-support"));
    const shown = await net.device("checked");
    assert.equal(shown.state, "misconfigured");
    assert.match(shown.lastError ?? "", /its agent does not check signatures; .*--enable-md5-support/);
    assert.ok(!plain.printed.includes("not-asked-for"));
  });

  test("a newer process of the agent goes on with signed sessions and their keys, and rotates them", async () => {
    await register("handed", "127.0.4.8", "before-handover");
    const start = (port: number) =>
      net.agent({
        args: [
          ...["--listen", `127.0.0.1:${port}`, "--handover", net.dir.file("agent"), "--enable-md5-support"],
          "--md5-listen-interface=lo",
        ],
      });
    const first = start(0);
    const { listeners } = await first.line("its listeners", ({ msg }) => msg === "listening for BGP");
    await first.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    const at = { ...hostPort((listeners as string[])[0] ?? ""), localAddress: "127.0.4.8" };
    const device = await TestDevice.establish({ ...at, md5Key: "before-handover" });
    const second = start(at.port);
    await second.line("what it took over", ({ msg }) => msg.startsWith("goes on with the sessions"));
    assert.equal(await first.exited, 0);
    await second.line(
      "the key, asked for again",
      (line) => line.msg.startsWith("TCP MD5 key") && line["device-ip"] === "127.0.4.8",
    );
    device.announce("198.51.100.0/25", [64_502]);
    await eventually(
      "a route after the hand-over",
      () => net.routes("handed"),
      (routes) => routes.length === 1,
    );
    await setKey("handed", "after-handover");
    await second.line("the rotation", ({ msg }) => msg === "TCP MD5 key replaced on the listeners");
    device.changeMd5Key("after-handover");
    device.announce("198.51.100.128/25", [64_502]);
    await eventually(
      "a route that was sent with the new key",
      () => net.routes("handed"),
      (routes) => routes.length === 2,
    );
    assert.equal((await net.device("handed")).flaps, 0);
    assert.equal(await TestDevice.isUnheard({ ...at, md5Key: "before-handover" }, SILENCE), true);
    device.end();
  });

  test("without CAP_NET_RAW the agent does not start, and names the capability", async () => {
    const args = ["agent", "--target", net.relay, "--email", "a@b.c", "--metrics-port", "0"];
    const { code, stdout, stderr } = await netferry(
      [
        ...args,
        "--fingerprint",
        net.credentials.fingerprint,
        "--listen",
        "127.0.0.1:0",
        "--enable-md5-support",
      ],
      { env: { NETFERRY_TOKEN: "t" }, uid: NOBODY },
    );
    assert.equal(code, 1, stdout);
    assert.match(
      stderr,
      /^netferry: TCP MD5 \(--enable-md5-support\) can't be had: [^\n]*CAP_NET_RAW is missing: add it to AmbientCapabilities= of the unit, or run setcap cap_net_raw\+ep on the binary\n$/,
    );
    const insecure = await netferry([...args, "--insecure", "--enable-md5-support"], {
      env: { NETFERRY_TOKEN: "t" },
    });
    assert.equal(insecure.code, 2);
    assert.match(insecure.stderr, /--enable-md5-support and --insecure exclude each other/);
    const interfaceless = await netferry(
      [...args, "--listen", "127.0.0.1:0", "--enable-md5-support", "--md5-listen-interface", "none9"],
      { env: { NETFERRY_TOKEN: "t" } },
    );
    assert.equal(interfaceless.code, 1);
    assert.match(interfaceless.stderr, /there is no interface "none9" to capture on; ip link shows/);
  });
});
