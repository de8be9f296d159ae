/**
 * Whose turn it is to ask the ingest to take a session. When all routers of a network come at once, an ingest that was asked
 * for all of them would answer none in time, and every late answer is another question.
 */

/** Sessions that wait for the ingest's answer at once. */
export const MAX_ATTACHING = 100;

/** One session's place among those that want to attach. */
export interface AttachTurn {
  /** Begins as soon as there is room, perhaps at once. */
  request(): void;
  /** Makes room for the next one, or leaves the queue. May be called again and again. */
  end(): void;
}

export class AttachTurns {
  /** In the order of their requests. */
  readonly #waiting = new Map<AttachTurn, () => void>();
  readonly #attaching = new Set<AttachTurn>();
  #serving = false;

  get waiting(): number {
    return this.#waiting.size;
  }

  /** @param begin asks the ingest; the turn lasts until its end is called, which may be from inside */
  turn(begin: () => void): AttachTurn {
    const turn: AttachTurn = {
      request: () => {
        this.#waiting.set(turn, begin);
        this.#serve();
      },
      end: () => {
        this.#waiting.delete(turn);
        if (this.#attaching.delete(turn)) this.#serve();
      },
    };
    return turn;
  }

  #serve(): void {
    // A turn that ends inside of its beginning would call this again, as deep as the queue is long.
    if (this.#serving) return;
    this.#serving = true;
    for (const [turn, begin] of this.#waiting) {
      if (this.#attaching.size >= MAX_ATTACHING) break;
      this.#waiting.delete(turn);
      this.#attaching.add(turn);
      begin();
    }
    this.#serving = false;
  }
}
