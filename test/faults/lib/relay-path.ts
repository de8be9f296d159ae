import { connect } from "node:net";
import { join } from "node:path";

import type { Lab, Namespace } from "../../interop/lib/lab.ts";
import { eventually } from "../../interop/lib/wait.ts";
import { CLEAR_WIRE, type Impairment } from "./impairment.ts";

const WIRE = join(import.meta.dirname, "wire.ts");
/** The registered port of VXLAN (RFC 7348). */
const PORT = 4789;
/** Of the links below the tunnel: fewer packets for the same bytes. */
const MTU = 8000;
const VXLAN_OVERHEAD = 50;

/** The way between agent and ingest, through a wire that can be cut and made worse. */
export class RelayPath {
  /** Addresses of the two ends, IPv4 and IPv6. */
  static readonly core = { 4: "10.98.0.1", 6: "fd98::1" } as const;
  static readonly site = { 4: "10.98.0.2", 6: "fd98::2" } as const;
  readonly #controlPath: string;
  readonly #site: Namespace;

  private constructor(controlPath: string, site: Namespace) {
    this.#controlPath = controlPath;
    this.#site = site;
  }

  /** Joins the two namespaces by a tunnel through a third one, where the wire runs. */
  static async create(lab: Lab, core: Namespace, site: Namespace): Promise<RelayPath> {
    const wan = await lab.namespace("wan");
    const ends = [
      { namespace: core, wire: "10.96.1.1", own: "10.96.1.2", addresses: RelayPath.core },
      { namespace: site, wire: "10.96.2.1", own: "10.96.2.2", addresses: RelayPath.site },
    ] as const;
    for (const { namespace, wire, own, addresses } of ends) {
      const link = await lab.link({ namespace: wan, ipv4: `${wire}/30` }, { namespace, ipv4: `${own}/30` });
      await wan.run(["ip", "link", "set", link, "mtu", String(MTU)]);
      const steps = [
        `link set ${link} mtu ${MTU}`,
        `link add relay type vxlan id 1 dstport ${PORT} local ${own} remote ${wire}`,
        `link set relay mtu ${MTU - VXLAN_OVERHEAD}`,
        `address add ${addresses[4]}/30 dev relay`,
        `address add ${addresses[6]}/64 dev relay nodad`,
        "link set relay up",
      ];
      await namespace.run(["ip", "-batch", "-"], { input: `${steps.join("\n")}\n` });
      // The wire is no network card: it is to get whole packets with their checksums.
      await namespace.run(["ethtool", "-K", "relay", "tx", "off", "tso", "off", "gso", "off"]);
    }
    const controlPath = join(wan.directory, "wire.sock");
    wan.start("wire", [process.execPath, WIRE, controlPath, String(PORT), ends[0].own, ends[1].own]);
    const path = new RelayPath(controlPath, site);
    await eventually("the wire takes orders", () => path.set(CLEAR_WIRE));
    return path;
  }

  /** What happens to packets from now on. */
  async set(impairment: Impairment): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const control = connect(this.#controlPath);
    control.on("error", reject);
    control.on("data", () => resolve());
    control.write(`${JSON.stringify(impairment)}\n`);
    await promise;
    control.destroy();
  }

  /** Resets all TCP connections that cross it, those that are being made too. */
  async reset(): Promise<void> {
    for (const address of Object.values(RelayPath.core))
      await this.#site.run(["ss", "-K", "dst", `[${address}]`]);
  }
}
