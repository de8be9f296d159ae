/** One HTTP POST of an export: through a web proxy where there is one, to a server that is trusted as ingest is. */
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  dial,
  explainTcp,
  explainTls,
  FingerprintMismatch,
  type HttpProxy,
  proxyAuthorization,
  sameFingerprint,
  serverName,
  type TrustSettings,
} from "@netferry/relay";
import { errorText, formatHostPort } from "@netferry/service";

/** From the first packet to the end of the answer. */
const POST_TIMEOUT_MS = 15_000;
/** What is read of an answer; OTLP's answers are short. */
const MAX_ANSWER_OCTETS = 64 * 1024;
/** Shorter bodies are not worth compressing. */
const GZIP_FROM_OCTETS = 1_024;
/** What is quoted of a refusal. */
const MAX_QUOTED = 200;

const compress = promisify(gzip);

export interface PostTarget {
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly proxy?: HttpProxy;
  /** Undefined: no TLS. */
  readonly trust: TrustSettings | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export type PostOutcome =
  | { readonly kind: "taken" }
  /** Worth another try, not before the delay if the server named one. */
  | { readonly kind: "later"; readonly reason: string; readonly retryAfterMs?: number }
  /** The server doesn't want this and never will. */
  | { readonly kind: "refused"; readonly reason: string };

/** Posts JSON; never rejects. The reasons are one line and name the host. */
export async function postJson(target: PostTarget, json: string, signal: AbortSignal): Promise<PostOutcome> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(POST_TIMEOUT_MS)]);
  const where = formatHostPort(target.host, target.port);
  let socket: Socket;
  try {
    socket = await unlessAborted(openSocket(target), limit);
  } catch (error) {
    const reason = limit.aborted ? `${where} did not answer in time` : explain(error, target, where);
    return { kind: "later", reason };
  }
  try {
    const plain = Buffer.from(json, "utf8");
    const packed = plain.length >= GZIP_FROM_OCTETS;
    const body = packed ? await compress(plain) : plain;
    const answer = await exchange(target, socket, body, packed, limit);
    return outcomeOf(answer, where);
  } catch (error) {
    const reason = limit.aborted ? `${where} did not answer in time` : `${where}: ${errorText(error)}`;
    return { kind: "later", reason };
  } finally {
    socket.destroy();
  }
}

/** The socket, or a rejection as soon as the signal says so; a socket that comes later is closed. */
async function unlessAborted(opening: Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(new Error("aborted"));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    opening.then((socket) => socket.destroy()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function explain(error: unknown, target: PostTarget, where: string): string {
  if (error instanceof TlsFailure) return explainTls(where, error.cause);
  return explainTcp(where, target.host, error).message;
}

class TlsFailure extends Error {}

async function openSocket(target: PostTarget): Promise<Socket> {
  const { host, port, proxy, trust } = target;
  // Without TLS a proxy takes the request itself: many let CONNECT through to few ports alone.
  if (trust === undefined) return dial(proxy ?? { host, port });
  const tcp = await dial({ host, port, ...(proxy === undefined ? {} : { proxy }) });
  try {
    return await secure(tcp, host, trust);
  } catch (error) {
    tcp.destroy();
    throw new TlsFailure("TLS failed", { cause: error });
  }
}

function secure(tcp: Socket, host: string, trust: TrustSettings): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const pinned = trust.kind === "fingerprint" ? trust.sha256 : undefined;
    const socket = connectTls({
      socket: tcp,
      servername: serverName(host),
      ALPNProtocols: ["http/1.1"],
      // A pinned certificate is compared below, before anything is sent.
      rejectUnauthorized: pinned === undefined,
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
      ...(trust.kind === "ca" ? { ca: trust.pem } : {}),
    });
    const timer = setTimeout(
      () => socket.destroy(new Error("timed out in the TLS handshake")),
      POST_TIMEOUT_MS,
    );
    socket.once("close", () => clearTimeout(timer));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? "";
      if (pinned === undefined || sameFingerprint(shown, pinned)) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new FingerprintMismatch(`${host} shows another certificate than the pinned one`));
    });
  });
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

function exchange(
  target: PostTarget,
  socket: Socket,
  body: Buffer,
  packed: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const { url, proxy, trust } = target;
  const forwarded = trust === undefined && proxy !== undefined;
  const authorization = forwarded ? proxyAuthorization(proxy) : undefined;
  return new Promise((resolve, reject) => {
    // A request on a socket that is closed, or closes before the request has it, says nothing ever.
    const onClose = (): void => reject(new Error("the connection was closed before the answer"));
    if (socket.destroyed) {
      onClose();
      return;
    }
    socket.once("close", onClose);
    const outgoing: ClientRequest = request(
      {
        method: "POST",
        // RFC 9112 section 3.2.2: a proxy is given the whole URL.
        path: forwarded ? url.href : `${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          "content-type": "application/json",
          "content-length": body.length,
          connection: "close",
          ...(packed ? { "content-encoding": "gzip" } : {}),
          ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
          ...target.headers,
        },
        createConnection: () => socket,
        signal,
      },
      (incoming) => {
        // From here on the answer itself says when it is whole, or cut off.
        socket.removeListener("close", onClose);
        readAnswer(incoming).then(
          (text) =>
            resolve({
              status: incoming.statusCode ?? 0,
              retryAfter: incoming.headers["retry-after"],
              text,
            }),
          reject,
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** As much of the answer as is looked at. */
async function readAnswer(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    text += chunk.toString("utf8");
    if (text.length > MAX_ANSWER_OCTETS) break;
  }
  return text;
}

/** OTLP names the statuses that are worth another try ("OTLP/HTTP Response", "Failures"). */
function outcomeOf({ status, retryAfter, text }: Answer, where: string): PostOutcome {
  if (status >= 200 && status < 300) return { kind: "taken" };
  const quoted = text
    .replaceAll(/[^ -~]+/g, " ")
    .trim()
    .slice(0, MAX_QUOTED);
  const reason = `${where} answers ${status}${quoted === "" ? "" : `: ${quoted}`}`;
  if (![408, 429, 502, 503, 504].includes(status)) return { kind: "refused", reason };
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) && seconds > 0
    ? { kind: "later", reason, retryAfterMs: seconds * 1000 }
    : { kind: "later", reason };
}
