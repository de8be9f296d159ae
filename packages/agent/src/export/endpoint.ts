/** Where an agent exports to, and whether its credentials may go along. */
import { authorityOf, proxyFor, type ProxySettings, type TrustSettings } from "@netferry/relay";
import { parseHostPort } from "@netferry/service";
import type { PostTarget } from "./http-post.ts";

export interface ExportWay {
  /** The URL that was given; undefined: the path on the target that the agent is connected to. */
  readonly url: URL | undefined;
  readonly path: string;
  readonly trust: TrustSettings;
  readonly proxies: ProxySettings;
  readonly email: string;
  readonly token: string;
}

/**
 * The endpoint to post to now. A pinned fingerprint is the target's and counts for its host and port alone.
 * Credentials go along over TLS, to this machine, and elsewhere only with `--insecure`.
 *
 * @param target host:port that the agent is connected to, or tries
 */
export function exportTarget(way: ExportWay, target: string): PostTarget {
  const { trust } = way;
  const url = way.url ?? new URL(`${trust.kind === "insecure" ? "http" : "https"}://${target}${way.path}`);
  const tls = url.protocol === "https:";
  const host = url.hostname.replaceAll(/[[\]]/g, "");
  const port = url.port === "" ? (tls ? 443 : 80) : Number(url.port);
  const isTarget = authorityOf({ host, port }) === authorityOf(parseHostPort(target));
  const proxy = proxyFor(way.proxies, { host, port, tls });
  const secret = tls || trust.kind === "insecure" || isThisMachine(host);
  return {
    url,
    host,
    port,
    ...(proxy === undefined ? {} : { proxy }),
    trust: tls ? trustFor(trust, isTarget) : undefined,
    headers: secret ? { "x-ch-auth-email": way.email, "x-ch-auth-api-token": way.token } : {},
  };
}

function trustFor(trust: TrustSettings, isTarget: boolean): TrustSettings {
  return trust.kind === "ca" || (trust.kind === "fingerprint" && isTarget) ? trust : { kind: "system" };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
