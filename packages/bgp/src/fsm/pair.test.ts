import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CeaseSubcode } from "../errors.ts";
import type { Message } from "../message/message.ts";
import { ceaseNotification } from "./cease.ts";
import type { Initiator } from "./collision.ts";
import { resolveCollision } from "./collision.ts";
import type { SessionConfig } from "./config.ts";
import type { DownReason } from "./down-reason.ts";
import { downReasonText } from "./down-reason.ts";
import type { SessionEvent } from "./event.ts";
import { LOCAL, REMOTE } from "./fixture.ts";
import type { SessionState } from "./state.ts";
import { createSession, step } from "./step.ts";

/** One end of one connection: a machine, what is on its way to it, and why it went down. */
class End {
  readonly inbox: Message[] = [];
  readonly downs: DownReason[] = [];
  readonly initiator: Initiator;
  readonly speaker: Speaker;
  state: SessionState;
  peer: End | undefined;
  closed = false;

  constructor(speaker: Speaker, initiator: Initiator) {
    this.speaker = speaker;
    this.initiator = initiator;
    this.state = createSession({ ...speaker.config, passive: initiator === "remote" });
  }

  take(event: SessionEvent): void {
    const before = this.state.name;
    const { state, actions } = step(this.state, event);
    this.state = state;
    for (const action of actions) {
      if (action.type === "send") this.peer?.inbox.push(action.message);
      if (action.type === "session-down") this.downs.push(action.reason);
      if (action.type === "close") this.closed = true;
    }
    if (state.name === "open-confirm" && before === "open-sent") this.speaker.openAccepted(this);
  }

  /** Delivers what is next: a message, else the news that the other end has closed. */
  deliver(): boolean {
    const message = this.closed ? undefined : this.inbox.shift();
    if (message !== undefined) {
      this.take({ type: "message", message });
      return true;
    }
    if (this.closed || this.peer?.closed !== true || this.state.name === "idle") return false;
    this.closed = true;
    this.take({ type: "transport-down", reason: { kind: "peer-closed" } });
    return true;
  }
}

/** A router with one peer and a machine for each connection to it. */
class Speaker {
  readonly ends: End[] = [];
  readonly config: SessionConfig;

  constructor(config: SessionConfig) {
    this.config = config;
  }

  openAccepted(newcomer: End): void {
    const opened = newcomer.state;
    if (opened.name !== "open-confirm") return;
    for (const existing of this.ends) {
      if (existing === newcomer || existing.state.name === "idle") continue;
      const decision = resolveCollision({
        local: { identifier: this.config.localIdentifier, asn: this.config.localAsn },
        remote: { identifier: opened.context.peerIdentifier, asn: opened.context.peerAsn },
        existing: { state: existing.state.name, initiator: existing.initiator },
        newcomer: { initiator: newcomer.initiator },
        detectEstablished: true,
      });
      if (decision === "keep-existing") newcomer.take({ type: "collision-dump" });
      if (decision === "keep-newcomer") existing.take({ type: "collision-dump" });
    }
  }
}

/** `from` dials `to`; both machines are started and told that the transport is there. */
function connect(from: Speaker, to: Speaker): [End, End] {
  const dialled = new End(from, "local");
  const accepted = new End(to, "remote");
  dialled.peer = accepted;
  accepted.peer = dialled;
  from.ends.push(dialled);
  to.ends.push(accepted);
  for (const end of [dialled, accepted]) {
    end.take({ type: "start" });
    end.take({ type: "transport-up", passive: end.initiator === "remote" });
  }
  return [dialled, accepted];
}

function settle(ends: readonly End[], pick: () => number): void {
  for (;;) {
    const first = pick();
    const order = ends.map((_, index) => ends[(index + first) % ends.length]!);
    if (!order.some((end) => end.deliver())) return;
  }
}

describe("two machines back to back", () => {
  it("reach Established and know each other", () => {
    const ends = connect(new Speaker(LOCAL), new Speaker(REMOTE));
    settle(ends, () => 0);
    const [dialled, accepted] = ends.map(({ state }) => state);
    assert.ok(dialled?.name === "established" && accepted?.name === "established");
    assert.equal(dialled.context.peerAsn, 65002);
    assert.equal(accepted.context.peerAsn, 65001);
    assert.equal(accepted.context.peerIdentifier, LOCAL.localIdentifier);
  });

  it("tell each other why they part", () => {
    const ends = connect(new Speaker(LOCAL), new Speaker(REMOTE));
    settle(ends, () => 0);
    const notification = ceaseNotification(CeaseSubcode.administrativeShutdown, "maintenance");
    ends[0].take({ type: "stop", notification });
    settle(ends, () => 0);
    assert.deepEqual(
      ends.map(({ downs }) => downs.map(downReasonText)),
      [
        ['stopped, sent NOTIFICATION Cease / Administrative Shutdown: "maintenance"'],
        ['peer sent NOTIFICATION Cease / Administrative Shutdown: "maintenance"'],
      ],
    );
  });

  it("tell of an AS number that was not expected on both ends", () => {
    const ends = connect(
      new Speaker({ ...LOCAL, expectedPeerAsn: undefined }),
      new Speaker({ ...REMOTE, expectedPeerAsn: 65010 }),
    );
    settle(ends, () => 0);
    assert.deepEqual(
      ends.map(({ downs }) => downs.map(downReasonText)),
      [["peer sent NOTIFICATION OPEN Message Error / Bad Peer AS"], ["AS 65001 in OPEN, expected 65010"]],
    );
  });
});

describe("a connection collision", () => {
  it("leaves exactly the connection that the higher identifier dialled, in any order of delivery", () => {
    const pairs = [
      [LOCAL, REMOTE],
      [REMOTE, LOCAL],
      [
        { ...LOCAL, localIdentifier: 9 },
        { ...REMOTE, localIdentifier: 9 },
      ],
    ] as const;
    const property = fc.property(
      fc.constantFrom(...pairs),
      fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
      ([one, other], choices) => {
        const [low, high] = [new Speaker(one), new Speaker(other)];
        const both = [...connect(low, high), ...connect(high, low)];
        settle(both, () => choices.next().value ?? 0);
        for (const speaker of [low, high]) {
          const up = speaker.ends.filter(({ state }) => state.name === "established");
          assert.equal(up.length, 1);
          const winner =
            one.localIdentifier === other.localIdentifier
              ? one.localAsn > other.localAsn
              : one.localIdentifier > other.localIdentifier;
          const dialledByUs = (speaker === low) === winner;
          assert.equal(up[0]?.initiator, dialledByUs ? "local" : "remote");
        }
        const reasons = both.flatMap(({ downs }) => downs.map(downReasonText));
        assert.ok(reasons.some((text) => text.includes("collision")));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
