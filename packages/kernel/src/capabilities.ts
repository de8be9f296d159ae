/** The capabilities of this process (capabilities(7)). */
import { readFileSync } from "node:fs";

/** Those that matter here, by their bit. */
const CAPABILITIES = {
  CAP_NET_BIND_SERVICE: 10n,
  CAP_NET_ADMIN: 12n,
  CAP_NET_RAW: 13n,
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** Whether the capability is effective in this process; false where /proc does not tell. */
export function hasCapability(name: Capability): boolean {
  let status: string;
  try {
    status = readFileSync("/proc/self/status", "latin1");
  } catch {
    return false;
  }
  return effectiveCapabilities(status, name);
}

/** Reads the text of /proc/PID/status. */
export function effectiveCapabilities(status: string, name: Capability): boolean {
  const mask = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> CAPABILITIES[name]) & 1n) === 1n;
}

/** What the operator does to give it to this process. */
export function capabilityRemedy(name: Capability): string {
  return `${name} is missing: add it to AmbientCapabilities= of the unit, or run setcap ${name.toLowerCase()}+ep on the binary`;
}
