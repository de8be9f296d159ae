/**
 * What the ingest said about device addresses: allowed for a while, or blocked for a while.
 *
 * Pure bookkeeping; asking is the control link's business.
 */
import type { BlockCause, VerdictOutcome } from "@netferry/relay";

/**
 * Addresses that are remembered at most, of those allowed and of those blocked; the oldest is forgotten first, which costs one
 * more question.
 */
export const MAX_VERDICTS = 16_384;

/** What a block says when nothing else is known: the documented 20 minutes. */
export const DEFAULT_BLOCK_SECONDS = 1_200;

export interface Denial {
  readonly address: string;
  readonly reason: string;
  readonly cause: BlockCause;
  readonly secondsLeft: number;
  /** Connections that were turned away since. */
  readonly attempts: number;
}

interface Entry {
  readonly outcome: VerdictOutcome;
  until: number;
  attempts: number;
}

export class VerdictCache {
  /** Allowed and blocked apart: blocks of forged addresses don't push out what is allowed. */
  readonly #allowed = new Map<string, Entry>();
  readonly #blocked = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #forgotten = { allowed: 0, blocked: 0 };

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many were forgotten for want of room. */
  get forgotten(): Readonly<Record<"allowed" | "blocked", number>> {
    return this.#forgotten;
  }

  /** The verdict that still holds for an address, for a connection: one that is blocked is counted. */
  find(address: string): VerdictOutcome | undefined {
    const outcome = this.peek(address);
    const entry = this.#blocked.get(address);
    if (entry !== undefined) entry.attempts += 1;
    return outcome;
  }

  /** The verdict that still holds for an address. */
  peek(address: string): VerdictOutcome | undefined {
    const entry = this.#allowed.get(address) ?? this.#blocked.get(address);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.outcome;
    // Whoever was allowed stays known as that, until the registry or want of room says otherwise.
    this.#blocked.delete(address);
    return undefined;
  }

  /** The last verdict on an address was to allow it, whether that still holds or not. */
  wasAllowed(address: string): boolean {
    return this.#allowed.has(address);
  }

  remember(address: string, outcome: VerdictOutcome): void {
    const seconds = outcome.ttlSeconds > 0 ? outcome.ttlSeconds : DEFAULT_BLOCK_SECONDS;
    this.forget(address);
    const entries = outcome.kind === "block" ? this.#blocked : this.#allowed;
    if (entries.size >= MAX_VERDICTS) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
      this.#forgotten[outcome.kind === "block" ? "blocked" : "allowed"] += 1;
    }
    entries.set(address, { outcome, until: this.#now() + seconds * 1000, attempts: 0 });
  }

  /** Goes on with a block that another process of the agent was told. */
  restore({ address, reason, cause, secondsLeft, attempts }: Denial): void {
    this.remember(address, { kind: "block", reason, cause, ttlSeconds: secondsLeft });
    const entry = this.#blocked.get(address);
    if (entry !== undefined) entry.attempts = attempts;
  }

  /** Forgets an address; true where it had been blocked. */
  forget(address: string): boolean {
    this.#allowed.delete(address);
    return this.#blocked.delete(address);
  }

  /** Nothing holds any more: another ingest, another registry. */
  clear(): void {
    for (const entry of this.#allowed.values()) entry.until = Number.NEGATIVE_INFINITY;
    this.#blocked.clear();
  }

  /** Addresses that are blocked now. */
  denials(): Denial[] {
    const now = this.#now();
    const denials: Denial[] = [];
    for (const [address, { outcome, until, attempts }] of this.#blocked) {
      if (outcome.kind !== "block" || until <= now) continue;
      const secondsLeft = Math.ceil((until - now) / 1000);
      denials.push({ address, reason: outcome.reason, cause: outcome.cause, secondsLeft, attempts });
    }
    return denials;
  }
}
