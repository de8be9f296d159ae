import { isIP } from "node:net";
import type { HttpProxy } from "./proxy/proxy.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
  /** The web proxy that leads there; there is no way around it. */
  readonly proxy?: HttpProxy;
}

/** host:port, IPv6 in brackets. */
export function authorityOf({ host, port }: Pick<Target, "host" | "port">): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
