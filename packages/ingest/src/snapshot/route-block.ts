/**
 * Routes of one table and family as a block: slot, family and count, then the routes, each with its paths. An attribute set
 * stands at its first use in the block and is referred to after that, so a block can be read by itself.
 */
import type { Family } from "@netferry/bgp";
import type { AttributeTable, RibTable, Route } from "@netferry/rib";
import { SnapshotError } from "./blocks.ts";

const HAS_PATH_ID = 1;
const FIXED_BYTES = 12;

/** Grows to what the largest block needs, and is used again. */
export class RouteBlockWriter {
  readonly #attributes: AttributeTable;
  #bytes = new Uint8Array(1024 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  constructor(attributes: AttributeTable) {
    this.#attributes = attributes;
  }

  /** A copy of the block's content. The attribute ids must be good: to be called in the turn in which the RIB answered. */
  encode(slot: number, family: Family, routes: readonly Route[]): Uint8Array {
    this.#at = 0;
    const seen = new Map<number, number>();
    this.#uint32(slot);
    this.#uint32(family);
    this.#uint32(routes.length);
    for (const { nlri, paths } of routes) {
      this.#uint32(nlri.length);
      this.#copy(nlri);
      this.#uint32(paths.length);
      for (const { pathId, attributeId } of paths) {
        this.#uint32(pathId === undefined ? 0 : HAS_PATH_ID);
        if (pathId !== undefined) this.#uint32(pathId);
        const reference = seen.get(attributeId);
        this.#uint32(reference ?? seen.size);
        if (reference !== undefined) continue;
        seen.set(attributeId, seen.size);
        const bytes = this.#attributes.bytes(attributeId);
        this.#uint32(bytes.length);
        this.#copy(bytes);
      }
    }
    return this.#bytes.slice(0, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  #uint32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  #copy(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}

export function slotOfBlock(content: Uint8Array): number {
  return content.length < FIXED_BYTES ? -1 : viewOf(content).getUint32(0, true);
}

/**
 * Announces a block's routes to a table. Returns how many paths.
 *
 * @throws SnapshotError where the content ends early; what stood before it was announced
 */
export function loadRouteBlock(content: Uint8Array, table: RibTable, attributes: AttributeTable): number {
  const view = viewOf(content);
  let at = 4;
  const uint32 = () => {
    if (at + 4 > content.length) throw new SnapshotError("a block of routes ends early");
    const value = view.getUint32(at, true);
    at += 4;
    return value;
  };
  const skip = (length: number) => {
    if (at + length > content.length) throw new SnapshotError("a block of routes ends early");
    at += length;
    return at - length;
  };
  const family: Family = uint32();
  const ids: number[] = [];
  let loaded = 0;
  try {
    for (let left = uint32(); left > 0; left -= 1) {
      const nlriLength = uint32();
      const nlri = skip(nlriLength);
      for (let paths = uint32(); paths > 0; paths -= 1) {
        const pathId = uint32() === HAS_PATH_ID ? uint32() : undefined;
        const reference = uint32();
        if (reference === ids.length) {
          const length = uint32();
          const start = skip(length);
          ids.push(attributes.intern(content, start, start + length));
        }
        const id = ids[reference];
        if (id === undefined) throw new SnapshotError("a block refers to attributes that are not there");
        const result = table.announceOne(family, content, nlri, nlri + nlriLength, pathId, id);
        loaded += result.added + result.replaced + result.unchanged;
      }
    }
  } finally {
    for (const id of ids) attributes.release(id);
  }
  return loaded;
}

function viewOf(content: Uint8Array): DataView {
  return new DataView(content.buffer, content.byteOffset, content.byteLength);
}
