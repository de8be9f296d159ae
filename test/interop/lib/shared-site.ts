/**
 * Two agents' machines and their routers on one network, and an ingest behind them: keepalived, set up as in
 * packaging/keepalived, gives one of the machines the address that the routers peer with.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { NamespaceHttp } from "./api.ts";
import { Collector, RELAY_PORT, STATUS_PORT } from "./collector.ts";
import type { DaemonProcess } from "./daemon-process.ts";
import type { Peering } from "./driver.ts";
import type { Lab, Namespace } from "./lab.ts";
import { ensure, eventually } from "./wait.ts";

const EXAMPLE = join(import.meta.dirname, "../../../packaging/keepalived");
const SHARED_IPV4 = "10.99.0.10";
const SHARED_IPV6 = "fd99::10";
/** The shared addresses alone, for `--listen`. */
export const SHARED_LISTENERS: readonly string[] = [`${SHARED_IPV4}:179`, `[${SHARED_IPV6}]:179`];

export interface HostParts {
  readonly name: string;
  readonly namespace: Namespace;
  readonly collector: Collector;
  /** host:port of ingest, as this machine reaches it. */
  readonly target: string;
  /** Its links to the network of the routers, and to ingest. */
  readonly lan: string;
  readonly uplink: string;
  /** Its own address on the former; of IPv6, since that one is lost when the link goes down. */
  readonly ownIpv6: string;
}

/** One of the two machines. */
export class Host {
  readonly name: string;
  readonly namespace: Namespace;
  readonly #parts: HostParts;
  readonly #status: NamespaceHttp;
  #agent: DaemonProcess | undefined;
  #keepalived: DaemonProcess | undefined;

  constructor(parts: HostParts) {
    this.name = parts.name;
    this.namespace = parts.namespace;
    this.#parts = parts;
    this.#status = new NamespaceHttp(parts.namespace, "agent-status", STATUS_PORT);
  }

