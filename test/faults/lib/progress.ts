/** How often a run says what it waits for, in milliseconds. */
const HEARTBEAT_MS = 30_000;

/** Where a run is: for whoever watches it, and for the message of what takes too long. */
export class Progress {
  readonly #write: (line: string) => void;
  readonly #startedAt = performance.now();
  readonly #heartbeat: NodeJS.Timeout;
  #row = "";
  #waitingFor = "its beginning";
  #waitingSince = performance.now();

  constructor(write: (line: string) => void) {
    this.#write = write;
    // It also holds the process: a run whose other handles are all gone has not come to its end.
    this.#heartbeat = setInterval(() => {
      const seconds = (performance.now() - this.#waitingSince) / 1000;
      if (seconds * 1000 >= HEARTBEAT_MS)
        this.say(`still waiting for ${this.#waitingFor} (${seconds.toFixed(0)} s)`);
    }, HEARTBEAT_MS);
  }

  /** From now on it is about this row. */
  begin(row: string, title: string): void {
    this.#row = row;
    this.step("the fault");
    this.say(title);
  }

  /** What has to come next. */
  step(waitingFor: string): void {
    this.#waitingFor = waitingFor;
    this.#waitingSince = performance.now();
  }

  get waitingFor(): string {
    return this.#waitingFor;
  }

  /** Prints a line with the time, and how long the run lasts already. */
  say(text: string): void {
    const elapsed = Math.round((performance.now() - this.#startedAt) / 1000);
    const head = `[${new Date().toISOString().slice(11, 19)} +${elapsed} s]${this.#row === "" ? "" : ` ${this.#row}:`}`;
    this.#write(`${head} ${text}`);
  }

  end(): void {
    clearInterval(this.#heartbeat);
  }
}
