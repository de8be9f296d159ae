/** Sessions that this ingest had before it was restarted, and whose agents have not come back for them yet. */

export interface RestoredSession {
  readonly sessionId: string;
  readonly accountId: number;
  readonly deviceId: number;
  /** Position of the device's direction up to which everything is in the snapshot's routes. */
  readonly applied: number;
}

export class RestoredSessions {
  readonly #sessions = new Map<string, RestoredSession>();

  add(session: RestoredSession): void {
    this.#sessions.set(session.sessionId, session);
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Gives a session to the one stream that comes for it. */
  take(sessionId: string, accountId: number): RestoredSession | undefined {
    const session = this.#sessions.get(sessionId);
    if (session === undefined || session.accountId !== accountId) return undefined;
    this.#sessions.delete(sessionId);
    return session;
  }
}