  get agent(): DaemonProcess {
    ensure(this.#agent !== undefined, `${this.name} has no agent`);
    return this.#agent;
  }

  get keepalived(): DaemonProcess {
    ensure(this.#keepalived !== undefined, `${this.name} has no keepalived`);
    return this.#keepalived;
  }

  /** Whether it has the shared addresses, both of them. */
  async holds(): Promise<boolean> {
    const { stdout } = await this.namespace.run(["ip", "-brief", "address", "show", "dev", this.#parts.lan]);
    return [SHARED_IPV4, SHARED_IPV6].every((address) => stdout.includes(` ${address}/`));
  }

  async startAgent(listen?: readonly string[]): Promise<void> {
    this.#launchAgent(listen);
    await this.healthy();
  }

  /** Starts an agent that can't listen on these addresses; returns what it says. */
  async agentRefused(listen: readonly string[]): Promise<string> {
    const agent = this.#launchAgent(listen);
    assert.equal(await agent.exited, "exit code 1");
    return agent.tail();
  }

  #launchAgent(listen: readonly string[] | undefined): DaemonProcess {
    const { argv, env } = this.#parts.collector.agentCommand(this.#parts.target, listen);
    this.#agent = this.namespace.start("agent", [...argv, "--enable-md5-support"], env);
    return this.#agent;
  }

  /** Lets programs listen on addresses that the machine does not have yet. */
  async allowNonlocal(): Promise<void> {
    const allow = "for family in ipv4 ipv6; do echo 1 >/proc/sys/net/$family/ip_nonlocal_bind; done";
    await this.namespace.run(["sh", "-ec", allow]);
  }

  /** Waits until the agent says that all is well. */
  async healthy(): Promise<void> {
    await eventually(`the agent of ${this.name} is well`, async () => {
      ensure(this.agent.ended === undefined, `it ended: ${this.agent.ended}`);
      await this.#status.json("/hc");
    });
  }

  /** What the agent calls itself. */
  async instance(): Promise<string> {
    return ((await this.#status.json("/admin/status")) as { InstanceID: string }).InstanceID;
  }

  /** Devices whose sessions the agent has, by their address. */
  async peers(): Promise<string[]> {
    const { Sessions } = (await this.#status.json("/admin/sessions")) as { Sessions: { Peer: string }[] };
    return Sessions.map(({ Peer }) => Peer);
  }

  async startKeepalived(): Promise<void> {
    const { directory } = this.namespace;
    const file = join(directory, "keepalived.conf");
    writeFileSync(file, exampleFor(this.#parts.lan), { mode: 0o600 });
    const keepalived = this.namespace.start("keepalived", [
      ...["keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp"],
      ...["--use-file", file, "--pid", join(directory, "keepalived.pid")],
      ...["--vrrp_pid", join(directory, "vrrp.pid")],
    ]);
    this.#keepalived = keepalived;
    const entered = keepalived.log().split("Startup complete").length;
    await eventually(`keepalived of ${this.name} is up`, () => {
      ensure(keepalived.ended === undefined, `it ended: ${keepalived.ended}`);
      ensure(keepalived.log().split("Startup complete").length >= entered, "it is not");
    });
  }

  /** Dies as a machine without power does: nobody is told anything. */
  async die(): Promise<void> {
    await this.#links("down");
    await this.agent.stop("SIGKILL");
    // It is two processes, and the second one would tidy up after the first.
    const { pid } = this.keepalived;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    for (const each of [pid, ...children.map(Number)]) process.kill(each, "SIGKILL");
    await this.keepalived.exited;
  }

  /** Boots again, without the addresses that keepalived had given it. */
  async boot(): Promise<void> {
    for (const address of [`${SHARED_IPV4}/24`, `${SHARED_IPV6}/64`]) {
      await this.namespace.run(["ip", "address", "delete", address, "dev", this.#parts.lan], { accept: [2] });
    }
    await this.#links("up");
    await this.namespace.run(["ip", "address", "replace", this.#parts.ownIpv6, "dev", this.#parts.lan]);
    await this.startAgent();
    await this.startKeepalived();
  }

  /** Cuts the way to ingest, silently, or mends it. */
  async cutOff(cut: boolean): Promise<void> {
    await this.namespace.run(["ip", "link", "set", this.#parts.uplink, cut ? "down" : "up"]);
  }

  async #links(state: "up" | "down"): Promise<void> {
    const batch = [this.#parts.lan, this.#parts.uplink]
      .map((device) => `link set ${device} ${state}\n`)
      .join("");
    await this.namespace.run(["ip", "-batch", "-"], { input: batch });
  }
}

/** The shipped example with the lines changed that an operator changes. */
function exampleFor(device: string): string {
  const replaced = new Map([
    [/^\$INTERFACE=.*$/m, `$INTERFACE=${device}`],
    [/^\$SHARED_IPV4=.*$/m, `$SHARED_IPV4=${SHARED_IPV4}/24`],
    [/^\$SHARED_IPV6=.*$/m, `$SHARED_IPV6=${SHARED_IPV6}/64`],
    [/\/etc\/keepalived\/(?=netferry-check)/g, `${EXAMPLE}/`],
  ]);
  let text = readFileSync(join(EXAMPLE, "keepalived.conf"), "utf8");
  for (const [pattern, line] of replaced) {
    ensure(pattern.test(text), `the example has nothing like ${String(pattern)}`);
    pattern.lastIndex = 0;
    text = text.replace(pattern, () => line);
  }
  return text;
}

export class SharedSite {
  readonly hosts: readonly [Host, Host];
  readonly collector: Collector;
  readonly #lab: Lab;
  readonly #lan: Namespace;

  private constructor(lab: Lab, lan: Namespace, collector: Collector, hosts: readonly [Host, Host]) {
    this.#lab = lab;
    this.#lan = lan;
    this.collector = collector;
    this.hosts = hosts;
  }

  static async create(lab: Lab): Promise<SharedSite> {
    const [lan, core] = [await lab.namespace("lan"), await lab.namespace("core")];
    await lan.run(["ip", "link", "add", "br0", "type", "bridge", "forward_delay", "0"]);
    await lan.run(["ip", "link", "set", "br0", "up"]);
    const places = await Promise.all(
      [1, 2].map(async (number) => ({ number, namespace: await lab.namespace(`host${number}`) })),
    );
    const wired = [];
    for (const { number, namespace } of places) {
      const ownIpv6 = `fd99::${number}/64`;
      wired.push({
        name: `host${number}`,
        namespace,
        ownIpv6,
        target: `10.98.${number}.1:${RELAY_PORT}`,
        lan: await plugIn(lab, lan, namespace, `10.99.0.${number}/24`, ownIpv6),
        uplink: await lab.link(
          { namespace: core, ipv4: `10.98.${number}.1/24` },
          { namespace, ipv4: `10.98.${number}.2/24` },
        ),
      });
    }
    const collector = await Collector.startIngest(core, `0.0.0.0:${RELAY_PORT}`, false);
    const [one, two] = wired.map((each) => new Host({ ...each, collector }));
    ensure(one !== undefined && two !== undefined, "there are two");
    const site = new SharedSite(lab, lan, collector, [one, two]);
    await Promise.all(site.hosts.map((host) => host.startAgent()));
    await Promise.all(site.hosts.map((host) => host.startKeepalived()));
    return site;
  }

  /** Plugs a router in, as one that peers with the shared address. */
  async connect(
    device: Namespace,
    number: number,
    transport: 4 | 6,
  ): Promise<Pick<Peering, "localAddress" | "peerAddress">> {
    const [ipv4, ipv6] = [`10.99.0.${100 + number}`, `fd99::${100 + number}`];
    await plugIn(this.#lab, this.#lan, device, `${ipv4}/24`, `${ipv6}/64`);
    return transport === 4
      ? { localAddress: ipv4, peerAddress: SHARED_IPV4 }
      : { localAddress: ipv6, peerAddress: SHARED_IPV6 };
  }

  /** The machine that has the shared addresses, and the other one, which has none of them. */
  async sides(): Promise<{ readonly holder: Host; readonly other: Host }> {
    return eventually("one machine has the shared addresses", async () => {
      const [one, two] = this.hosts;
      const [first, second] = await Promise.all([one.holds(), two.holds()]);
      ensure(first !== second, first ? "both have them" : "none has them");
      return first ? { holder: one, other: two } : { holder: two, other: one };
    });
  }
}

/** Joins a namespace to the network of the routers; returns its end's name. */
async function plugIn(
  lab: Lab,
  lan: Namespace,
  namespace: Namespace,
  ipv4: string,
  ipv6: string,
): Promise<string> {
  const device = await lab.link({ namespace: lan }, { namespace, ipv4, ipv6 });
  await lan.run(["ip", "link", "set", device, "master", "br0"]);
  return device;
}
