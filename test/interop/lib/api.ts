import { request } from "node:http";
import { join } from "node:path";

import type { Namespace } from "./lab.ts";
import { eventually } from "./wait.ts";

/** A server that says nothing for so long does not answer; of a listing it is the time to the next piece, in milliseconds. */
const SILENCE_LIMIT_MS = 60_000;
const BRIDGE = join(import.meta.dirname, "bridge.ts");

/** An HTTP endpoint on 127.0.0.1 inside a namespace, reached from outside of it. */
export class NamespaceHttp {
  readonly #socketPath: string;
  readonly #headers: Record<string, string>;

  /** `headers` go with every request. */
  constructor(namespace: Namespace, name: string, port: number, headers: Record<string, string> = {}) {
    this.#socketPath = join(namespace.directory, `${name}.sock`);
    this.#headers = headers;
    namespace.start(`${name}-bridge`, [process.execPath, BRIDGE, this.#socketPath, String(port)]);
  }

  /** Waits until something answers, whatever it says. */
  async ready(path: string): Promise<void> {
    await eventually(`an answer to GET ${path}`, () => this.#exchange("GET", path));
  }

  /** GET, answered as JSON. Rejects with the answer's text where its status is not 200. */
  async json(path: string): Promise<unknown> {
    return JSON.parse(await this.#ok("GET", path));
  }

  /** GET, answered as text. */
  text(path: string): Promise<string> {
    return this.#ok("GET", path);
  }

  /** GET, answered as one JSON value a line (NDJSON). */
  async lines(path: string): Promise<unknown[]> {
    const text = await this.#ok("GET", path, undefined, { accept: "application/x-ndjson" });
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown);
  }

  async post(path: string, body: unknown): Promise<unknown> {
    return JSON.parse(await this.#ok("POST", path, body));
  }

  async patch(path: string, body: unknown): Promise<unknown> {
    return JSON.parse(await this.#ok("PATCH", path, body));
  }

  async #ok(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const { status, text } = await this.#exchange(method, path, body, headers);
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: status ${status}: ${text.trim()}`);
    return text;
  }

  #exchange(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
    const outgoing = request(
      {
        socketPath: this.#socketPath,
        method,
        path,
        agent: false,
        headers: {
          host: "127.0.0.1",
          ...this.#headers,
          ...headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.setTimeout(SILENCE_LIMIT_MS, () => {
      outgoing.destroy(new Error(`${method} ${path}: nothing came for ${SILENCE_LIMIT_MS / 1000} s`));
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }
}
