/** The way through a web proxy: HTTP's CONNECT (RFC 9110 section 9.3.6). */
import { connect, type Socket } from "node:net";
import { authorityOf, type Target } from "../target.ts";
import { type HttpProxy, proxyAuthorization, proxyName } from "./proxy.ts";

/** Until a host answers TCP, and again until a proxy has answered CONNECT. */
export const DIAL_TIMEOUT_MS = 10_000;
/** Longest answer of a proxy to CONNECT, in octets. */
export const MAX_PROXY_ANSWER = 16 * 1024;

const VARIABLES = "HTTPS_PROXY (HTTP_PROXY for --insecure)";

/** The proxy is why a host can't be reached. The message is one line with the remedy, without credentials. */
export class ProxyError extends Error {
  override name = "ProxyError";
}

/** A TCP connection to the target, through its proxy where it has one. Rejects with a system error or a {@link ProxyError}. */
export async function dial(target: Target): Promise<Socket> {
  const { proxy } = target;
  if (proxy === undefined) return connectTcp(target);
  let socket: Socket;
  try {
    socket = await connectTcp(proxy);
  } catch (error) {
    throw unreachableProxy(proxy, error);
  }
  try {
    await openTunnel(socket, proxy, authorityOf(target));
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The socket comes without a time-out and with a listener for errors, which only shows as its close. */
function connectTcp({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(DIAL_TIMEOUT_MS, () =>
      socket.destroy(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })),
    );
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/**
 * Has the proxy at the other end of the socket connect it to `authority` (host:port). What the far end has said
 * already stays readable on the socket. Rejects with a {@link ProxyError}; the socket is the caller's to close then.
 */
export async function openTunnel(socket: Socket, proxy: HttpProxy, authority: string): Promise<void> {
  const authorization = proxyAuthorization(proxy);
  const lines = [
    `CONNECT ${authority} HTTP/1.1`,
    `Host: ${authority}`,
    ...(authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}`]),
  ];
  const answer = readAnswer(socket, proxy);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const [statusLine = ""] = (await answer).split("\r\n");
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(statusLine);
  if (match === null) {
    throw new ProxyError(
      `${proxyName(proxy)} does not answer as a web proxy; correct ${VARIABLES}, which point there`,
    );
  }
  const status = Number(match[1]);
  if (status < 200 || status > 299) throw refusal(status, match[2] ?? "", proxy, authority);
}

/** The head of the proxy's answer, without the empty line that ends it. */
function readAnswer(socket: Socket, proxy: HttpProxy): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      socket.off("data", onData);
      socket.off("close", onClose);
      outcome();
    };
    const fail = (what: string): void =>
      settle(() => reject(new ProxyError(`the proxy ${proxyName(proxy)} ${what}; correct ${VARIABLES}`)));
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf("\r\n\r\n");
      if (end === -1) {
        if (received.length > MAX_PROXY_ANSWER) fail("answers with something endless");
        return;
      }
      settle(() => {
        socket.pause();
        const rest = received.subarray(end + 4);
        if (rest.length > 0) socket.unshift(rest);
        resolve(received.toString("latin1", 0, end));
      });
    };
    const onClose = (): void => fail("closed the connection without an answer");
    const timer = setTimeout(
      () => fail(`did not answer within ${DIAL_TIMEOUT_MS / 1000} s`),
      DIAL_TIMEOUT_MS,
    );
    socket.on("data", onData);
    socket.once("close", onClose);
  });
}

function refusal(status: number, reason: string, proxy: HttpProxy, authority: string): ProxyError {
  const name = proxyName(proxy);
  const said = `${status} ${reason.replaceAll(/[^ -~]/g, "?").slice(0, 80)}`.trim();
  switch (status) {
    // tinyproxy answers wrong credentials with 401.
    case 401:
    case 407:
      return new ProxyError(
        proxy.userinfo === ""
          ? `the proxy ${name} wants a user and a password (${said}); put both and an @ before its host in ${VARIABLES}`
          : `the proxy ${name} refuses the user or the password (${said}); correct them in ${VARIABLES}`,
      );
    case 400:
    case 403:
    case 405:
      return new ProxyError(
        `the proxy ${name} does not let through to ${authority} (${said}); have it allow CONNECT to that host and port`,
      );
    // tinyproxy says 500.
    case 500:
    case 502:
    case 503:
    case 504:
      return new ProxyError(
        `the proxy ${name} can't reach ${authority} (${said}); correct --target, or look at the proxy's name servers and routes`,
      );
    default:
      return new ProxyError(`the proxy ${name} answers CONNECT to ${authority} with ${said}`);
  }
}

/** The error of a connection to a proxy, in words that help. */
export function unreachableProxy(proxy: HttpProxy, error: unknown): ProxyError {
  const name = proxyName(proxy);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const options = { cause: error };
  switch (code) {
    case "ECONNREFUSED":
      return new ProxyError(
        `nothing listens at the proxy's ${name}; start it, or correct ${VARIABLES}`,
        options,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ProxyError(
        `the proxy's name ${proxy.host} can't be resolved; correct ${VARIABLES}`,
        options,
      );
    case "ETIMEDOUT":
      return new ProxyError(
        `the proxy ${name} does not answer; correct ${VARIABLES}, or the firewall`,
        options,
      );
    default:
      return new ProxyError(`the proxy ${name} can't be reached (${code}); correct ${VARIABLES}`, options);
  }
}
