/** Verdicts, asked for and remembered; what is denied is told once. */
import { parseAddress } from "@netferry/bgp";
import type { BlockCause, VerdictOutcome } from "@netferry/relay";
import { type Clock, formatHostPort, type Logger, TokenBucket } from "@netferry/service";
import type { ControlLink } from "./control-link.ts";
import { takeOver } from "./counters.ts";
import type { VerdictCache } from "./verdicts.ts";

/** Lines about denied devices: their addresses may be forged, and a flood of them is no reason to fill a disk. */
const DENIAL_LINES = { perSecond: 1, burst: 100 };
/** Times that a question is asked anew because the registry changed while it was under way. */
const MAX_ASKED = 3;

/** The ends of a connection, as far as they are known. */
export interface ConnectionEnds {
  readonly deviceIp: string;
  readonly devicePort?: number | undefined;
  readonly proxyIp: string;
  readonly proxyPort?: number | undefined;
  readonly sessionId?: string | undefined;
}

export class VerdictSource {
  /** Devices that were denied since the start, by cause. */
  readonly denied: Record<BlockCause, number> = {
    "unknown-device": 0,
    "ambiguous-address": 0,
    "not-peering": 0,
    other: 0,
  };
  readonly #cache: VerdictCache;
  readonly #link: Pick<ControlLink, "ask">;
  readonly #logger: Logger;
  readonly #lines: TokenBucket;
  #unlogged = 0;

  /**
   * @param link remembers every answer in `cache` as it comes
   * @param before denials that another process of this agent has counted
   */
  constructor(
    cache: VerdictCache,
    link: Pick<ControlLink, "ask">,
    clock: Clock,
    logger: Logger,
    before: Readonly<Record<string, number>> = {},
  ) {
    takeOver(this.denied, before);
    this.#cache = cache;
    this.#link = link;
    this.#logger = logger;
    this.#lines = new TokenBucket(() => clock.monotonic(), DENIAL_LINES);
  }

  /** What is remembered of an address; a connection that finds it blocked is counted there. */
  known(address: string): VerdictOutcome | undefined {
    return this.#cache.find(address);
  }

  /**
   * Asks the ingest, whatever is remembered; undefined where no answer can be had now. An answer that a change of the
   * registry has made void meanwhile does not count: it is asked for again.
   */
  async ask(ends: ConnectionEnds): Promise<VerdictOutcome | undefined> {
    const device = parseAddress(ends.deviceIp);
    const proxy = parseAddress(ends.proxyIp);
    if (device === undefined || proxy === undefined) return undefined;
    for (let asked = 0; asked < MAX_ASKED; asked += 1) {
      if ((await this.#link.ask(device, proxy)) === undefined) return undefined;
      const outcome = this.#cache.peek(ends.deviceIp);
      if (outcome === undefined) continue;
      if (outcome.kind === "block") this.#denied(ends, outcome);
      return outcome;
    }
    return undefined;
  }

  #denied(ends: ConnectionEnds, block: Extract<VerdictOutcome, { kind: "block" }>): void {
    this.denied[block.cause] += 1;
    if (!this.#lines.take()) {
      this.#unlogged += 1;
      return;
    }
    this.#logger.warn(
      {
        component: "proxy/client-data",
        device_ip: ends.deviceIp,
        "local-addr": endText(ends.proxyIp, ends.proxyPort),
        "peer-addr": endText(ends.deviceIp, ends.devicePort),
        service: "netferry-agent",
        ...(ends.sessionId === undefined ? {} : { sessid: ends.sessionId, "session-id": ends.sessionId }),
        ttl_counter: 0,
        ttl_seconds: block.ttlSeconds,
        cause: block.cause,
        reason: block.reason,
        ...(this.#unlogged === 0 ? {} : { suppressed: this.#unlogged }),
      },
      "Deny-listed an INVALID / UNKNOWN device",
    );
    this.#unlogged = 0;
  }
}

function endText(address: string, port: number | undefined): string {
  return port === undefined ? address : formatHostPort(address, port);
}
