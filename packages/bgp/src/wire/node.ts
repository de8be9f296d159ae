/** Octets of a message and what they are. The leaves of a view are all of its octets, each once. */
export interface WireNode {
  /** Octets from the start of the message. */
  readonly offset: number;
  /** Octets. */
  readonly length: number;
  /** As the model of this package names it where it has a name there: `segments[0].asns[2]`. */
  readonly name: string;
  /** What it says, on one line; empty where the name says all. */
  readonly value: string;
  /** Where it is specified; undefined where it is in the same place as what it is a part of. */
  readonly reference?: string;
  /** What is wrong with it, one line each. */
  readonly problems: readonly string[];
  /** Empty for a field; else they fill `[offset, offset + length)`. */
  readonly children: readonly WireNode[];
}

/** A node under construction. */
export interface WireBranch extends WireNode {
  readonly problems: string[];
  readonly children: WireBranch[];
  value: string;
  length: number;
}

export function branch(
  name: string,
  offset: number,
  length: number,
  more: { readonly value?: string; readonly reference?: string | undefined } = {},
): WireBranch {
  const { reference } = more;
  return {
    offset,
    length,
    name,
    value: more.value ?? "",
    problems: [],
    children: [],
    ...(reference === undefined ? {} : { reference }),
  };
}
