import { existsSync, renameSync, writeFileSync } from "node:fs";

const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/** A wall clock of Netferry's processes alone, which the routers do not see (libfaketime). */
export class FakeClock {
  readonly #file: string;

  /** `file` says how far the clock is off; processes look there once a second. */
  constructor(file: string) {
    this.#file = file;
    this.step(0);
  }

  static get available(): boolean {
    return existsSync(LIBRARY);
  }

  /** For the processes that are to see it. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: "1",
      // What measures durations does not jump: a real step leaves the monotonic clock alone, too.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** Sets the clock `hours` before or after the true time. */
  step(hours: number): void {
    writeFileSync(`${this.#file}.new`, `${hours < 0 ? "-" : "+"}${Math.abs(hours)}h\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}
