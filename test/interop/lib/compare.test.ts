import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { COMPARED, differences, pathDifferences } from "./compare.ts";
import {
  extendedCommunityHex,
  normalAddress,
  normalAsPath,
  normalCommunity,
  normalPrefix,
  normalSet,
} from "./normal.ts";
import type { NormalRoute } from "./route.ts";

const ROUTE: NormalRoute = {
  family: "ipv4-unicast",
  prefix: "10.0.0.0/8",
  pathId: undefined,
  origin: "igp",
  asPath: "64496 {64497,64498}",
  nextHop: "192.0.2.1",
  med: 0,
  localPref: 100,
  communities: ["64496:1"],
  largeCommunities: ["64496:1:2"],
  extendedCommunities: ["0002fbf000000001"],
};

/** Another value for each attribute that is compared. */
const OTHER: Pick<NormalRoute, (typeof COMPARED)[number]> = {
  origin: "egp",
  asPath: "64496",
  nextHop: "192.0.2.2",
  med: undefined,
  localPref: undefined,
  communities: [],
  largeCommunities: ["64496:1:3"],
  extendedCommunities: ["0002fbf000000002"],
};

function compared(left: NormalRoute[], right: NormalRoute[]): string[] {
  return differences({ name: "a", routes: left }, { name: "b", routes: right });
}

describe("comparison of tables", () => {
  it("finds equal tables equal, in any order", () => {
    const second = { ...ROUTE, prefix: "10.0.0.0/9" };
    assert.deepEqual(compared([ROUTE, second], [second, ROUTE]), []);
  });

  for (const attribute of COMPARED) {
    it(`finds another ${attribute}`, () => {
      const other = { ...ROUTE, [attribute]: OTHER[attribute] };
      assert.equal(compared([ROUTE], [other]).length, 1);
      assert.equal(pathDifferences({ name: "a", routes: [ROUTE] }, { name: "b", routes: [other] }).length, 2);
    });
  }

  it("finds routes that one side has alone, or twice", () => {
    assert.equal(compared([ROUTE], []).length, 1);
    assert.equal(compared([], [ROUTE]).length, 1);
    assert.equal(compared([ROUTE, ROUTE], [ROUTE]).length, 1);
    const paths = pathDifferences({ name: "a", routes: [ROUTE, ROUTE] }, { name: "b", routes: [ROUTE] });
    assert.equal(paths.length, 1);
  });
});

describe("normal forms", () => {
  it("writes addresses and prefixes as RFC 5952 does, without host bits", () => {
    assert.equal(normalAddress("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
    assert.equal(normalPrefix("10.255.255.255/9"), "10.128.0.0/9");
    assert.equal(normalPrefix("2001:db8:ffff::1/33"), "2001:db8:8000::/33");
    assert.equal(normalPrefix("::/0"), "::/0");
    assert.throws(() => normalAddress("10.0.0"));
  });

  it("reads AS_SETs in every daemon's spelling", () => {
    for (const text of ["64496 {3,1,2}", "64496 { 3 2 1 }", "64496 [1 2 3]", "64496 ( 2 3 1 )"]) {
      assert.equal(normalAsPath(text), "64496 {1,2,3}");
    }
  });

  it("reads well-known communities in every daemon's spelling", () => {
    for (const text of ["no-export", "noExport", "NO_EXPORT", "65535:65281"]) {
      assert.equal(normalCommunity(text), "65535:65281");
    }
    assert.equal(normalCommunity("graceful-shutdown"), "65535:0");
    assert.throws(() => normalCommunity("no-such"));
  });

  it("sorts communities by number", () => {
    assert.deepEqual(normalSet(["64496:10", "64496:9", "64496:10"]), ["64496:9", "64496:10"]);
  });

  it("writes extended communities by their octets", () => {
    for (const [administrator, hex] of [
      [64496, "0002fbf000000007"],
      ["192.0.2.1", "0102c00002010007"],
      [65551, "02020001000f0007"],
    ] as const) {
      assert.equal(extendedCommunityHex({ kind: "target", administrator, value: 7 }), hex);
    }
  });
});
