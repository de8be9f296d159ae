import assert from "node:assert/strict";
import { type Family, IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import type { Path, Route } from "@netferry/rib";

/**
 * A prefix as bits, "" for the default route: what it covers begins with it, and text order is walk order.
 */
export type Bits = string;

interface NaivePath {
  readonly pathId: number | undefined;
  attributes: string;
  stale: boolean;
}

/**
 * One device's routes in one family, kept the obvious way: the model that the real tables are held against.
 */
export class NaiveTable {
  readonly routes = new Map<Bits, NaivePath[]>();

  announce(prefix: Bits, pathId: number | undefined, attributes: string): "added" | "replaced" | "unchanged" {
    const paths = this.routes.get(prefix) ?? [];
    this.routes.set(prefix, paths);
    const old = paths.find((path) => path.pathId === pathId);
    if (old === undefined) {
      paths.push({ pathId, attributes, stale: false });
      return "added";
    }
    const same = old.attributes === attributes;
    old.attributes = attributes;
    old.stale = false;
    return same ? "unchanged" : "replaced";
  }

  withdraw(prefix: Bits, pathId: number | undefined): boolean {
    const paths = this.routes.get(prefix) ?? [];
    const left = paths.filter((path) => path.pathId !== pathId);
    this.#keep(prefix, left);
    return left.length < paths.length;
  }

  markStale(): void {
    for (const path of this.paths()) path.stale = true;
  }

  sweepStale(): void {
    for (const [prefix, paths] of this.routes)
      this.#keep(
        prefix,
        paths.filter((path) => !path.stale),
      );
  }

  paths(): NaivePath[] {
    return [...this.routes.values()].flat();
  }

  /** Prefixes in walk order. */
  prefixes(within: Bits = ""): Bits[] {
    return [...this.routes.keys()].filter((prefix) => prefix.startsWith(within)).sort();
  }

  longestMatch(address: Bits): Bits | undefined {
    return [...this.routes.keys()]
      .filter((prefix) => address.startsWith(prefix))
      .sort((a, b) => b.length - a.length)[0];
  }

  #keep(prefix: Bits, paths: NaivePath[]): void {
    if (paths.length === 0) this.routes.delete(prefix);
    else this.routes.set(prefix, paths);
  }
}

/** Bits → octets, the last one filled up with zeros. */
export function octetsOf(bits: Bits): Uint8Array {
  const octets = new Uint8Array(Math.ceil(bits.length / 8));
  for (let index = 0; index < bits.length; index++)
    if (bits[index] === "1") octets[index >>> 3]! |= 0x80 >>> (index & 7);
  return octets;
}

export function nlriOf(bits: Bits): Uint8Array {
  return Uint8Array.from([bits.length, ...octetsOf(bits)]);
}

export function bitsOf(nlri: Uint8Array): Bits {
  const all = [...nlri.subarray(1)].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  return all.slice(0, nlri[0]);
}

/**
 * A run of NLRI as on the wire. With `pathIds` each is preceded by its own. Bits past a prefix are set: they
 * must be masked.
 */
export function runOf(prefixes: readonly Bits[], pathIds?: readonly number[]): Uint8Array {
  return Uint8Array.from(
    prefixes.flatMap((prefix, index) => {
      const id = pathIds?.[index];
      const nlri = [...nlriOf(prefix)];
      if (prefix.length % 8 !== 0) nlri[nlri.length - 1]! |= 0xff >>> (prefix.length % 8);
      return [
        ...(id === undefined ? [] : [id >>> 24, id >>> 16, id >>> 8, id].map((octet) => octet & 0xff)),
        ...nlri,
      ];
    }),
  );
}

export function addressBits(family: Family): number {
  assert.ok(family === IPV4_UNICAST || family === IPV6_UNICAST);
  return family === IPV4_UNICAST ? 32 : 128;
}

/** A route in the words of the model. */
export function naively(route: Route, attributes: (path: Path) => string): [Bits, NaivePath[]] {
  const paths = route.paths.map((path) => ({
    pathId: path.pathId,
    attributes: attributes(path),
    stale: path.stale,
  }));
  return [bitsOf(route.nlri), paths];
}
