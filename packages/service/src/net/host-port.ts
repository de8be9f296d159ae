/** Addresses to listen on or to dial, as text and as values. */
import { isIP, isIPv6 } from "node:net";

/** Where to listen or connect. */
export interface HostPort {
  /** An IP address without brackets, or a host name; empty for "all addresses". */
  readonly host: string;
  readonly port: number;
}

const MAX_HOST_LENGTH = 253;
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** `[::1]:179`, `192.0.2.1:179`, `:179` for an empty host. */
export function formatHostPort(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Reads `192.0.2.1:179`, `[::]:179`, `localhost:179`, `:179` (all addresses, host `""`). Without a port
 * (`192.0.2.1`, `::1`, `[::1]`, `example.net`) `defaultPort` is taken. Port 0 asks the system for a free one.
 * Throws an `Error` that says what is expected, fit for an option's check.
 */
export function parseListen(text: string, defaultPort?: number): HostPort {
  return parse(text, defaultPort, { emptyHost: true, portZero: true });
}

/** As {@link parseListen} for a peer to connect to: needs a host, and a port above 0. */
export function parseHostPort(text: string, defaultPort?: number): HostPort {
  return parse(text, defaultPort, { emptyHost: false, portZero: false });
}

interface Rules {
  readonly emptyHost: boolean;
  readonly portZero: boolean;
}

function parse(text: string, defaultPort: number | undefined, rules: Rules): HostPort {
  const { host, portText } = split(text.trim());
  if (host === "" && !(rules.emptyHost && portText !== undefined)) {
    throw new Error(`a host is missing; expected ${expected(rules)}`);
  }
  if (host !== "" && !isHost(host)) throw new Error(`"${host}" is no address; expected ${expected(rules)}`);
  if (portText === undefined && defaultPort === undefined) {
    throw new Error(`a port is missing; expected ${expected(rules)}`);
  }
  const port = portText === undefined ? Number(defaultPort) : Number(portText);
  if (
    portText !== undefined &&
    (!/^\d{1,5}$/.test(portText) || port > 65_535 || (port === 0 && !rules.portZero))
  ) {
    throw new Error(`"${portText}" is no port; expected a number from ${rules.portZero ? 0 : 1} to 65535`);
  }
  return { host, port };
}

function expected(rules: Rules): string {
  return rules.emptyHost
    ? "ADDRESS:PORT such as 0.0.0.0:179, [::]:179 or :179"
    : "HOST:PORT such as ingest.example.net:443 or [2001:db8::1]:443";
}

function split(text: string): { host: string; portText: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const host = bracketed[1] ?? "";
    if (!isIPv6(host)) throw new Error(`"${host}" in brackets is no IPv6 address`);
    return { host, portText: bracketed[2] };
  }
  if (isIPv6(text)) return { host: text, portText: undefined };
  const colon = text.lastIndexOf(":");
  if (colon === -1) return { host: text, portText: undefined };
  const host = text.slice(0, colon);
  if (host.includes(":")) {
    throw new Error(`an IPv6 address with a port needs brackets: [${host}]:${text.slice(colon + 1)}`);
  }
  return { host, portText: text.slice(colon + 1) };
}

function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true;
  // What is made of digits and dots only was meant as an address.
  return host.length <= MAX_HOST_LENGTH && HOST_NAME.test(host) && !/^[\d.]+$/.test(host);
}
