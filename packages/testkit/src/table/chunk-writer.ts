/** Octets of a chunk of UPDATEs: all but the last of a run are filled to within a message of it. */
export const CHUNK_LENGTH = 256 * 1024;

/** Longest UPDATE that a table writes (RFC 4271 section 4). */
export const MAX_UPDATE_LENGTH = 4096;

/** Whole UPDATE messages, one after the other, and how many routes they announce or withdraw. */
export interface RouteChunk {
  readonly bytes: Uint8Array;
  readonly routes: number;
}

/**
 * Room for messages, one chunk after the other. `buffer` and `at` say where the next message goes; whoever writes it
 * moves `at` and counts the routes, having asked `full` before.
 */
export class ChunkWriter {
  buffer = new Uint8Array(CHUNK_LENGTH);
  at = 0;
  routes = 0;

  /** There may be no room for another message: take the chunk first. */
  get full(): boolean {
    return this.at + MAX_UPDATE_LENGTH > CHUNK_LENGTH;
  }

  /** The messages so far, which the caller owns from then on; a new chunk begins. */
  take(): RouteChunk {
    const chunk = this.buffer.subarray(0, this.at);
    // A small rest need not keep a whole chunk in memory.
    const owned = this.at < CHUNK_LENGTH / 2 ? chunk.slice() : chunk;
    if (owned === chunk) this.buffer = new Uint8Array(CHUNK_LENGTH);
    const taken = { bytes: owned, routes: this.routes };
    this.at = 0;
    this.routes = 0;
    return taken;
  }
}
