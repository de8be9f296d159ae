import type { RouteChunk } from "./chunk-writer.ts";

/** Chunks out of one source for many readers: each is made when the first reader comes to it, and kept. */
export class SharedChunks implements Iterable<RouteChunk> {
  readonly #source: Iterator<RouteChunk, unknown>;
  readonly #chunks: RouteChunk[] = [];
  #complete = false;

  constructor(source: Iterable<RouteChunk>) {
    this.#source = source[Symbol.iterator]();
  }

  *[Symbol.iterator](): Generator<RouteChunk, void> {
    for (let index = 0; ; index += 1) {
      const chunk = this.#chunks[index] ?? this.#next();
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  #next(): RouteChunk | undefined {
    if (this.#complete) return undefined;
    const next = this.#source.next();
    if (next.done === true) {
      this.#complete = true;
      return undefined;
    }
    this.#chunks.push(next.value);
    return next.value;
  }
}
