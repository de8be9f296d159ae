/** Most attribute sets whose text is kept. */
export const MAX_CACHED_VIEWS = 16_384;
/** Most characters of text that are kept; a hostile set can decode to hundreds of kilobytes. */
export const MAX_CACHED_CHARACTERS = 16 * 1024 * 1024;

/** Where the bytes of sets are: an `AttributeTable`. */
interface AttributeBytes {
  bytes(id: number): Uint8Array;
}

interface Entry {
  readonly bytes: Uint8Array;
  readonly text: string;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * The text of attribute sets by id, least recently used out first. A listing takes many turns of the
 * event loop, in which a set may go and its id come back with another: an entry counts only while its
 * bytes are the table's.
 */
export class ViewCache {
  readonly #attributes: AttributeBytes;
  readonly #render: (bytes: Uint8Array) => string;
  readonly #entries = new Map<number, Entry>();
  #characters = 0;

  /** @param render makes the text of one set; the bytes are a view that it must not keep. */
  constructor(attributes: AttributeBytes, render: (bytes: Uint8Array) => string) {
    this.#attributes = attributes;
    this.#render = render;
  }

  get size(): number {
    return this.#entries.size;
  }

  text(id: number): string {
    const bytes = this.#attributes.bytes(id);
    const cached = this.#entries.get(id);
    if (cached !== undefined) {
      this.#forget(id, cached);
      if (equal(cached.bytes, bytes)) {
        this.#keep(id, cached);
        return cached.text;
      }
    }
    const entry = { bytes: bytes.slice(), text: this.#render(bytes) };
    this.#keep(id, entry);
    this.#evict();
    return entry.text;
  }

  #keep(id: number, entry: Entry): void {
    this.#entries.set(id, entry);
    this.#characters += entry.text.length;
  }

  #forget(id: number, entry: Entry): void {
    this.#entries.delete(id);
    this.#characters -= entry.text.length;
  }

  #evict(): void {
    // Map keeps the order of insertion, and a hit inserts anew: the first is the one longest unused.
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= MAX_CACHED_VIEWS && this.#characters <= MAX_CACHED_CHARACTERS) return;
      this.#forget(id, entry);
    }
  }
}
