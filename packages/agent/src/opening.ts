/**
 * What a device may do before its session is established: little, and not for ever. The ingest's state machine says the same,
 * where there is an ingest.
 */
import type { Clock } from "@netferry/service";

/** Until a device has sent its OPEN, which it does as soon as it is connected. */
export const OPEN_TIMEOUT_MS = 60_000;
/** Until a session is established: as long as RFC 4271 section 8.2.2 has a speaker wait for an OPEN. */
export const ESTABLISH_TIMEOUT_MS = 240_000;
/** Octets that a device may send until then: an OPEN and a NOTIFICATION of 4,096 octets each, KEEPALIVEs, and as much again. */
export const MAX_UNESTABLISHED_BYTES = 16 * 1024;

export type OpeningFault = "no-open" | "not-established" | "too-much";

export interface OpeningProgress {
  /** The device's OPEN is there. */
  readonly opened: boolean;
  readonly established: boolean;
}

export class Opening {
  readonly #clock: Clock;
  readonly #progress: OpeningProgress;
  readonly #onFault: (fault: OpeningFault) => void;
  #cancel: () => void = () => undefined;
  #over = false;

  /** @param progress asked whenever it matters */
  constructor(clock: Clock, progress: OpeningProgress, onFault: (fault: OpeningFault) => void) {
    this.#clock = clock;
    this.#progress = progress;
    this.#onFault = onFault;
  }

  /** Time counts from now on. */
  start(): void {
    this.pause();
    if (this.#isOver()) return;
    const { opened } = this.#progress;
    this.#cancel = this.#clock.later(opened ? ESTABLISH_TIMEOUT_MS : OPEN_TIMEOUT_MS, () =>
      this.#late(opened),
    );
  }

  pause(): void {
    this.#cancel();
  }

  /** Messages went by; `sent` is how many octets the device has sent since the session began. */
  check(sent: number): void {
    if (!this.#isOver() && sent > MAX_UNESTABLISHED_BYTES) this.#fault("too-much");
  }

  stop(): void {
    this.#over = true;
    this.#cancel();
  }

  #late(wasOpened: boolean): void {
    if (this.#isOver()) return;
    if (!this.#progress.opened) this.#fault("no-open");
    else if (wasOpened) this.#fault("not-established");
    else this.#cancel = this.#clock.later(ESTABLISH_TIMEOUT_MS - OPEN_TIMEOUT_MS, () => this.#late(true));
  }

  #isOver(): boolean {
    if (!this.#over && this.#progress.established) this.stop();
    return this.#over;
  }

  #fault(fault: OpeningFault): void {
    this.stop();
    this.#onFault(fault);
  }
}
