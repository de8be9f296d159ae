/** Connections at the relay's port that come to nothing: counted by cause, and told at a bounded rate. */
import type { RelayRefusal } from "@netferry/relay";
import { type Clock, type Logger, RationedLines } from "@netferry/service";

const REFUSAL_LINES = { perSecond: 0.1, burst: 20 };
const TELL_AGAIN_SECONDS = 300;

const TEXT: Readonly<Record<Exclude<RelayRefusal, "handshake">, string>> = {
  pending: "too many connections to the relay's port stand in their handshake; further ones are refused",
  "pending-from-address":
    "too many connections of this address to the relay's port stand in their handshake; further ones are refused",
  total:
    "the relay's port has as many connections as ingest takes; more descriptors (LimitNOFILE= in the unit, ulimit -n) may help",
};

export class RelayRefusals {
  readonly counters: Record<RelayRefusal, number> = {
    handshake: 0,
    pending: 0,
    "pending-from-address": 0,
    total: 0,
  };
  readonly #lines: RationedLines;

  constructor(clock: Clock, logger: Logger) {
    this.#lines = new RationedLines({ clock, logger, everySeconds: TELL_AGAIN_SECONDS, rate: REFUSAL_LINES });
  }

  refused(cause: RelayRefusal, address: string): void {
    this.counters[cause] += 1;
    // An agent looks whether the port answers before it begins, as balancers do.
    if (cause === "handshake") return;
    this.#lines.write(
      cause === "pending" || cause === "total" ? cause : `${cause} ${address}`,
      "warn",
      { remote: address },
      TEXT[cause],
    );
  }
}
