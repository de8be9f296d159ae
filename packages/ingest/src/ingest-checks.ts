/** What ingest's `/hc` is made of. */
import type { Server } from "node:net";
import { isListening } from "@netferry/kernel";
import type { Registry } from "@netferry/registry";
import type { EventLoopCheck, HealthMonitor } from "@netferry/service";

export interface CheckedParts {
  readonly registry: Pick<Registry, "deviceCount">;
  readonly eventLoop: EventLoopCheck;
  readonly listeners: () => readonly { readonly what: string; readonly server: Server }[];
}

export function addIngestChecks(health: Pick<HealthMonitor, "add">, parts: CheckedParts): void {
  health.add("registry", () => {
    parts.registry.deviceCount();
  });
  health.add("listeners", () => {
    const gone = parts.listeners().filter(({ server }) => !isListening(server));
    if (gone.length === 0) return undefined;
    return `the listening socket is gone: ${gone.map(({ what }) => what).join(", ")}; restart ingest, sessions go on`;
  });
  health.add("event loop", () => parts.eventLoop.run());
}
