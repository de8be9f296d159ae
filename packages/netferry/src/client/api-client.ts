import type { IncomingMessage } from "node:http";
import { errorText, OperatorError } from "@netferry/service/command-line";
import { z } from "zod";
import type { Access } from "./credentials.ts";
import { createExchanger, SILENCE_MS } from "./http-exchange.ts";
import type { Exchanger } from "./http-exchange.ts";
import { splitLines } from "./json-lines.ts";

/** Longest JSON answer that is taken, in octets. */
const MAX_ANSWER_OCTETS = 256 * 1024 * 1024;
const API_PATH = "/api/v1";
const REMEDY = "--api URL or NETFERRY_API";

const ErrorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The API refused; the message is the server's. */
export class RefusedError extends OperatorError {
  override readonly name: string = "RefusedError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * The text of an answer. Throws an `OperatorError` where it breaks off or has no end, and the reason of `signal`
 * once that has aborted.
 */
export async function readText(
  answer: IncomingMessage,
  origin: string,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = [];
  let octets = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      octets += chunk.length;
      if (octets > MAX_ANSWER_OCTETS) throw new Error(`it is longer than ${MAX_ANSWER_OCTETS} octets`);
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new OperatorError(`the answer of ${origin} broke off: ${errorText(error)}; try again`, {
      cause: error,
      complete: true,
    });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A JSON text as the schema says, or an `OperatorError` that says that this is another kind of server. */
export function parseAnswer<T>(text: string, schema: z.ZodType<T>, origin: string, kind: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OperatorError(`${origin} does not answer as ${kind} does (no JSON); is the address right?`, {
      cause: error,
      complete: true,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new OperatorError(
    `${origin} does not answer as ${kind} does (${where === "" ? "another shape" : where}); is the address right, and its version?`,
    { cause: parsed.error, complete: true },
  );
}

/** The HTTP API of one ingest. */
export class ApiClient {
  readonly #access: Access;
  readonly #exchange: Exchanger;
  readonly #signal: AbortSignal;

  /**
   * @param signal ends whatever is under way
   * @param silenceMs after which a server has failed that says nothing
   */
  constructor(access: Access, signal: AbortSignal, silenceMs: number = SILENCE_MS) {
    this.#access = access;
    this.#exchange = createExchanger(access.trust, REMEDY, silenceMs);
    this.#signal = signal;
  }

  get origin(): string {
    return this.#access.api.origin;
  }

  get<T>(path: string, schema: z.ZodType<T>, query: Query = {}): Promise<T> {
    return this.#json("GET", path, schema, query);
  }

  post<T>(path: string, schema: z.ZodType<T>, body: unknown): Promise<T> {
    return this.#json("POST", path, schema, {}, body);
  }

  patch<T>(path: string, schema: z.ZodType<T>, body: unknown): Promise<T> {
    return this.#json("PATCH", path, schema, {}, body);
  }

  async delete(path: string): Promise<void> {
    const answer = await this.#send("DELETE", path, {}, "application/json");
    answer.resume();
  }

  /** NDJSON lines in the batches in which they arrive. Throws an `OperatorError` where they break off. */
  async lines(
    path: string,
    query: Query,
  ): Promise<{ headers: IncomingMessage["headers"]; batches: AsyncGenerator<string[]> }> {
    const answer = await this.#send("GET", path, query, "application/x-ndjson");
    return { headers: answer.headers, batches: this.#batches(answer) };
  }

  async *#batches(answer: IncomingMessage): AsyncGenerator<string[]> {
    try {
      yield* splitLines(answer as AsyncIterable<Buffer>);
    } catch (error) {
      // Whoever aborted knows why; the connection only knows that it was cut.
      this.#signal.throwIfAborted();
      throw new OperatorError(
        `the listing of ${this.origin} broke off: ${errorText(error)}; it is not complete, try again`,
        {
          cause: error,
          complete: true,
        },
      );
    }
  }

  async #json<T>(
    method: "GET" | "POST" | "PATCH",
    path: string,
    schema: z.ZodType<T>,
    query: Query,
    body?: unknown,
  ): Promise<T> {
    const answer = await this.#send(method, path, query, "application/json", body);
    return parseAnswer(
      await readText(answer, this.origin, this.#signal),
      schema,
      this.origin,
      "a Netferry ingest",
    );
  }

  async #send(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    query: Query,
    accept: string,
    body?: unknown,
  ): Promise<IncomingMessage> {
    const { api, email, token } = this.#access;
    const url = new URL(`${api.pathname.replace(/\/$/, "")}${API_PATH}${path}`, api);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const answer = await this.#exchange({
      method,
      url,
      headers: {
        accept,
        "x-ch-auth-email": email,
        "x-ch-auth-api-token": token,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: this.#signal,
    });
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    throw await this.#refusal(answer, status);
  }

  async #refusal(answer: IncomingMessage, status: number): Promise<OperatorError> {
    const text = await readText(answer, this.origin, this.#signal);
    const parsed = ErrorAnswer.safeParse(jsonOrUndefined(text));
    if (!parsed.success) {
      return new OperatorError(
        `${this.origin} answered with HTTP status ${status} and is no Netferry ingest, or something stands between; point elsewhere with ${REMEDY}`,
      );
    }
    const { message } = parsed.data.error;
    if (status !== 401) return new RefusedError(status, message);
    return new RefusedError(
      401,
      `${this.origin} refused the email and token; give those of an account with --email and --token, --credentials FILE, or NETFERRY_EMAIL and NETFERRY_TOKEN`,
    );
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
