/** What to do with a session that an agent brings and that no transport here holds. */
import { decodeMessage, type OpenMessage } from "@netferry/bgp";
import type { Attach } from "@netferry/relay";
import type { Beginning } from "../devices/peering.ts";
import type { Origin } from "./relay-transport.ts";
import type { RestoredSession } from "./restored-sessions.ts";

export type Arrival =
  | { readonly origin: Origin; readonly beginning: Beginning }
  /** One line for the agent's log. */
  | { readonly refusal: string };

/**
 * A session that begins starts at 0. One that is established goes on: where the snapshot left it if the agent can still send
 * what came after, else from what the agent has, with all routes asked for again. One that is half established is not worth it.
 */
export function arrivalOf(attach: Attach, restored: RestoredSession | undefined): Arrival {
  const began = attach.retainedTo > attach.retainedFrom || attach.retainedFrom > 0 || attach.delivered > 0;
  if (!attach.established) {
    return attach.retainedFrom === 0 && attach.delivered === 0
      ? { origin: { mode: "new" }, beginning: { kind: "new" } }
      : {
          refusal:
            "this ingest does not hold the session, which was not established yet; it has to begin anew",
        };
  }
  const deviceOpen = openOf(attach.deviceOpen);
  const ingestOpen = openOf(attach.ingestOpen);
  if (deviceOpen === undefined || ingestOpen === undefined || !began) {
    return { refusal: "the agent brings a session whose OPENs can't be read" };
  }
  const { delivered } = attach;
  const exact =
    restored !== undefined &&
    !attach.lossy &&
    restored.applied >= attach.retainedFrom &&
    restored.applied <= attach.retainedTo;
  return exact
    ? {
        origin: { mode: "resumed", applied: restored.applied, delivered },
        beginning: { kind: "taken-over", deviceOpen, ingestOpen, routes: restored.routes },
      }
    : {
        // The OPEN has had its effect. What else the agent has kept may say how the session ended.
        origin: {
          mode: "taken-over",
          applied: Math.max(attach.retainedFrom, attach.deviceOpen.length),
          delivered,
        },
        beginning: { kind: "taken-over", deviceOpen, ingestOpen },
      };
}

function openOf(bytes: Uint8Array): OpenMessage | undefined {
  const decoded = decodeMessage(bytes);
  return decoded.ok && decoded.message.type === "open" ? decoded.message : undefined;
}
