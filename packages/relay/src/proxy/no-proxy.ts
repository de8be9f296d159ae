/** `NO_PROXY`: the hosts that are reached directly, with the meaning that it has in Go's programs and curl. */
import { BlockList, isIP } from "node:net";

/** One entry of the list; a port of `undefined` means any. */
export type NoProxyRule =
  | { readonly kind: "all" }
  | { readonly kind: "network"; readonly network: BlockList; readonly port: number | undefined }
  /** The name itself (unless `subdomainsOnly`), and every name below it. */
  | {
      readonly kind: "domain";
      readonly name: string;
      readonly subdomainsOnly: boolean;
      readonly port: number | undefined;
    };

const DOMAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * Reads `*`, `192.0.2.0/24`, `2001:db8::1`, `[2001:db8::1]:443`, `example.net` (it and what is below it),
 * `.example.net` or `*.example.net` (what is below it), each with `:PORT` for one port alone. Throws an `Error` that
 * says what is expected.
 */
export function parseNoProxyRule(text: string): NoProxyRule {
  const entry = text.trim().toLowerCase();
  if (entry === "*") return { kind: "all" };
  const { host, port } = splitPort(entry);
  const [address = "", length, ...more] = host.split("/");
  const family = isIP(address);
  if (family !== 0 && more.length === 0) {
    const bits = family === 4 ? 32 : 128;
    const prefix = length === undefined ? bits : Number(length);
    if (length !== undefined && (!/^\d{1,3}$/.test(length) || prefix > bits)) throw refused();
    const network = new BlockList();
    network.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
    return { kind: "network", network, port };
  }
  const name = host.replace(/^\*?\./, "").replace(/\.$/, "");
  if (!DOMAIN.test(name)) throw refused();
  return { kind: "domain", name, subdomainsOnly: name !== host.replace(/\.$/, ""), port };
}

function refused(): Error {
  return new Error("expected addresses, networks and names such as 192.0.2.1,10.0.0.0/8,.example.net:8443,*");
}

function splitPort(entry: string): { host: string; port: number | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(entry);
  if (bracketed !== null) return { host: bracketed[1] ?? "", port: portOf(bracketed[2]) };
  const [address = ""] = entry.split("/");
  if (isIP(address) === 6) return { host: entry, port: undefined };
  const match = /^([^:]*)(?::(\d{1,5}))?$/.exec(entry);
  if (match === null) throw refused();
  return { host: match[1] ?? "", port: portOf(match[2]) };
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (port === 0 || port > 65_535) throw refused();
  return port;
}

/** Is the host reached without a proxy? This machine itself always is. */
export function bypasses(rules: readonly NoProxyRule[], host: string, port: number): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (isThisMachine(name)) return true;
  return rules.some((rule) => {
    if (rule.kind === "all") return true;
    if (rule.port !== undefined && rule.port !== port) return false;
    if (rule.kind === "network") {
      const family = isIP(name);
      return family !== 0 && rule.network.check(name, family === 4 ? "ipv4" : "ipv6");
    }
    return name.endsWith(`.${rule.name}`) || (!rule.subdomainsOnly && name === rule.name);
  });
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function isThisMachine(name: string): boolean {
  const family = isIP(name);
  return name === "localhost" || (family !== 0 && LOOPBACK.check(name, family === 4 ? "ipv4" : "ipv6"));
}
