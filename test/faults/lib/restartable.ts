import type { DaemonProcess } from "../../interop/lib/daemon-process.ts";
import type { Namespace } from "../../interop/lib/lab.ts";

/** A process of ours that faults befall: it can be ended in every way and started again as it was. */
export class Restartable {
  readonly name: string;
  readonly #namespace: Namespace;
  readonly #argv: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #process: DaemonProcess | undefined;
  #generation = 0;

  constructor(
    name: string,
    namespace: Namespace,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    this.name = name;
    this.#namespace = namespace;
    this.#argv = argv;
    this.#env = env;
  }

  /** Counts starts. */
  get generation(): number {
    return this.#generation;
  }

  get process(): DaemonProcess {
    if (this.#process === undefined) throw new Error(`${this.name} was not started`);
    return this.#process;
  }

  get runs(): boolean {
    return this.#process !== undefined && this.#process.ended === undefined;
  }

  start(): void {
    if (this.runs) throw new Error(`${this.name} runs already`);
    this.#generation += 1;
    this.#process = this.#namespace.start(this.name, this.#argv, { ...this.#env });
  }

  /** Starts another one beside it, which takes over from it; resolves when the old one has ended. */
  async replace(): Promise<void> {
    const old = this.#process;
    this.#generation += 1;
    this.#process = this.#namespace.start(this.name, this.#argv, { ...this.#env });
    const how = await old?.exited;
    if (how !== "exit code 0")
      throw new Error(`${this.name} was to hand over and ended with ${how ?? "nothing"}`);
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (this.runs) await this.process.stop("SIGKILL");
  }

  /** Ends it as a service manager does. */
  async stop(): Promise<void> {
    if (this.runs) await this.process.stop("SIGTERM");
  }

  /** All that its lives have logged so far. */
  log(): string {
    return this.#process === undefined ? "" : this.#process.log();
  }
}
