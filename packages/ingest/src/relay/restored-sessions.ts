/** Sessions that this ingest had before it was restarted, and whose agents have not come back for them yet. */
import type { RouteSlot } from "../devices/route-slot.ts";

export interface RestoredSession {
  readonly sessionId: string;
  readonly accountId: number;
  /** Position of the device's direction up to which everything is in the snapshot's routes. */
  readonly applied: number;
  /** Those routes. */
  readonly routes: RouteSlot;
}

export class RestoredSessions {
  readonly #sessions = new Map<string, RestoredSession>();
  readonly #byRoutes = new Map<RouteSlot, RestoredSession>();

  add(session: RestoredSession): void {
    this.#sessions.set(session.sessionId, session);
    this.#byRoutes.set(session.routes, session);
  }

  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Gives a session to the one stream that comes for it. Undefined where its routes are not what was loaded any more:
   * they may have been away for too long meanwhile.
   */
  take(sessionId: string, accountId: number): RestoredSession | undefined {
    const session = this.#sessions.get(sessionId);
    if (session === undefined || session.accountId !== accountId) return undefined;
    this.#sessions.delete(sessionId);
    this.#byRoutes.delete(session.routes);
    return session.routes.asLoaded ? session : undefined;
  }

  /** The session that has not come back yet and whose routes these are, as they were loaded. */
  awaitedWith(routes: RouteSlot): RestoredSession | undefined {
    return routes.asLoaded ? this.#byRoutes.get(routes) : undefined;
  }
}
