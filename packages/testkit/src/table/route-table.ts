import type { Family } from "@netferry/bgp";
import { IPV4_UNICAST, IPV6_UNICAST, parseAddress } from "@netferry/bgp";
import { mix } from "../random.ts";
import { AsTopology } from "./as-topology.ts";
import { ChunkWriter, type RouteChunk } from "./chunk-writer.ts";
import type { Encoding } from "./encoding.ts";
import { generatePrefixes } from "./generate-prefixes.ts";
import type { PrefixSet } from "./prefix-set.ts";
import { groupStarts } from "./groups.ts";
import { TableWriter } from "./table-writer.ts";
import { type NextHops, UpdateWriter } from "./update-writer.ts";

/** Routes of a full table in the default-free zone, rounded up. */
export const FULL_TABLE = { ipv4: 1_000_000, ipv6: 230_000 } as const;

export interface RouteTableOptions {
  readonly prefixes: readonly PrefixSet[];
  readonly seed: number;
  /** Addresses of both families; default some of the documentation ranges. */
  readonly nextHops?: readonly string[] | undefined;
}

/** A family's prefixes, and where its groups of equal attributes begin. */
export interface TableFamily {
  readonly prefixes: PrefixSet;
  /** First prefix of each group, and the number of prefixes at the end. */
  readonly groups: Uint32Array;
}

/** Sixteen border routers; documentation addresses (RFC 5737, RFC 3849). */
function defaultNextHops(): string[] {
  return Array.from({ length: 16 }, (_, index) => [`192.0.2.${index + 1}`, `2001:db8::${index + 1}`]).flat();
}

/**
 * A table of routes that is a function of its prefixes and its seed. Prefixes that follow on each other share their
 * attributes in groups of about five, as in a real table; nothing but the prefixes and the groups is stored, every
 * attribute is made when it is written.
 */
export class RouteTable {
  readonly #families: ReadonlyMap<Family, TableFamily>;
  readonly #seed: number;
  readonly #topology: AsTopology;
  readonly #nextHops: NextHops;

  constructor(options: RouteTableOptions) {
    const { prefixes, seed } = options;
    this.#seed = mix(seed, 0x7ab1e);
    this.#families = new Map(
      prefixes.map((set): [Family, TableFamily] => [
        set.family,
        { prefixes: set, groups: groupStarts(set, this.#seed) },
      ]),
    );
    this.#topology = new AsTopology(
      seed,
      prefixes.reduce((sum, { size }) => sum + size, 0),
    );
    this.#nextHops = nextHopsOf(options.nextHops ?? defaultNextHops());
  }

  /** A table with generated prefixes. */
  static generate(options: {
    readonly ipv4: number;
    readonly ipv6: number;
    readonly seed: number;
    readonly nextHops?: readonly string[] | undefined;
  }): RouteTable {
    const { ipv4, ipv6, seed, nextHops } = options;
    const prefixes: PrefixSet[] = [];
    if (ipv4 > 0) prefixes.push(generatePrefixes(IPV4_UNICAST, ipv4, seed));
    if (ipv6 > 0) prefixes.push(generatePrefixes(IPV6_UNICAST, ipv6, seed));
    return new RouteTable({ prefixes, seed, nextHops });
  }

  get families(): Family[] {
    return [...this.#families.keys()];
  }

  /** Undefined for a family without routes. */
  family(family: Family): TableFamily | undefined {
    return this.#families.get(family);
  }

  /** Routes of one family, or of all. */
  routeCount(family?: Family): number {
    if (family !== undefined) return this.#families.get(family)?.prefixes.size ?? 0;
    let count = 0;
    for (const { prefixes } of this.#families.values()) count += prefixes.size;
    return count;
  }

  /** Writes UPDATEs in one encoding. */
  writer(encoding: Encoding): TableWriter {
    return new TableWriter(this.#seed, this.#topology, new UpdateWriter(encoding, this.#nextHops));
  }

  /**
   * A family's whole table as encoded UPDATEs, in pieces of whole messages of about CHUNK_LENGTH octets. A piece is
   * the caller's and never written to again. No End-of-RIB.
   */
  *updates(family: Family, encoding: Encoding): Generator<Uint8Array, void> {
    for (const { bytes } of this.chunks(family, encoding)) yield bytes;
  }

  /** The same with the number of routes in each piece. */
  *chunks(family: Family, encoding: Encoding): Generator<RouteChunk, void> {
    const table = this.#families.get(family);
    if (table === undefined) return;
    const { prefixes, groups } = table;
    const writer = this.writer(encoding);
    const chunk = new ChunkWriter();
    for (let group = 0; group + 1 < groups.length; group += 1) {
      if (chunk.full) yield chunk.take();
      chunk.at = writer.announce(
        chunk.buffer,
        chunk.at,
        prefixes,
        group,
        0,
        groups[group]!,
        groups[group + 1]!,
      );
      chunk.routes += groups[group + 1]! - groups[group]!;
    }
    if (chunk.at > 0) yield chunk.take();
  }
}

function nextHopsOf(addresses: readonly string[]): NextHops {
  const octets = addresses.map((text) => {
    const parsed = parseAddress(text);
    if (parsed === undefined) throw new RangeError(`next hop ${JSON.stringify(text)} is no address`);
    return parsed;
  });
  const ipv4 = octets.filter(({ length }) => length === 4);
  const ipv6 = octets.filter(({ length }) => length === 16);
  if (ipv4.length === 0 || ipv6.length === 0) throw new RangeError("next hops of both families are needed");
  return { ipv4, ipv6 };
}
