import type { Family } from "@netferry/bgp";
import { mix, Random } from "../random.ts";
import type { AsTopology } from "./as-topology.ts";
import { AttributeSet } from "./attribute-set.ts";
import type { PrefixSet } from "./prefix-set.ts";
import type { UpdateWriter } from "./update-writer.ts";
import { MAX_ATTRIBUTES_LENGTH } from "./update-writer.ts";

/** Makes and writes attributes: those of a group and variant are always the same. Reuses its scratch space. */
export class TableWriter {
  readonly #seed: number;
  readonly #topology: AsTopology;
  readonly #updates: UpdateWriter;
  readonly #set = new AttributeSet();
  readonly #random = new Random(0);
  readonly #scratch = new Uint8Array(MAX_ATTRIBUTES_LENGTH);

  constructor(seed: number, topology: AsTopology, updates: UpdateWriter) {
    this.#seed = seed;
    this.#topology = topology;
    this.#updates = updates;
  }

  /** Announces prefixes `[first, end)`, all of one group, with the group's attributes in some variant. */
  announce(
    out: Uint8Array,
    at: number,
    prefixes: PrefixSet,
    group: number,
    variant: number,
    first: number,
    end: number,
  ): number {
    const { family, bytes, offsets } = prefixes;
    this.#generate(family, group, variant);
    return this.#updates.announce(out, at, family, this.#set, bytes, offsets[first]!, offsets[end]!);
  }

  withdraw(out: Uint8Array, at: number, prefixes: PrefixSet, index: number): number {
    const { family, bytes, offsets } = prefixes;
    return this.#updates.withdraw(out, at, family, bytes, offsets[index]!, offsets[index + 1]!);
  }

  /** The attributes of a group in some variant, in a new array. */
  attributes(family: Family, group: number, variant: number): Uint8Array {
    this.#generate(family, group, variant);
    const end = this.#updates.attributes(this.#scratch, 0, family, this.#set);
    return this.#scratch.slice(0, end);
  }

  #generate(family: Family, group: number, variant: number): void {
    this.#random.reseed(mix(this.#seed ^ family, group, variant));
    // Two neighbouring groups have one origin.
    this.#set.generate(this.#topology.originOf(mix(family, group >>> 1)), this.#topology, this.#random);
  }
}
