/**
 * The Adj-RIB-In of one established session (RFC 4271 section 3.2): UPDATEs in, paths in a table, everything counted.
 */
import {
  ErrorCode,
  type Family,
  type ProtocolError,
  protocolError,
  RefreshSubtype,
  type RouteRefreshMessage,
  type SessionContext,
  UpdateScanner,
} from "@netferry/bgp";
import type { AttributeTable, RibTable } from "@netferry/rib";
import type { UpdateSink } from "../session/peer-session.ts";

/** Counted over the life of a session. */
export interface UpdateCounters {
  updates: number;
  /** Paths, as received: one that replaces another counts once. */
  announced: number;
  withdrawn: number;
  /** UPDATEs whose routes were withdrawn for an error in them (RFC 7606). */
  treatedAsWithdraw: number;
  /** Families given up for an error (RFC 4760 section 7). */
  disabledFamilies: number;
  /** Paths that a limit of the RIB refused. */
  rejectedPaths: number;
  endOfRib: number;
  /** Errors in UPDATEs, by cause. */
  faults: Record<string, number>;
}

export function createUpdateCounters(): UpdateCounters {
  return {
    updates: 0,
    announced: 0,
    withdrawn: 0,
    treatedAsWithdraw: 0,
    disabledFamilies: 0,
    rejectedPaths: 0,
    endOfRib: 0,
    faults: {},
  };
}

/** Adds `more` to `sum`. */
export function addCounters(sum: UpdateCounters, more: UpdateCounters): void {
  sum.updates += more.updates;
  sum.announced += more.announced;
  sum.withdrawn += more.withdrawn;
  sum.treatedAsWithdraw += more.treatedAsWithdraw;
  sum.disabledFamilies += more.disabledFamilies;
  sum.rejectedPaths += more.rejectedPaths;
  sum.endOfRib += more.endOfRib;
  for (const [cause, count] of Object.entries(more.faults))
    sum.faults[cause] = (sum.faults[cause] ?? 0) + count;
}

export interface AdjRibInOptions {
  readonly context: SessionContext;
  readonly table: RibTable;
  readonly attributes: AttributeTable;
  readonly counters: UpdateCounters;
  /** Wants to know that UPDATEs come while the device sends its routes again. */
  readonly repetition: { readonly repeating: boolean; heard(): void };
  readonly onEndOfRib: (family: Family) => void;
  /** An UPDATE had errors; one line. */
  readonly onFault: (text: string) => void;
  /** BoRR and EoRR of a device that answers a refresh (RFC 7313). */
  readonly onRefresh: (family: Family, boundary: "begin" | "end") => void;
}

export class AdjRibIn implements UpdateSink {
  readonly #options: AdjRibInOptions;
  readonly #scanner: UpdateScanner;
  readonly #table: RibTable;
  readonly #attributes: AttributeTable;
  readonly #counters: UpdateCounters;

  constructor(options: AdjRibInOptions) {
    this.#options = options;
    this.#scanner = new UpdateScanner(options.context);
    this.#table = options.table;
    this.#attributes = options.attributes;
    this.#counters = options.counters;
    options.counters.faults = this.#scanner.counts;
  }

  apply(run: Uint8Array, start: number, end: number): ProtocolError | undefined {
    const scanner = this.#scanner;
    const counters = this.#counters;
    counters.updates += 1;
    const { repetition } = this.#options;
    if (repetition.repeating) repetition.heard();
    const disposition = scanner.scan(run, start, end);
    if (disposition !== "ok") {
      if (disposition === "reset") {
        return scanner.resetError() ?? protocolError(ErrorCode.update, 0, "malformed UPDATE");
      }
      this.#faulty(disposition);
    }
    for (let i = 0; i < scanner.withdrawnCount; i += 1) {
      const routes = scanner.withdrawn[i]!;
      counters.withdrawn += routes.routes;
      this.#table.withdraw(routes.family, routes.buffer, routes.start, routes.end, routes.addPath);
    }
    for (let i = 0; i < scanner.announcedCount; i += 1) {
      const routes = scanner.announced[i]!;
      counters.announced += routes.routes;
      const id = this.#attributes.intern(
        routes.attributesBuffer,
        routes.attributesStart,
        routes.attributesEnd,
      );
      const result = this.#table.announce(
        routes.family,
        routes.buffer,
        routes.start,
        routes.end,
        routes.addPath,
        id,
      );
      counters.rejectedPaths += result.rejected;
      this.#attributes.release(id);
    }
    const { endOfRib } = scanner;
    if (endOfRib !== undefined) {
      counters.endOfRib += 1;
      this.#options.onEndOfRib(endOfRib);
    }
    return undefined;
  }

  /** A ROUTE-REFRESH from the device: a boundary of its answer, or a request, for which there is nothing to send. */
  refresh({ family, subtype }: RouteRefreshMessage): void {
    if (subtype === RefreshSubtype.begin) this.#options.onRefresh(family, "begin");
    else if (subtype === RefreshSubtype.end) this.#options.onRefresh(family, "end");
  }

  #faulty(disposition: "treat-as-withdraw" | "afi-safi-disable"): void {
    if (disposition === "treat-as-withdraw") this.#counters.treatedAsWithdraw += 1;
    for (const family of this.#scanner.disabled) {
      this.#counters.disabledFamilies += 1;
      this.#table.clear(family);
    }
    const decisive = this.#scanner.errors().find(({ action }) => action === disposition);
    this.#options.onFault(decisive?.text ?? disposition);
  }
}
