import { type CodecContext, negotiate, openAsn, type OpenMessage } from "@netferry/bgp";

/** Sessions whose OPENs are remembered. */
export const MAX_SESSIONS = 16_384;

interface KnownSession {
  /** The OPEN that each side sent. */
  readonly opens: [OpenMessage | undefined, OpenMessage | undefined];
  /** For the messages of each side. */
  contexts: [CodecContext, CodecContext];
}

/** What was learnt from OPENs, by session. One OPEN alone is taken to have been answered in kind. */
export class SessionTable<Key> {
  readonly #fallback: CodecContext;
  readonly #sessions = new Map<Key, KnownSession>();
  /** Sessions forgotten for newer ones. */
  forgotten = 0;

  constructor(fallback: CodecContext) {
    this.#fallback = fallback;
  }

  /** How to read what this side sent. */
  context(key: Key, side: 0 | 1): CodecContext {
    return this.#sessions.get(key)?.contexts[side] ?? this.#fallback;
  }

  /** The AS number that this side gave in its OPEN. */
  asn(key: Key, side: 0 | 1): number | undefined {
    const open = this.#sessions.get(key)?.opens[side];
    return open === undefined ? undefined : openAsn(open);
  }

  /** Takes the OPEN that a side sent. */
  learn(key: Key, side: 0 | 1, open: OpenMessage): void {
    const known = this.#sessions.get(key);
    const opens: KnownSession["opens"] = known === undefined ? [undefined, undefined] : [...known.opens];
    opens[side] = open;
    const first = opens[0] ?? open;
    const second = opens[1] ?? open;
    // Read by who receives it: the other side sent the OPEN that counts as ours.
    const contexts: KnownSession["contexts"] = [negotiate(second, first), negotiate(first, second)];
    if (opens[0] === undefined || opens[1] === undefined) {
      const internal = this.#fallback.internal;
      for (const index of [0, 1] as const) contexts[index] = { ...contexts[index], internal };
    }
    if (known === undefined) this.#makeRoom();
    this.#sessions.set(key, { opens, contexts });
  }

  #makeRoom(): void {
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size < MAX_SESSIONS || oldest.done === true) return;
    this.#sessions.delete(oldest.value);
    this.forgotten++;
  }
}
