import { IPV4_UNICAST, IPV6_UNICAST } from "../family.ts";
import type { OpenMessage } from "../message/open.ts";
import type { SessionConfig } from "./config.ts";
import { sessionOpen } from "./config.ts";
import type { SessionEvent, Step } from "./event.ts";
import type { SessionState, StateName } from "./state.ts";
import { createSession, step } from "./step.ts";

/** What tests of the state machine share: two ends that agree with each other. */

export const LOCAL: SessionConfig = {
  localAsn: 65001,
  localIdentifier: 0x0a000001,
  holdTime: 90,
  expectedPeerAsn: 65002,
  passive: false,
  families: [IPV4_UNICAST, IPV6_UNICAST],
};

export const REMOTE: SessionConfig = {
  ...LOCAL,
  localAsn: 65002,
  localIdentifier: 0x0a000002,
  expectedPeerAsn: 65001,
  passive: true,
};

/** An OPEN that LOCAL accepts, with changes. */
export function peerOpen(
  changes: Partial<OpenMessage> = {},
  config: Partial<SessionConfig> = {},
): OpenMessage {
  return { ...sessionOpen({ ...REMOTE, ...config }), ...changes };
}

/** Runs events one after the other; the actions are those of the last. */
export function run(state: SessionState, ...events: SessionEvent[]): Step {
  let last: Step = { state, actions: [] };
  for (const event of events) last = step(last.state, event);
  return last;
}

const PATH: Readonly<Record<StateName, (open: OpenMessage) => SessionEvent[]>> = {
  idle: () => [],
  connect: () => [{ type: "start" }],
  active: () => [{ type: "start" }],
  "open-sent": () => [{ type: "start" }, { type: "transport-up", passive: false }],
  "open-confirm": (open) => [...PATH["open-sent"](open), { type: "message", message: open }],
  established: (open) => [...PATH["open-confirm"](open), { type: "message", message: { type: "keepalive" } }],
};

/** A machine in a state. `active` needs a passive configuration, or a lost connection where it is to dial. */
export function inState(name: StateName, config: SessionConfig = LOCAL, open = peerOpen()): SessionState {
  if (name === "active" && !config.passive) {
    const lost: SessionEvent = { type: "transport-down", reason: { kind: "peer-closed" } };
    return run(createSession(config), ...PATH["open-sent"](open), lost).state;
  }
  return run(createSession(config), ...PATH[name](open)).state;
}
