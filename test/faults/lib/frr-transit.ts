import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { answering } from "../../interop/lib/daemon-process.ts";
import {
  type AdvertisedJson,
  type DetailJson,
  type NeighborJson,
  normalFromFrr,
} from "../../interop/lib/frr.ts";
import type { Namespace } from "../../interop/lib/lab.ts";
import { FAMILIES, type FamilyName, type NormalRoute } from "../../interop/lib/route.ts";
import { ensure } from "../../interop/lib/wait.ts";
import {
  FEEDER_ASN,
  LISTING_TIMEOUT_MS,
  type SessionLife,
  type TransitDaemon,
  type TransitPlan,
} from "./transit-daemon.ts";

/** A view resolves no next hops: there is no zebra here that could. */
const VIEW = "transit";
const FAMILY_WORDS: Record<FamilyName, string> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv6-unicast": "ipv6 unicast",
};

interface Neighbor extends NeighborJson {
  bgpTimerUpEstablishedEpoch?: number;
  addressFamilyInfo?: Record<string, { sentPrefixCounter?: number }>;
}

/** FRR's bgpd alone, without zebra. */
export class FrrTransit implements TransitDaemon {
  readonly #namespace: Namespace;
  readonly #plan: TransitPlan;

  constructor(namespace: Namespace, plan: TransitPlan) {
    this.#namespace = namespace;
    this.#plan = plan;
  }

  async start(): Promise<void> {
    const { directory } = this.#namespace;
    const file = join(directory, "bgpd.conf");
    writeFileSync(file, `${this.#configuration().join("\n")}\n`);
    writeFileSync(join(directory, "vtysh.conf"), "");
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
      "179",
      "--log",
      "stdout",
    ];
    argv.push("-i", join(directory, "bgpd.pid"), "--vty_socket", directory);
    const daemon = this.#namespace.start("bgpd", argv);
    await answering(daemon, () => this.#show("show version"));
  }

  #configuration(): string[] {
    const { peering, feeder } = this.#plan;
    const neighbor = `neighbor ${peering.peerAddress}`;
    return [
      "frr defaults traditional",
      "hostname frr",
      "log stdout",
      "route-map NONE deny 10",
      "exit",
      `router bgp ${peering.localAsn} view ${VIEW}`,
      `bgp router-id ${peering.routerId}`,
      "no bgp default ipv4-unicast",
      "no bgp ebgp-requires-policy",
      `neighbor ${feeder.ipv4} remote-as ${FEEDER_ASN}`,
      `neighbor ${feeder.ipv4} passive`,
      `neighbor ${feeder.ipv4} timers 0 0`,
      `${neighbor} remote-as ${peering.peerAsn}`,
      `${neighbor} timers ${Math.floor(peering.holdTime / 3)} ${peering.holdTime}`,
      `${neighbor} timers connect 1`,
      `${neighbor} advertisement-interval 0`,
      `${neighbor} update-source ${peering.localAddress}`,
      ...FAMILIES.flatMap((family) => [
        `address-family ${FAMILY_WORDS[family]}`,
        `neighbor ${feeder.ipv4} activate`,
        `neighbor ${feeder.ipv4} route-map NONE out`,
        `${neighbor} activate`,
        `${neighbor} attribute-unchanged next-hop`,
        "exit-address-family",
      ]),
      "exit",
    ];
  }

  async #neighbor(): Promise<Neighbor> {
    const address = this.#plan.peering.peerAddress;
    const text = await this.#show(`show bgp view ${VIEW} neighbors ${address} json`);
    const neighbor = (JSON.parse(text) as Record<string, Neighbor>)[address];
    ensure(neighbor !== undefined, `frr does not know ${address}`);
    return neighbor;
  }

  async life(): Promise<SessionLife> {
    const neighbor = await this.#neighbor();
    return {
      established: neighbor.bgpState === "Established",
      since:
        neighbor.bgpTimerUpEstablishedEpoch === undefined
          ? undefined
          : neighbor.bgpTimerUpEstablishedEpoch * 1000,
      ups: neighbor.connectionsEstablished ?? 0,
    };
  }

  async announced(): Promise<number> {
    const { addressFamilyInfo } = await this.#neighbor();
    return Object.values(addressFamilyInfo ?? {}).reduce(
      (sum, { sentPrefixCounter }) => sum + (sentPrefixCounter ?? 0),
      0,
    );
  }

  async advertised(): Promise<NormalRoute[]> {
    const { peering } = this.#plan;
    const routes: NormalRoute[] = [];
    for (const family of FAMILIES) {
      const show = `show bgp view ${VIEW} ${FAMILY_WORDS[family]}`;
      const sent = await this.#show(`${show} neighbors ${peering.peerAddress} advertised-routes json`);
      const known = await this.#show(`${show} json detail`);
      const listed = normalFromFrr(
        peering,
        family,
        JSON.parse(sent) as AdvertisedJson,
        JSON.parse(known) as DetailJson,
      );
      for (const route of listed) routes.push(route);
    }
    return routes;
  }

  async #show(command: string): Promise<string> {
    const { directory } = this.#namespace;
    const argv = ["vtysh", "--vty_socket", directory, "--config_dir", directory, "-c", command];
    const { stdout } = await this.#namespace.run(argv, { timeoutMs: LISTING_TIMEOUT_MS });
    ensure(!stdout.startsWith("%"), `frr said: ${stdout.slice(0, 300)}`);
    return stdout;
  }
}
