import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Capability,
  decodeMessage,
  encodeMessage,
  endOfRibFamily,
  type Family,
  IPV4_UNICAST,
  IPV6_UNICAST,
  iterateMessages,
  type Message,
  type OpenMessage,
  RefreshSubtype,
} from "@netferry/bgp";
import type { Clock } from "@netferry/service";
import { PeerSession } from "./peer-session.ts";
import type { Transport, TransportHandlers } from "./transport.ts";

const STILL: Clock = { now: () => 0, monotonic: () => 0, later: () => () => undefined };
const GRACEFUL: Capability = {
  kind: "graceful-restart",
  restarting: true,
  notification: false,
  restartTime: 120,
  families: [{ family: IPV4_UNICAST, forwarding: true }],
};

/** A transport that keeps what ingest sends and takes what the test says as the device. */
class Wire implements Transport {
  readonly id = "00000000-0000-4000-8000-000000000000";
  readonly via = "direct";
  readonly agentInstance = undefined;
  readonly beganMs = 0;
  readonly accountId = undefined;
  readonly deviceAddress = "192.0.2.1";
  readonly peer = "192.0.2.1:50000";
  readonly local = "192.0.2.2:179";
  readonly bytesUp = 0;
  readonly bytesDown = 0;
  readonly unconfirmed = false;
  readonly sent: Uint8Array[] = [];
  #handlers: TransportHandlers | undefined;

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }

  send(messages: Uint8Array): void {
    this.sent.push(messages);
  }

  close(): void {
    this.#handlers = undefined;
  }

  say(message: Message): void {
    this.#handlers?.onRun(encodeMessage(message));
  }
}

/** An established session with a device that offers these capabilities, and its wire from then on. */
function establish(...capabilities: readonly Capability[]): Wire {
  const wire = new Wire();
  const session = new PeerSession({
    transport: wire,
    config: {
      localAsn: 65001,
      localIdentifier: 0x0a000001,
      holdTime: 90,
      expectedPeerAsn: 65001,
      passive: true,
      families: [IPV4_UNICAST, IPV6_UNICAST],
      gracefulRestart: { restarting: false, restartTime: 0, notification: true, families: [] },
    },
    clock: STILL,
    hooks: {
      onOpenConfirm: () => undefined,
      onEstablished: () => ({ apply: () => undefined }),
      onRouteRefresh: () => undefined,
      onDetached: () => undefined,
      onDown: (_session, reason) => assert.fail(`the session went down: ${reason.kind}`),
    },
  });
  session.start();
  const open: OpenMessage = {
    type: "open",
    version: 4,
    myAs: 65001,
    holdTime: 90,
    bgpIdentifier: 0x0a000002,
    parameters: [
      {
        type: "capabilities",
        capabilities: [
          { kind: "multiprotocol", family: IPV4_UNICAST },
          { kind: "multiprotocol", family: IPV6_UNICAST },
          ...capabilities,
        ],
      },
    ],
    extendedParameters: false,
  };
  wire.say(open);
  wire.say({ type: "keepalive" });
  assert.equal(session.state.name, "established");
  return wire;
}

function messagesOf(wire: Wire): Message[] {
  return wire.sent.flatMap((bytes) =>
    [...iterateMessages(bytes)].map((one) => {
      const outcome = decodeMessage(one);
      assert.ok(outcome.ok);
      return outcome.message;
    }),
  );
}

function endOfRibs(wire: Wire): (Family | undefined)[] {
  return messagesOf(wire).flatMap((message) => (message.type === "update" ? [endOfRibFamily(message)] : []));
}

describe("PeerSession", () => {
  it("ends its initial update, though there is none, towards a device that knows graceful restart", () => {
    // RFC 4724 section 4.2: a router that restarted defers its route selection until its peers have done so.
    assert.deepEqual(endOfRibs(establish(GRACEFUL)), [IPV4_UNICAST, IPV6_UNICAST]);
  });

  it("sends no UPDATE at all where the device does not know graceful restart", () => {
    assert.deepEqual(endOfRibs(establish()), []);
  });

  it("answers a request for its routes with the boundaries of an empty answer (RFC 7313 section 4.1)", () => {
    const wire = establish({ kind: "route-refresh" }, { kind: "enhanced-route-refresh" });
    wire.say({ type: "route-refresh", family: IPV6_UNICAST, subtype: RefreshSubtype.request });
    assert.deepEqual(
      messagesOf(wire).filter(({ type }) => type === "route-refresh"),
      [
        { type: "route-refresh", family: IPV6_UNICAST, subtype: RefreshSubtype.begin },
        { type: "route-refresh", family: IPV6_UNICAST, subtype: RefreshSubtype.end },
      ],
    );
  });

  it("leaves a request unanswered where there is no enhanced refresh, or not this family", () => {
    const plain = establish({ kind: "route-refresh" });
    plain.say({ type: "route-refresh", family: IPV6_UNICAST, subtype: RefreshSubtype.request });
    const enhanced = establish({ kind: "route-refresh" }, { kind: "enhanced-route-refresh" });
    enhanced.say({ type: "route-refresh", family: 0x0102, subtype: RefreshSubtype.request });
    for (const wire of [plain, enhanced]) {
      assert.deepEqual(
        messagesOf(wire).filter(({ type }) => type === "route-refresh"),
        [],
      );
    }
  });
});
