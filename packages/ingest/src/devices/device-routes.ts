/** A device's routes as one table: a device may peer from two addresses, and each family comes from one of them. */
import type { Family } from "@netferry/bgp";
import type { Path, RibTable, Route, WalkOptions, WalkPage } from "@netferry/rib";
import type { RouteTable } from "../http/view.ts";

export class DeviceRoutes implements RouteTable {
  readonly #tables: readonly RibTable[];
  readonly #tableOf: (family: Family) => RibTable | undefined;

  /** @param tableOf the table that counts for a family */
  constructor(tables: readonly RibTable[], tableOf: (family: Family) => RibTable | undefined) {
    this.#tables = tables;
    this.#tableOf = tableOf;
  }

  families(): Family[] {
    const families = new Set(this.#tables.flatMap((table) => table.families()));
    return [...families].filter((family) => (this.#tableOf(family)?.routeCount(family) ?? 0) > 0);
  }

  routeCount(family?: Family): number {
    if (family !== undefined) return this.#tableOf(family)?.routeCount(family) ?? 0;
    return this.families().reduce((sum, each) => sum + this.routeCount(each), 0);
  }

  exact(family: Family, nlri: Uint8Array): Path[] {
    return this.#tableOf(family)?.exact(family, nlri) ?? [];
  }

  lookup(family: Family, address: Uint8Array): Route | undefined {
    return this.#tableOf(family)?.lookup(family, address);
  }

  walk(family: Family, options: WalkOptions): WalkPage {
    return this.#tableOf(family)?.walk(family, options) ?? { routes: [] };
  }
}
