/** Keeps the capture of signed SYNs going: an interface may go down, or away, and come back. */
import type { CapturedSyn, CaptureStatistics } from "@netferry/kernel";
import { type Clock, errorText, type Logger, retryDelays } from "@netferry/service";
import type { Md5Counters } from "./counters.ts";
import type { Md5Kernel } from "./kernel.ts";

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 15_000;

type Capture = ReturnType<Md5Kernel["capture"]>;

type State =
  | { readonly name: "closed" }
  | { readonly name: "open"; readonly capture: Capture }
  | { readonly name: "failed"; readonly reason: string };

export interface CaptureKeeperOptions {
  readonly kernel: Md5Kernel;
  /** Undefined for all interfaces. */
  readonly interface: string | undefined;
  readonly onSyn: (syn: CapturedSyn) => void;
  readonly counters: Md5Counters;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

export class CaptureKeeper {
  readonly #options: CaptureKeeperOptions;
  #ports: readonly number[] = [];
  #state: State = { name: "closed" };
  #cancelRetry: () => void = () => undefined;
  #delays: Iterator<number, never>;
  /** What captures that are closed have counted. */
  #before: CaptureStatistics = { delivered: 0, dropped: 0, malformed: 0, errors: 0 };

  constructor(options: CaptureKeeperOptions) {
    this.#options = options;
    this.#delays = this.#freshDelays();
  }

  /** Begins to capture SYNs to these ports. Throws what the kernel says where it can't. */
  open(ports: readonly number[]): void {
    this.close();
    this.#ports = [...new Set(ports)];
    this.#state = { name: "open", capture: this.#start() };
  }

  close(): void {
    this.#cancelRetry();
    if (this.#state.name === "open") this.#end(this.#state.capture);
    this.#state = { name: "closed" };
  }

  /** Why signed SYNs are not seen now; undefined while they are. */
  get problem(): string | undefined {
    if (this.#state.name === "failed") return this.#state.reason;
    return this.#state.name === "closed" ? "the capture is closed" : undefined;
  }

  statistics(): CaptureStatistics {
    return this.#state.name === "open" ? sum(this.#before, this.#state.capture.statistics()) : this.#before;
  }

  #freshDelays(): Iterator<number, never> {
    return retryDelays({ firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS, random: this.#options.random });
  }

  #start(): Capture {
    return this.#options.kernel.capture({
      ports: this.#ports,
      interface: this.#options.interface,
      onSyn: (syn) => {
        // Proof that it works, which an interface that is down after opening is not.
        this.#delays = this.#freshDelays();
        this.#options.onSyn(syn);
      },
      onError: (error) => this.#failed(error),
    });
  }

  #end(capture: Capture): void {
    capture.close();
    this.#before = sum(this.#before, capture.statistics());
  }

  #failed(error: unknown): void {
    if (this.#state.name === "closed") return;
    if (this.#state.name === "open") this.#end(this.#state.capture);
    const reason = errorText(error);
    this.#state = { name: "failed", reason };
    this.#options.counters.captureFailures += 1;
    this.#options.logger
      .limited("syn capture", 60)
      .warn({ reason, module: "proxy/md5" }, "the capture of signed SYNs failed; it is tried again");
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.later(this.#delays.next().value, () => this.#retry());
  }

  #retry(): void {
    try {
      this.#state = { name: "open", capture: this.#start() };
    } catch (error) {
      this.#failed(error);
    }
  }
}

function sum(one: CaptureStatistics, other: CaptureStatistics): CaptureStatistics {
  return {
    delivered: one.delivered + other.delivered,
    dropped: one.dropped + other.dropped,
    malformed: one.malformed + other.malformed,
    errors: one.errors + other.errors,
  };
}
