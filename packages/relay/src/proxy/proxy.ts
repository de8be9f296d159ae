/** A web proxy as its URL names it, and which of the ways out leads through one. */
import { isIPv6 } from "node:net";
import { bypasses, type NoProxyRule } from "./no-proxy.ts";

export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Name and password in clear, "" for none. Never log it. */
  readonly userinfo: string;
}

/** What the environment says of proxies. */
export interface ProxySettings {
  /** For what goes without TLS. */
  readonly http: HttpProxy | undefined;
  /** For what goes over TLS. */
  readonly https: HttpProxy | undefined;
  readonly none: readonly NoProxyRule[];
}

const DEFAULT_PORT = 80;

/**
 * Reads `http://user:password@host:port`; the scheme may be left away. Throws an `Error` that says what is expected,
 * without the value.
 */
export function parseProxyUrl(text: string): HttpProxy {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http") {
    throw new Error(
      `a ${scheme}:// proxy can't be used, and there is no going around it; give an HTTP proxy that lets CONNECT through, http://HOST:PORT`,
    );
  }
  const url = scheme === undefined ? `http://${trimmed}` : trimmed;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const expected =
    "expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with %23, %2F, %3F and %40 for #, /, ? and @ in a password";
  if (parsed === undefined || parsed.hostname === "") throw new Error(expected);
  if (!["", "/"].includes(parsed.pathname) || parsed.search !== "" || parsed.hash !== "") {
    throw new Error(expected);
  }
  return {
    host: parsed.hostname.replaceAll(/[[\]]/g, ""),
    port: parsed.port === "" ? DEFAULT_PORT : Number(parsed.port),
    userinfo: userinfoOf(parsed),
  };
}

function userinfoOf({ username, password }: URL): string {
  if (username === "" && password === "") return "";
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw new Error("a percent sign in the user's name or password stands as %25");
  }
}

/** host:port for people, without the user's name and password. */
export function proxyName({ host, port }: HttpProxy): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** The value of `Proxy-Authorization` (RFC 7617); undefined where there are no credentials. Never log it. */
export function proxyAuthorization({ userinfo }: HttpProxy): string | undefined {
  return userinfo === "" ? undefined : `Basic ${Buffer.from(userinfo, "utf8").toString("base64")}`;
}

/** Texts that must be kept out of logs. */
export function proxySecrets({ http, https }: ProxySettings): string[] {
  const secrets = new Set<string>();
  for (const proxy of [http, https]) {
    if (proxy === undefined || proxy.userinfo === "") continue;
    secrets.add(proxy.userinfo.slice(proxy.userinfo.indexOf(":") + 1));
    secrets.add(Buffer.from(proxy.userinfo, "utf8").toString("base64"));
  }
  secrets.delete("");
  return [...secrets];
}

/** The proxy that leads to a host; undefined where the way is direct. */
export function proxyFor(
  settings: ProxySettings,
  to: { readonly host: string; readonly port: number; readonly tls: boolean },
): HttpProxy | undefined {
  const proxy = to.tls ? settings.https : settings.http;
  return proxy === undefined || bypasses(settings.none, to.host, to.port) ? undefined : proxy;
}
