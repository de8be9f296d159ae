import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sessionOpen } from "./config.ts";
import { LOCAL, inState, peerOpen } from "./fixture.ts";
import { resumeEstablished } from "./resume.ts";
import { step } from "./step.ts";

describe("resumeEstablished", () => {
  it("is the state that the session had come to by itself, with every timer started", () => {
    const { state, actions } = resumeEstablished(LOCAL, sessionOpen(LOCAL), peerOpen(), "local");
    assert.deepEqual(state, inState("established"));
    const started = actions.filter((action) => action.type === "set-timer");
    assert.deepEqual(started.map(({ timer, seconds }) => `${timer}=${seconds}`).sort(), [
      "hold=90",
      "keepalive=30",
      "send-hold=480",
    ]);
    assert.deepEqual(
      actions.filter((action) => action.type === "send").map(({ message }) => message.type),
      ["keepalive"],
    );
    assert.equal(actions.at(-1)?.type, "established");
    assert.equal(step(state, { type: "updates" }).state.name, "established");
  });

  it("goes by the OPEN that was sent then, not by today's configuration", () => {
    const sent = sessionOpen({ ...LOCAL, holdTime: 30 });
    const { state } = resumeEstablished(LOCAL, sent, peerOpen());
    assert.equal(state.name === "established" && state.context.holdTime, 30);
    assert.equal(state.name === "established" && state.initiator, "remote");
  });

  it("starts nothing where there is no hold time", () => {
    const { actions } = resumeEstablished(LOCAL, sessionOpen(LOCAL), peerOpen({ holdTime: 0 }));
    assert.deepEqual(
      actions.filter(({ type }) => type === "set-timer" || type === "send"),
      [],
    );
  });

  it("ends a session that today's configuration would not let start", () => {
    const config = { ...LOCAL, expectedPeerAsn: 65099 };
    const { state, actions } = resumeEstablished(config, sessionOpen(LOCAL), peerOpen());
    assert.equal(state.name, "idle");
    const types = actions.map(({ type }) => type).filter((type) => type !== "clear-timer");
    assert.deepEqual(types, ["send", "close", "session-down"]);
  });
});
