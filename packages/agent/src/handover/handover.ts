/** The agent's way from one process to the next, on both sides of it. */
import { type DescriptorChannel, DescriptorListener, type ServiceManager } from "@netferry/kernel";
import { type Clock, errorText, type Logger, OperatorError } from "@netferry/service";
import type { RestingAgent } from "../agent-options.ts";
import { giveToManager, giveToSuccessor } from "./give.ts";
import { type Estate, inheritFromAgent, inheritFromManager } from "./inherit.ts";

export interface HandoverOptions {
  /** Where a successor connects, and where this process looks for an agent before it; undefined for nowhere. */
  readonly path: string | undefined;
  readonly manager: ServiceManager | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface HandoverSource {
  /** Brings the agent to rest, and all that a successor would find in its way. */
  readonly rest: () => Promise<RestingAgent>;
  /** Another process has it all: this one ends, without a word to any device. */
  readonly onHandedOver: () => void;
}

export class Handover {
  readonly #options: HandoverOptions;
  #source: HandoverSource | undefined;
  #listener: DescriptorListener | undefined;
  #underWay = false;

  constructor(options: HandoverOptions) {
    this.#options = options;
  }

  /** What there is to go on with; undefined for a start from nothing. Rejects with one line where it can't be had. */
  async inherit(): Promise<Estate | undefined> {
    const { path, manager, logger } = this.#options;
    const kept = manager === undefined ? undefined : await inheritFromManager(manager, logger);
    if (kept !== undefined || path === undefined) return kept;
    return await inheritFromAgent(path);
  }

  /** From now on a successor may take over. */
  offer(source: HandoverSource): void {
    this.#source = source;
    this.#listen();
  }

  /** No successor may come any more. */
  close(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /**
   * Leaves everything to the service manager, for the process that it starts next. Where that can't be, returns why, and
   * the agent goes on.
   */
  async leave(): Promise<string | undefined> {
    const { manager, clock, logger } = this.#options;
    const source = this.#source;
    if (manager === undefined || source === undefined) {
      const reason = "no service manager keeps the sessions for the next process of the agent";
      logger.warn({ reason }, "told to leave the sessions to the next process");
      return reason;
    }
    return await this.#give(source, () => giveToManager(manager, { rest: source.rest, clock }));
  }

  #listen(): void {
    const { path, logger } = this.#options;
    if (path === undefined) return;
    try {
      this.#listener = new DescriptorListener({
        path,
        onChannel: (channel) => void this.#successor(channel),
        onRefused: (error) => logger.warn({ err: error }, "nobody took over"),
      });
    } catch (error) {
      throw new OperatorError(`--handover ${path}: ${errorText(error)}`, { cause: error, complete: true });
    }
  }

  async #successor(channel: DescriptorChannel): Promise<void> {
    const { clock, logger } = this.#options;
    const source = this.#source;
    if (source === undefined || this.#underWay) {
      channel.close();
      return;
    }
    logger.info({ pid: channel.peer.pid }, "a new process of the agent takes over");
    // Before anything is given: the successor listens here when it has it.
    this.close();
    const failure = await this.#give(source, () => giveToSuccessor(channel, { rest: source.rest, clock }));
    channel.close();
    if (failure !== undefined) this.#listen();
  }

  /** Why nothing was given; undefined where it was. */
  async #give(source: HandoverSource, give: () => Promise<number>): Promise<string | undefined> {
    this.#underWay = true;
    try {
      const sessions = await give();
      this.#options.logger.info({ sessions }, "handed the sessions over");
      source.onHandedOver();
      return undefined;
    } catch (error) {
      const reason = errorText(error);
      this.#options.logger.error({ reason }, "the sessions could not be handed over");
      return reason;
    } finally {
      this.#underWay = false;
    }
  }
}
