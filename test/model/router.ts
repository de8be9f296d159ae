/** A router that remembers what it has announced, answers refreshes, and notices when its session is ended. */
import {
  decodeMessage,
  encodeMessage,
  IPV4_UNICAST,
  iterateMessages,
  type Message,
  parsePrefix,
  RefreshSubtype,
  sessionOpen,
} from "@netferry/bgp";
import type { Clock } from "@netferry/service";
import type { DeviceLink } from "../../packages/agent/src/session-options.ts";

export const ASN = 65_001;
/** Seconds. */
const HOLD_TIME = 30;

export class Router implements DeviceLink {
  /** Prefix → the MED that tells its versions apart. */
  readonly announced = new Map<string, number>();
  readonly #enhanced: boolean;
  readonly #clock: Clock;
  #heardAt = 0;
  /** Where the agent's session takes what this router sends. */
  #out: (run: Uint8Array) => void = () => undefined;
  paused = false;
  /** Nothing may be written, for another process is about to go on with the connection. */
  atRest = false;
  ended: string | undefined;
  refreshes = 0;

  /** @param enhanced whether it marks the boundaries of a refresh (RFC 7313) */
  constructor(enhanced: boolean, clock: Clock) {
    this.#enhanced = enhanced;
    this.#clock = clock;
  }

  connect(out: (run: Uint8Array) => void): void {
    this.#out = out;
    this.#send(
      sessionOpen({
        localAsn: ASN,
        localIdentifier: 0x0a000001,
        holdTime: HOLD_TIME,
        passive: false,
        families: [IPV4_UNICAST],
        enhancedRouteRefresh: this.#enhanced,
      }),
    );
  }

  announce(prefix: string, med: number): void {
    this.announced.set(prefix, med);
    this.#send(updateOf(prefix, med));
  }

  withdraw(prefix: string): void {
    this.announced.delete(prefix);
    this.#send({ type: "update", withdrawn: [nlriOf(prefix)], attributes: [], nlri: [] });
  }

  #keepalive(): void {
    if (this.ended !== undefined) return;
    if (this.#clock.monotonic() - this.#heardAt > HOLD_TIME * 1000)
      this.ended = "the router's hold timer expired";
    this.#send({ type: "keepalive" });
    this.#clock.later((HOLD_TIME * 1000) / 3, () => this.#keepalive());
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  established(): void {}

  write(run: Uint8Array, done: () => void): void {
    if (this.atRest) throw new Error("written to while at rest");
    this.#heardAt = this.#clock.monotonic();
    for (const bytes of iterateMessages(run)) {
      const decoded = decodeMessage(bytes);
      if (!decoded.ok) throw new Error(`the router got what is no BGP: ${decoded.error.text}`);
      this.#take(decoded.message);
    }
    done();
  }

  end(): void {
    this.ended ??= "closed";
  }

  #take(message: Message): void {
    switch (message.type) {
      case "open":
        this.#keepalive();
        return;
      case "notification":
        this.ended = `NOTIFICATION ${message.code}/${message.subcode}`;
        return;
      case "route-refresh":
        if (message.subtype === RefreshSubtype.request) this.#refresh(message.family);
        return;
      case "update":
      case "keepalive":
    }
  }

  #refresh(family: number): void {
    this.refreshes += 1;
    if (this.#enhanced) this.#send({ type: "route-refresh", family, subtype: RefreshSubtype.begin });
    for (const [prefix, med] of this.announced) this.#send(updateOf(prefix, med));
    if (this.#enhanced) this.#send({ type: "route-refresh", family, subtype: RefreshSubtype.end });
  }

  #send(message: Message): void {
    this.#out(encodeMessage(message));
  }
}

function nlriOf(prefix: string): { bytes: Uint8Array } {
  const parsed = parsePrefix(prefix);
  if (parsed === undefined) throw new Error(`${prefix} is no prefix`);
  return { bytes: parsed.nlri };
}

function updateOf(prefix: string, med: number): Message {
  return {
    type: "update",
    withdrawn: [],
    attributes: [
      { type: "origin", origin: "igp" },
      { type: "as-path", segments: [] },
      { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) },
      { type: "multi-exit-disc", value: med },
      { type: "local-pref", value: 100 },
    ],
    nlri: [nlriOf(prefix)],
  };
}
