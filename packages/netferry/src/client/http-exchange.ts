import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { connectionError } from "./connection-error.ts";
import { httpsAgent } from "./trust.ts";
import type { Trust } from "./trust.ts";

/** A server that says nothing for so long has failed, in milliseconds. */
export const SILENCE_MS = 60_000;
/** The same for what is asked how it is: health checks want to know soon. */
export const STATUS_SILENCE_MS = 5_000;

export interface Exchange {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

/** Sends requests to one server. */
export type Exchanger = (exchange: Exchange) => Promise<IncomingMessage>;

/**
 * @param silenceMs after which a server has failed that says nothing
 * @param remedy how to point elsewhere, for errors: `--api URL or NETFERRY_API`
 * @returns what resolves to the answer, whatever its status, and rejects with an `OperatorError` where there is none
 */
export function createExchanger(trust: Trust, remedy: string, silenceMs: number = SILENCE_MS): Exchanger {
  const agent = httpsAgent(trust);
  return ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const settings = { method, headers, signal };
      const request =
        url.protocol === "https:" ? requestHttps(url, { ...settings, agent }) : requestHttp(url, settings);
      request.setTimeout(silenceMs, () =>
        request.destroy(new Error(`no answer within ${silenceMs / 1000} s`)),
      );
      request.once("error", (error) =>
        reject(signal.aborted ? (signal.reason as Error) : connectionError(error, url, remedy)),
      );
      request.once("response", resolve);
      request.end(body);
    });
}
