import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { parseBirdRoutes } from "../../interop/lib/bird.ts";
import { answering, type DaemonProcess } from "../../interop/lib/daemon-process.ts";
import type { Namespace } from "../../interop/lib/lab.ts";
import type { NormalRoute } from "../../interop/lib/route.ts";
import { ensure } from "../../interop/lib/wait.ts";
import {
  FEEDER_ASN,
  LISTING_TIMEOUT_MS,
  type SessionLife,
  type TransitDaemon,
  type TransitPlan,
} from "./transit-daemon.ts";

const NAME = "netferry";
const CHANNELS = ["ipv4", "ipv6"] as const;
const SINCE = new RegExp(String.raw`^${NAME}\s+BGP\s+\S+\s+\S+\s+(\d+-\d+-\d+ [\d:.]+)`, "m");

/** BIRD 2 with an export table, so that its CLI shows what was sent and not what would be. */
export class BirdTransit implements TransitDaemon {
  readonly #namespace: Namespace;
  readonly #plan: TransitPlan;
  #daemon: DaemonProcess | undefined;

  constructor(namespace: Namespace, plan: TransitPlan) {
    this.#namespace = namespace;
    this.#plan = plan;
  }

  get #socket(): string {
    return join(this.#namespace.directory, "bird.ctl");
  }

  async start(): Promise<void> {
    const file = join(this.#namespace.directory, "bird.conf");
    writeFileSync(file, this.#configuration());
    this.#daemon = this.#namespace.start("bird", ["bird", "-f", "-c", file, "-s", this.#socket]);
    await answering(this.#daemon, () => this.#cli("show status"));
  }

  #configuration(): string {
    const { peering, own, feeder, routeRefresh } = this.#plan;
    return [
      `router id ${peering.routerId};`,
      "log stderr all;",
      "timeformat protocol iso long ms;",
      "protocol device {}",
      // The next hops of the feeder's routes are anywhere.
      `protocol static { ipv4; route 0.0.0.0/0 via ${feeder.ipv4}; }`,
      `protocol static { ipv6; route ::/0 via ${feeder.ipv6}; }`,
      "protocol bgp feeder {",
      `  local ${own.ipv4} as ${peering.localAsn};`,
      `  neighbor ${feeder.ipv4} as ${FEEDER_ASN};`,
      "  passive on; hold time 0;",
      ...CHANNELS.map((channel) => `  ${channel} { import all; export none; gateway recursive; };`),
      "}",
      `protocol bgp ${NAME} {`,
      `  local ${peering.localAddress} as ${peering.localAsn};`,
      `  neighbor ${peering.peerAddress} as ${peering.peerAsn};`,
      "  direct; debug { states };",
      `  hold time ${peering.holdTime};`,
      ...(routeRefresh ? [] : ["  enable route refresh off;"]),
      "  connect delay time 1; connect retry time 1; error wait time 1, 1;",
      ...CHANNELS.map(
        (channel) =>
          `  ${channel} { import none; export where source = RTS_BGP; next hop keep; export table on; };`,
      ),
      "}",
      "",
    ].join("\n");
  }

  async life(): Promise<SessionLife> {
    const text = await this.#cli(`show protocols ${NAME}`);
    const since = SINCE.exec(text)?.[1];
    return {
      established: /Established/.test(text),
      since: since === undefined ? undefined : new Date(since).getTime(),
      ups: (this.#daemon?.log() ?? "").split(`${NAME}: State changed to up`).length - 1,
    };
  }

  async announced(): Promise<number> {
    const text = await this.#cli(`show protocols all ${NAME}`);
    const counts = [...text.matchAll(/Routes:\s+\d+ imported, (?:\d+ filtered, )?(\d+) exported/g)];
    ensure(counts.length === CHANNELS.length, `bird does not say how many routes it sent: ${text}`);
    return counts.reduce((sum, match) => sum + Number(match[1]), 0);
  }

  async advertised(): Promise<NormalRoute[]> {
    const routes: NormalRoute[] = [];
    for (const channel of CHANNELS) {
      const text = await this.#cli(`show route all export table ${NAME}.${channel}`);
      // Not by spreading: a call takes only so many arguments.
      for (const route of parseBirdRoutes(text, this.#plan.peering)) routes.push(route);
    }
    return routes;
  }

  async #cli(command: string): Promise<string> {
    const { stdout } = await this.#namespace.run(["birdc", "-s", this.#socket, command], {
      timeoutMs: LISTING_TIMEOUT_MS,
    });
    return stdout;
  }
}
