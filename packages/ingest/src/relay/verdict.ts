/** The answer to an agent's question about an address. */
import { type Registry, StoreError } from "@netferry/registry";
import type { VerdictOutcome } from "@netferry/relay";
import type { Logger } from "@netferry/service";
import type { Admission } from "../devices/admission.ts";

/** How long an agent may reuse a verdict; a change of the registry voids it at once. */
const ALLOW_SECONDS = 300;
/** Until a key that could not be read is asked for again. */
const KEY_FAULT_SECONDS = 60;

export interface VerdictQuestion {
  readonly address: string;
  /** Site of the agent; 0 for any. */
  readonly siteId: number;
  /** The agent checks signatures and its stream is encrypted: it is told the key. */
  readonly wantsMd5Key: boolean;
}

/** Who may peer. */
export interface Admissions {
  admit(address: string, siteId: number): Admission;
  /** What the agent is told keeps the device out. */
  refused(deviceId: number, text: string): void;
}

export function verdictOf(
  { address, siteId, wantsMd5Key }: VerdictQuestion,
  peering: Admissions,
  registry: Pick<Registry, "md5Key">,
  logger: Logger,
): VerdictOutcome {
  const admission = peering.admit(address, siteId);
  if (admission.kind === "block") return admission;
  const { device } = admission;
  const md5Required = device.md5KeySetAt !== undefined;
  let md5Key: Uint8Array | undefined;
  if (md5Required && wantsMd5Key) {
    try {
      md5Key = registry.md5Key(device.id);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      logger
        .limited(`md5 ${device.id}`, 60)
        .error({ err: error, device: device.name }, "a device's MD5 key can't be read");
      const reason = `the MD5 key of device ${device.name} can't be read; set it again: netferry device set ${device.name} --md5-key-file FILE`;
      return { kind: "block", cause: "other", reason, ttlSeconds: KEY_FAULT_SECONDS };
    }
  }
  if (md5Required && !wantsMd5Key) peering.refused(device.id, unchecked(device.name));
  return {
    kind: "allow",
    deviceId: device.id,
    deviceName: device.name,
    label: `${device.id}:${device.name}-${address.includes(":") ? "ipv6" : "ipv4"}`,
    ttlSeconds: ALLOW_SECONDS,
    md5Key: md5Key ?? new Uint8Array(0),
    md5Required,
    // For balancers and logs on the way: they know the device of a stream without reading it.
    metadata: new Map([["device-id", String(device.id)]]),
  };
}

/** The agent will refuse the connection: nobody tells it the key. */
function unchecked(name: string): string {
  return `connection refused: the device has an MD5 key, and its agent does not check signatures; start the agent with --enable-md5-support, or take the key away: netferry device set ${name} --unset md5-key`;
}
