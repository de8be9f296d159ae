/** Tells the service manager how a daemon is: sd_notify(3). */
import type { ServiceManager } from "@netferry/kernel";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log/logger.ts";

export class ServiceNotices {
  readonly #manager: ServiceManager | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #cancelWatchdog: () => void = () => undefined;

  /** @param manager undefined where none wants to be told: then nothing is done */
  constructor(manager: ServiceManager | undefined, clock: Clock, logger: Logger) {
    this.#manager = manager;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The daemon is there for others; from now on the watchdog is fed, as long as the event loop turns. */
  async ready(status: string): Promise<void> {
    await this.#tell(["READY=1", `STATUS=${status}`]);
    const { watchdogMs } = this.#manager ?? {};
    if (watchdogMs !== undefined) this.#watch(watchdogMs / 2);
  }

  async stopping(): Promise<void> {
    this.#cancelWatchdog();
    await this.#tell(["STOPPING=1"]);
  }

  #watch(intervalMs: number): void {
    this.#cancelWatchdog = this.#clock.later(intervalMs, () => {
      void this.#tell(["WATCHDOG=1"]);
      this.#watch(intervalMs);
    });
  }

  async #tell(lines: readonly string[]): Promise<void> {
    try {
      await this.#manager?.notify(lines);
    } catch (error) {
      this.#logger.limited("service manager", 60).warn({ err: error }, "the service manager can't be told");
    }
  }
}
