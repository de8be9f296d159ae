import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  IPV4_FLOWSPEC,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV4_VPN,
  IPV6_FLOWSPEC,
  IPV6_MULTICAST,
  IPV6_UNICAST,
  IPV6_VPN,
  L2VPN_EVPN,
} from "@netferry/bgp";
import { run } from "../command.ts";
import { answering, DaemonProcess } from "../daemon-process.ts";
import {
  asnOf,
  DAEMON_AS,
  MARK,
  type MalformedDaemon,
  type Neighbor,
  type NeighborRoutes,
} from "./daemon.ts";

const FAMILIES = [
  "ipv4 multicast",
  "ipv6 unicast",
  "ipv6 multicast",
  "ipv4 vpn",
  "ipv6 vpn",
  "ipv4 flowspec",
  "ipv6 flowspec",
  "l2vpn evpn",
];

/** FRR's bgpd: passive for every neighbour, takes everything. */
export class MalformedFrr implements MalformedDaemon {
  readonly name = "frr";
  readonly address = "127.0.79.2";
  readonly port = 17_902;
  readonly families = new Set([
    IPV4_UNICAST,
    IPV6_UNICAST,
    IPV4_MULTICAST,
    IPV6_MULTICAST,
    IPV4_VPN,
    IPV6_VPN,
    IPV4_FLOWSPEC,
    IPV6_FLOWSPEC,
    L2VPN_EVPN,
  ]);
  readonly #directory: string;
  #process: DaemonProcess | undefined;

  constructor(directory: string) {
    this.#directory = join(directory, "frr");
    mkdirSync(this.#directory, { recursive: true });
    chmodSync(this.#directory, 0o777);
  }

  async start(neighbors: readonly Neighbor[]): Promise<void> {
    const file = join(this.#directory, "bgpd.conf");
    writeFileSync(file, this.#configuration(neighbors));
    writeFileSync(join(this.#directory, "vtysh.conf"), "");
    const argv = [
      "/usr/lib/frr/bgpd",
      "-f",
      file,
      "-Z",
      "-n",
      "-S",
      "-P",
      "0",
      "-p",
      String(this.port),
      "-l",
      this.address,
    ];
    argv.push("--log", "stdout", "-i", join(this.#directory, "bgpd.pid"), "--vty_socket", this.#directory);
    this.#process = new DaemonProcess("bgpd", argv, join(this.#directory, "bgpd.log"));
    await answering(this.#process, () => this.#show("show version"));
  }

  async routes({ address }: Neighbor): Promise<NeighborRoutes> {
    const text = await this.#show(`show bgp ipv4 unicast neighbors ${address} routes json`);
    const routes = new Map<string, boolean>();
    if (!text.trimStart().startsWith("{")) return routes;
    const listed = JSON.parse(text) as { routes?: Record<string, { metric?: number }[]> };
    for (const [prefix, paths] of Object.entries(listed.routes ?? {})) {
      routes.set(
        prefix,
        paths.some(({ metric }) => metric === MARK),
      );
    }
    return routes;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  log(): string {
    return this.#process?.tail() ?? "";
  }

  async #show(command: string): Promise<string> {
    const argv = ["vtysh", "--vty_socket", this.#directory, "--config_dir", this.#directory, "-c", command];
    return (await run(argv)).stdout;
  }

  #configuration(neighbors: readonly Neighbor[]): string {
    const each = (line: (neighbor: Neighbor) => readonly string[]): string[] =>
      neighbors.flatMap((one) => [...line(one)]);
    return [
      "frr defaults traditional",
      "hostname frr",
      "log stdout",
      `router bgp ${DAEMON_AS}`,
      "bgp router-id 127.0.79.2",
      "no bgp default ipv4-unicast",
      "no bgp ebgp-requires-policy",
      ...each((neighbor) => {
        const { address, external } = neighbor;
        return [
          `neighbor ${address} remote-as ${asnOf(neighbor)}`,
          `neighbor ${address} passive`,
          `neighbor ${address} timers 0 0`,
          `neighbor ${address} timers connect 1`,
          ...(external ? [`neighbor ${address} ebgp-multihop 5`] : []),
        ];
      }),
      "address-family ipv4 unicast",
      ...each(({ address }) => [`neighbor ${address} activate`]),
      "exit-address-family",
      ...FAMILIES.flatMap((family) =>
        [`address-family ${family}`].concat(
          each(({ address }) => [`neighbor ${address} activate`]),
          "exit-address-family",
        ),
      ),
      "exit",
      "",
    ].join("\n");
  }
}
