import { OperatorError } from "@netferry/service/command-line";
import type { z } from "zod";
import { AgentSessionsAnswer, AgentStatusAnswer, DeniedAnswer, HealthAnswer } from "./answers.ts";
import { parseAnswer, readText } from "./api-client.ts";
import { createExchanger, STATUS_SILENCE_MS } from "./http-exchange.ts";
import type { Exchanger } from "./http-exchange.ts";

export interface AgentReport {
  readonly health: HealthAnswer;
  readonly status: AgentStatusAnswer;
  readonly sessions: AgentSessionsAnswer;
  /** Absent where the agent does not tell, as the documented one. */
  readonly denied?: DeniedAnswer;
}

/** The status endpoints of one agent, which ask for no credentials and get none. */
export class AgentClient {
  readonly #url: URL;
  readonly #exchange: Exchanger;
  readonly #signal: AbortSignal;

  /** @param signal ends whatever is under way */
  constructor(url: URL, signal: AbortSignal) {
    this.#url = url;
    this.#exchange = createExchanger({ kind: "system" }, "--agent URL", STATUS_SILENCE_MS);
    this.#signal = signal;
  }

  get origin(): string {
    return this.#url.origin;
  }

  async report(): Promise<AgentReport> {
    // 503 is an answer too: it carries the state that is not "ok".
    const health = await this.#get("/hc", HealthAnswer, [200, 503]);
    const status = await this.#get("/admin/status", AgentStatusAnswer, [200]);
    const sessions = await this.#get("/admin/sessions", AgentSessionsAnswer, [200]);
    // Only an agent that says how many devices it denies can say which.
    const denied =
      status.DeniedDevices === undefined ? undefined : await this.#get("/admin/denied", DeniedAnswer, [200]);
    return { health, status, sessions, ...(denied === undefined ? {} : { denied }) };
  }

  async #get<T>(path: string, schema: z.ZodType<T>, accepted: readonly number[]): Promise<T> {
    const url = new URL(path, this.#url);
    const headers = { accept: "application/json" };
    const answer = await this.#exchange({ method: "GET", url, headers, signal: this.#signal });
    const text = await readText(answer, this.origin, this.#signal);
    if (!accepted.includes(answer.statusCode ?? 0)) {
      throw new OperatorError(
        `${this.origin} answered ${path} with HTTP status ${answer.statusCode ?? "none"} and is no Netferry agent; point --agent at its metrics address, such as http://127.0.0.1:20920`,
      );
    }
    return parseAnswer(text, schema, this.origin, "a Netferry agent");
  }
}
