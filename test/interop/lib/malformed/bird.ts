import { mkdirSync, writeFileSync } from "node:fs";
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

/** What it can negotiate, and for all but unicast a table, since it has none by itself. */
const CHANNELS: readonly { readonly channel: string; readonly kind: string; readonly table?: string }[] = [
  { channel: "ipv4", kind: "ipv4" },
  { channel: "ipv6", kind: "ipv6" },
  { channel: "ipv4 multicast", kind: "ipv4", table: "multicast_4" },
  { channel: "ipv6 multicast", kind: "ipv6", table: "multicast_6" },
  { channel: "vpn4 mpls", kind: "vpn4", table: "vpn_4" },
  { channel: "vpn6 mpls", kind: "vpn6", table: "vpn_6" },
  { channel: "flow4", kind: "flow4", table: "flow_4" },
  { channel: "flow6", kind: "flow6", table: "flow_6" },
];

/** BIRD 2: passive for every neighbour, takes everything. */
export class MalformedBird implements MalformedDaemon {
  readonly name = "bird";
  readonly address = "127.0.79.1";
  readonly port = 17_901;
  readonly families = new Set([
    IPV4_UNICAST,
    IPV6_UNICAST,
    IPV4_MULTICAST,
    IPV6_MULTICAST,
    IPV4_VPN,
    IPV6_VPN,
    IPV4_FLOWSPEC,
    IPV6_FLOWSPEC,
  ]);
  readonly #directory: string;
  #process: DaemonProcess | undefined;

  constructor(directory: string) {
    this.#directory = join(directory, "bird");
    mkdirSync(this.#directory, { recursive: true });
  }

  async start(neighbors: readonly Neighbor[]): Promise<void> {
    const file = join(this.#directory, "bird.conf");
    writeFileSync(file, this.#configuration(neighbors));
    const argv = ["bird", "-f", "-c", file, "-s", this.#socket];
    this.#process = new DaemonProcess("bird", argv, join(this.#directory, "bird.log"));
    await answering(this.#process, () => this.#ask("show", "status"));
  }

  async routes({ name }: Neighbor): Promise<NeighborRoutes> {
    const text = await this.#ask("show", "route", "protocol", name, "all", "table", "master4");
    const routes = new Map<string, boolean>();
    let prefix: string | undefined;
    for (const line of text.split("\n")) {
      prefix = /^([0-9.]+\/\d+)\s/.exec(line)?.[1] ?? prefix;
      if (prefix === undefined) continue;
      if (!routes.has(prefix)) routes.set(prefix, false);
      if (new RegExp(`BGP\\.med: ${MARK}$`).test(line)) routes.set(prefix, true);
    }
    return routes;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  log(): string {
    return this.#process?.tail() ?? "";
  }

  get #socket(): string {
    return join(this.#directory, "bird.ctl");
  }

  async #ask(...words: string[]): Promise<string> {
    return (await run(["birdc", "-s", this.#socket, ...words], { accept: [0, 1] })).stdout;
  }

  #configuration(neighbors: readonly Neighbor[]): string {
    return [
      "router id 127.0.79.1;",
      "log stderr all;",
      "protocol device {}",
      ...CHANNELS.filter(({ table }) => table !== undefined).map(
        ({ kind, table }) => `${kind} table ${table};`,
      ),
      ...neighbors.map((neighbor) => this.#protocol(neighbor)),
      "",
    ].join("\n");
  }

  #protocol(neighbor: Neighbor): string {
    const { name, address, kind } = neighbor;
    const channels = CHANNELS.map(({ channel, table }) => {
      const paths = kind === "add-path" && table === undefined ? "add paths rx; " : "";
      return `  ${channel} { ${table === undefined ? "" : `table ${table}; `}${paths}import all; export none; };`;
    });
    return [
      `protocol bgp ${name} {`,
      `  local ${this.address} port ${this.port} as ${DAEMON_AS};`,
      `  neighbor ${address} as ${asnOf(neighbor)};`,
      "  passive; multihop; error wait time 1, 1;",
      `  enable as4 ${kind === "two-octet-as" ? "off" : "on"};`,
      ...channels,
      "}",
    ].join("\n");
  }
}
