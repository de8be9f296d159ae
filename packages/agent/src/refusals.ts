/** Connections that are not taken: counted by cause, and told at a bounded rate. */
import type { SessionIdentity } from "@netferry/relay";
import { type Clock, type ConnectionBounds, type Logger, RationedLines } from "@netferry/service";
import { MAX_SESSIONS } from "./connection-limits.ts";
import type { AgentCounters } from "./counters.ts";

/** Lines about refused connections, from however many addresses they come. */
export const REFUSAL_LINES = { perSecond: 0.1, burst: 20 };
/** The same cause is told once in this time, of each address where it is about that. */
const TELL_AGAIN_SECONDS = 60;

export type Refusal = "address" | "descriptors" | "no-verdict" | "rate" | "total" | "undecided";

const COUNTER = {
  address: "rejectedTooManyFromAddress",
  descriptors: "rejectedNoDescriptors",
  "no-verdict": "rejectedNoVerdict",
  rate: "rejectedTooOften",
  total: "rejectedTooMany",
  undecided: "rejectedUndecided",
} as const satisfies Record<Refusal, keyof AgentCounters>;

export interface RefusalsOptions {
  readonly bounds: ConnectionBounds;
  readonly counters: AgentCounters;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #lines: RationedLines;

  constructor(options: RefusalsOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#lines = new RationedLines({ clock, logger, everySeconds: TELL_AGAIN_SECONDS, rate: REFUSAL_LINES });
  }

  refused(cause: Refusal, { deviceIp }: SessionIdentity): void {
    const { bounds, counters } = this.#options;
    counters[COUNTER[cause]] += 1;
    const ofAddress = cause === "address" || cause === "rate" || cause === "no-verdict";
    this.#lines.write(
      ofAddress ? `${cause} ${deviceIp}` : cause,
      "warn",
      {
        "device-ip": deviceIp,
        cause,
        connections: bounds.total,
        "connections-from-address": bounds.from(deviceIp),
      },
      `connection refused: ${this.#text(cause)}`,
    );
  }

  #text(cause: Refusal): string {
    const { limits, total } = this.#options.bounds;
    const { burst, perSecond } = limits.rate;
    switch (cause) {
      case "address":
        return `${limits.perAddress} connections of this address are open`;
      case "descriptors":
        return "the file descriptors of the process run out; raise its limit (LimitNOFILE= in the unit, ulimit -n)";
      case "no-verdict":
        return "no ingest says whether this device may peer; see the control stream's lines";
      case "rate":
        return `the address connects too often (${burst} times at once, then every ${Math.round(1 / perSecond)} s)`;
      case "total":
        return limits.total < MAX_SESSIONS
          ? `${total} are open, as many as the file descriptors of the process allow; raise its limit (LimitNOFILE= in the unit, ulimit -n)`
          : `${total} are open, the most that an agent takes`;
      case "undecided":
        return "too many unknown addresses connect at once and wait for the ingest's word";
    }
  }
}
