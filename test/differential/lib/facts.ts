import { formatAddress, formatIPv4, formatIPv6, parseAddress, toHex } from "@netferry/bgp";

/** What a dissector says of a message: the values of each of its fields, in the order of the wire. */
export type Facts = ReadonlyMap<string, readonly string[]>;

export type FactValue = string | number | bigint | boolean;

/** Collects what our model of a message says, in the words of tshark's fields, `bgp.` left out. */
export class FactList {
  readonly #facts = new Map<string, string[]>();

  add(field: string, value: FactValue): void {
    const text = typeof value === "boolean" ? (value ? "1" : "0") : String(value);
    const list = this.#facts.get(field);
    if (list === undefined) this.#facts.set(field, [text]);
    else list.push(text);
  }

  bytes(field: string, value: Uint8Array): void {
    // An empty value has a field, but nothing to show.
    if (value.length > 0) this.add(field, toHex(value));
  }

  /** An address whose field is that of its width. */
  address(value: Uint8Array, ipv4: string, ipv6: string): void {
    if (value.length === 4) this.add(ipv4, formatIPv4(value));
    else this.add(ipv6, formatIPv6(value));
  }

  get facts(): Facts {
    return this.#facts;
  }
}

/** A value as tshark prints it, in the form of {@link FactList}: numbers decimal, octets without colons, addresses as ours. */
export function normalValue(text: string): string {
  if (/^0x[0-9a-f]+$/i.test(text)) return BigInt(text).toString();
  if (text === "True") return "1";
  if (text === "False") return "0";
  if (/^[0-9a-f]{2}([: ][0-9a-f]{2})+$/i.test(text)) return text.replaceAll(/[: ]/g, "").toLowerCase();
  if (text.includes(":")) {
    const address = parseAddress(text);
    if (address?.length === 16) return formatAddress(address);
  }
  return text;
}

/** A field in which two views of a message differ. */
export interface Difference {
  readonly field: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

export function differences(ours: Facts, theirs: Facts): Difference[] {
  const found: Difference[] = [];
  for (const field of new Set([...ours.keys(), ...theirs.keys()])) {
    const [left, right] = [ours.get(field) ?? [], theirs.get(field) ?? []];
    const same = left.length === right.length && left.every((value, index) => value === right[index]);
    if (!same) found.push({ field, ours: left, theirs: right });
  }
  return found;
}
