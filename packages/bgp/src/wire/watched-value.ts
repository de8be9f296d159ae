import { safiOf } from "../family.ts";
import type { ValueWatch } from "./traced-writer.ts";

/** A member of the value, by its path: `segments[0].asns[2]`. */
export interface Member {
  readonly path: string;
  readonly value: unknown;
}

/** What a write was made of: the members read for it, the one that it shows first; none for a fixed or reserved field. */
export type Source = readonly Member[];

/** Members read for a write that may come later are remembered up to this number. */
const MAX_UNUSED = 64;

/** Watches an encoder read a value. Octets inside the value are handed out as they are. */
export class WatchedValue<V extends object> implements ValueWatch<Source> {
  /** To be given to the encoder in the value's place. */
  readonly value: V;
  /** Read since the last write. */
  #recent: Member[] = [];
  /** Read before it, and not written so far. */
  #unused: Member[] = [];
  readonly #written = new Set<string>();
  /** One number that is written as two fields. */
  #family: Member | undefined;

  constructor(value: V) {
    this.value = this.#watched(value, "");
  }

  sourceOf(written: number | bigint | Uint8Array): Source {
    const fresh = this.#recent.filter(({ path }) => !this.#written.has(path));
    const source = this.#choose(written, fresh);
    for (const member of source) {
      this.#written.add(member.path);
      if (/\bfamily$/.test(member.path)) this.#family = member;
    }
    this.#unused = [...this.#unused, ...fresh]
      .filter(({ path, value }) => !this.#written.has(path) && isScalar(value))
      .slice(-MAX_UNUSED);
    this.#recent = [];
    return source;
  }

  #choose(written: number | bigint | Uint8Array, fresh: readonly Member[]): Member[] {
    const same = (member: Member): boolean => member.value === written;
    const equal = fresh.findLast(same) ?? this.#recent.findLast(same) ?? this.#unused.findLast(same);
    if (equal !== undefined) return [equal];
    const last = fresh.at(-1);
    if (last === undefined) return this.#isSafi(written) ? [this.#family!] : [];
    if (typeof last.value === "object") return [last];
    // Flags in one field: each of them was read for it.
    const scalars = fresh.filter(({ value }) => isScalar(value) && typeof value !== "string");
    return typeof last.value === "string" || scalars.length === 0 ? [last] : scalars;
  }

  /** Whether it is the second half of a family that was read once. */
  #isSafi(written: number | bigint | Uint8Array): boolean {
    const family = this.#family?.value;
    return typeof family === "number" && written === safiOf(family);
  }

  #watched<T extends object>(target: T, path: string): T {
    return new Proxy(target, {
      get: (object, key, receiver) => {
        const value: unknown = Reflect.get(object, key, receiver);
        if (typeof key === "symbol" || typeof value === "function") return value;
        const isList = Array.isArray(object);
        if (isList && key === "length") {
          this.#recent.push({ path, value: object });
          return value;
        }
        const inner = isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
        if (value === undefined) return value;
        this.#recent.push({ path: inner, value });
        return typeof value === "object" && value !== null && !(value instanceof Uint8Array)
          ? this.#watched(value, inner)
          : value;
      },
    });
  }
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}
