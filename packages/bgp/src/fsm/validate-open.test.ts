import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProtocolError } from "../errors.ts";
import { IPV4_UNICAST, IPV6_UNICAST, familyOf } from "../family.ts";
import type { SessionConfig } from "./config.ts";
import { LOCAL, inState, peerOpen } from "./fixture.ts";
import { step } from "./step.ts";
import { validateOpen } from "./validate-open.ts";

function errorOf(open: ReturnType<typeof peerOpen>, config: Partial<SessionConfig> = {}): ProtocolError {
  const error = validateOpen({ ...LOCAL, ...config }, open);
  assert.ok(error !== undefined, "the OPEN was accepted");
  assert.equal(error.code, 2);
  return error;
}

describe("validateOpen", () => {
  it("accepts what agrees with the configuration", () => {
    assert.equal(validateOpen(LOCAL, peerOpen()), undefined);
    assert.equal(validateOpen({ ...LOCAL, expectedPeerAsn: undefined }, peerOpen()), undefined);
    assert.equal(validateOpen(LOCAL, peerOpen({ holdTime: 0 })), undefined);
  });

  it("rejects another version with the one that there is", () => {
    const error = errorOf(peerOpen({ version: 5 }));
    assert.equal(error.subcode, 1);
    assert.deepEqual([...error.data], [0, 4]);
    assert.match(error.text, /version 5/);
  });

  it("rejects another AS and names both numbers", () => {
    const error = errorOf(peerOpen({}, { localAsn: 65010 }));
    assert.equal(error.subcode, 2);
    assert.equal(error.text, "AS 65010 in OPEN, expected 65002");
  });

  it("compares four-octet AS numbers, whatever the two-octet field says", () => {
    const open = peerOpen({}, { localAsn: 4_200_000_000 });
    assert.equal(open.myAs, 23456);
    assert.equal(validateOpen({ ...LOCAL, expectedPeerAsn: 4_200_000_000 }, open), undefined);
    assert.equal(errorOf(open, { expectedPeerAsn: 23456 }).subcode, 2);
  });

  it("takes the two-octet field where there is no capability (RFC 6793)", () => {
    const open = peerOpen({ parameters: [] });
    assert.equal(validateOpen(LOCAL, open), undefined);
    assert.equal(errorOf({ ...open, myAs: 65009 }).text, "AS 65009 in OPEN, expected 65002");
  });

  it("rejects AS 0 (RFC 7607), AS_TRANS itself, and two numbers at once", () => {
    const any = { expectedPeerAsn: undefined };
    assert.equal(errorOf(peerOpen({ myAs: 0, parameters: [] }), any).subcode, 2);
    assert.equal(errorOf(peerOpen({ myAs: 23456, parameters: [] }), any).subcode, 2);
    assert.match(errorOf(peerOpen({ myAs: 64999 }), any).text, /AS 64999 .* AS 65002/);
  });

  it("rejects hold times 1 and 2", () => {
    assert.equal(errorOf(peerOpen({ holdTime: 1 })).subcode, 6);
    assert.equal(errorOf(peerOpen({ holdTime: 2 })).subcode, 6);
    assert.equal(validateOpen(LOCAL, peerOpen({ holdTime: 3 })), undefined);
  });

  it("rejects identifier 0, and our own within our AS alone (RFC 6286)", () => {
    assert.equal(errorOf(peerOpen({ bgpIdentifier: 0 })).subcode, 3);
    const ours = peerOpen({ bgpIdentifier: LOCAL.localIdentifier });
    assert.equal(validateOpen(LOCAL, ours), undefined);
    const internal = { localAsn: 65002 };
    const error = errorOf(ours, internal);
    assert.equal(error.subcode, 3);
    assert.match(error.text, /10\.0\.0\.1 .*AS 65002/);
  });

  it("rejects optional parameters that it does not know", () => {
    const unknown = { type: "unknown", code: 77, value: new Uint8Array(2) } as const;
    const error = errorOf(peerOpen({ parameters: [...peerOpen().parameters, unknown] }));
    assert.equal(error.subcode, 4);
    assert.match(error.text, /77/);
  });

  it("rejects a peer without a common family, and says which ones would do", () => {
    const open = peerOpen({}, { families: [familyOf(25, 70)] });
    const error = errorOf(open);
    assert.equal(error.subcode, 7);
    assert.deepEqual([...error.data], [1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1]);
    assert.match(error.text, /the peer offers l2vpn-evpn; this side ipv4-unicast, ipv6-unicast/);
    assert.equal(validateOpen({ ...LOCAL, requireCommonFamily: false }, open), undefined);
  });

  it("takes a peer without multiprotocol for one of IPv4 unicast (RFC 4760 section 8)", () => {
    const open = peerOpen({ parameters: [] });
    assert.equal(validateOpen({ ...LOCAL, families: [IPV4_UNICAST] }, open), undefined);
    assert.equal(errorOf(open, { families: [IPV6_UNICAST] }).subcode, 7);
  });
});

describe("BGP roles (RFC 9234)", () => {
  const PAIRS = [
    [0, 3],
    [1, 2],
    [2, 1],
    [3, 0],
    [4, 4],
  ] as const;

  it("go together in the five ways of table 2 and no other", () => {
    for (let ours = 0; ours <= 4; ours += 1) {
      for (let theirs = 0; theirs <= 5; theirs += 1) {
        const fits = PAIRS.some(([a, b]) => a === ours && b === theirs);
        const error = validateOpen({ ...LOCAL, role: ours }, peerOpen({}, { role: theirs }));
        assert.equal(error?.subcode, fits ? undefined : 11, `${ours} with ${theirs}`);
      }
    }
  });

  it("may be missing on the peer's side unless strict", () => {
    assert.equal(validateOpen({ ...LOCAL, role: 3 }, peerOpen()), undefined);
    assert.equal(errorOf(peerOpen(), { role: 3, strictRole: true }).subcode, 11);
    assert.equal(validateOpen({ ...LOCAL, strictRole: true }, peerOpen()), undefined);
  });

  it("must not contradict each other in one OPEN", () => {
    const twice = peerOpen({}, { role: 0, extraCapabilities: [{ kind: "role", role: 1 }] });
    assert.match(errorOf(twice, { role: 3 }).text, /several BGP roles/);
    const same = peerOpen({}, { role: 0, extraCapabilities: [{ kind: "role", role: 0 }] });
    assert.equal(validateOpen({ ...LOCAL, role: 3 }, same), undefined);
  });

  it("do not matter within one AS", () => {
    const open = peerOpen({}, { role: 0 });
    assert.equal(validateOpen({ ...LOCAL, localAsn: 65002, role: 0, strictRole: true }, open), undefined);
  });
});

describe("a rejected OPEN", () => {
  it("is answered with its NOTIFICATION and ends the session", () => {
    const open = peerOpen({}, { localAsn: 65010 });
    const { state, actions } = step(inState("open-sent"), { type: "message", message: open });
    assert.equal(state.name, "idle");
    const sent = actions.filter((action) => action.type === "send");
    assert.equal(sent.length, 1);
    assert.deepEqual(sent[0]?.message, {
      type: "notification",
      code: 2,
      subcode: 2,
      data: new Uint8Array(0),
    });
    const down = actions.find((action) => action.type === "session-down");
    assert.equal(down?.reason.kind, "open-rejected");
  });
});
