import assert from "node:assert/strict";
import { test } from "node:test";

import { flapsBetween, replayedIn } from "./judge.ts";
import { refreshedBetween } from "./observer.ts";

const UP = { established: true, since: 1_000_000, ups: 1 };

test("a session that stayed up has no flaps, also where the daemon's clock trembles", () => {
  assert.equal(flapsBetween(UP, { ...UP, since: 1_001_000 }), 0);
});

test("flaps are counted by the daemon; where it lost count, the time since when it is up tells", () => {
  assert.equal(flapsBetween(UP, { ...UP, since: 1_090_000, ups: 4 }), 3);
  assert.equal(flapsBetween(UP, { ...UP, since: 1_090_000 }), 1);
  assert.equal(flapsBetween(UP, { ...UP, established: false, since: undefined }), 1);
  assert.equal(flapsBetween(UP, { ...UP, ups: 2 }), 1);
});

test("replayed bytes are those of the router's own log lines", () => {
  const log = [
    '{"device":"1:bird-v4-9s-ipv4","mode":"resumed","replayed":100}',
    '{"device":"2:frr-v6-9s-ipv6","mode":"resumed","replayed":7}',
    '{"device":"1:bird-v4-9s-ipv4","mode":"taken-over","replayed":20}',
    "",
  ].join("\n");
  assert.equal(replayedIn(log, { name: "bird-v4-9s" }), 120);
});

test("refreshed are the paths of sessions that asked again meanwhile, over all ingests", () => {
  const before = new Map([["first/1/a", { requests: 0, routes: 50 }]]);
  const after = new Map([
    ["first/1/a", { requests: 0, routes: 90 }],
    ["first/2/a", { requests: 2, routes: 1000 }],
    ["second/1/a", { requests: 2, routes: 10 }],
  ]);
  assert.deepEqual(refreshedBetween(before, after), { requests: 4, routes: 1010 });
});
