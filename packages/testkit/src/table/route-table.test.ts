import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  codecContext,
  iterateMessages,
  IPV4_UNICAST,
  IPV6_UNICAST,
  MAX_MESSAGE_LENGTH,
  messageLength,
  pathView,
} from "@netferry/bgp";
import { RouteCollector, routeDifferences, routeKey } from "../route-collector.ts";
import { CHUNK_LENGTH } from "./chunk-writer.ts";
import type { Encoding } from "./encoding.ts";
import { LiveTable } from "./live-table.ts";
import { RouteTable } from "./route-table.ts";

const INTERNAL: Encoding = { internal: true, fourOctetAs: true, localAsn: 65001 };
const EXTERNAL: Encoding = { internal: false, fourOctetAs: true, localAsn: 4_200_000_000 };
const TABLE = RouteTable.generate({ ipv4: 60_000, ipv6: 15_000, seed: 11 });

function collect(table: RouteTable, encoding: Encoding): RouteCollector {
  const { internal, fourOctetAs } = encoding;
  const collector = new RouteCollector(
    codecContext({ internal, fourOctetAs, maxMessageLength: MAX_MESSAGE_LENGTH }),
  );
  for (const family of table.families) {
    for (const chunk of table.updates(family, encoding)) collector.applyRun(chunk);
  }
  return collector;
}

/** The truth by route; a table that has not changed yet says it. */
function expectedRoutes(table: RouteTable, encoding: Encoding): Map<string, Uint8Array> {
  const live = new LiveTable(table, { seed: 0 });
  const routes = new Map<string, Uint8Array>();
  for (const { family, nlri, attributes } of live.expected(encoding)) {
    routes.set(routeKey(family, nlri), attributes);
  }
  return routes;
}

function encoded(seed: number): Uint8Array[] {
  return [...RouteTable.generate({ ipv4: 2000, ipv6: 0, seed }).updates(IPV4_UNICAST, INTERNAL)];
}

function withNextHops(nextHops: readonly string[]): RouteTable {
  return RouteTable.generate({ ipv4: 100, ipv6: 100, seed: 1, nextHops });
}

describe("a table's UPDATEs", () => {
  for (const [name, encoding] of [
    ["iBGP", INTERNAL],
    ["eBGP", EXTERNAL],
  ] as const) {
    it(`are what a receiver should see, octet by octet, in ${name}`, () => {
      const collector = collect(TABLE, encoding);
      assert.deepEqual(collector.problems, []);
      assert.equal(collector.routes.size, 75_000);
      assert.equal(TABLE.routeCount(), 75_000);
      assert.deepEqual(routeDifferences(collector.routes, expectedRoutes(TABLE, encoding)), []);
    });

    it(`say the same to a peer with two-octet AS numbers, in ${name}`, () => {
      const small = RouteTable.generate({ ipv4: 3000, ipv6: 1000, seed: 2 });
      const collector = collect(small, { ...encoding, fourOctetAs: false });
      assert.deepEqual(collector.problems, []);
      const expected = expectedRoutes(small, encoding);
      assert.equal(collector.routes.size, expected.size);
      let beyond = 0;
      for (const [key, attributes] of expected) {
        const seen = collector.routes.get(key);
        assert.ok(seen !== undefined);
        const view = pathView(attributes);
        assert.deepEqual(pathView(seen), view);
        if (view.asPath?.some(({ asns }) => asns.some((asn) => asn > 0xffff)) === true) beyond += 1;
      }
      assert.ok(beyond > 500, `${beyond} paths have AS numbers that need four octets`);
    });
  }

  it("come in pieces of whole messages, large ones", () => {
    for (const family of TABLE.families) {
      const chunks = [...TABLE.updates(family, INTERNAL)];
      for (const chunk of chunks.slice(0, -1)) {
        assert.ok(chunk.length > CHUNK_LENGTH - MAX_MESSAGE_LENGTH && chunk.length >= 65_536);
      }
      for (const chunk of chunks) {
        let octets = 0;
        for (const message of iterateMessages(chunk)) {
          octets += message.length;
          assert.ok(messageLength(message, 0) <= MAX_MESSAGE_LENGTH);
        }
        assert.equal(octets, chunk.length);
      }
    }
  });

  it("are counted by routes", () => {
    let routes = 0;
    for (const chunk of TABLE.chunks(IPV4_UNICAST, INTERNAL)) routes += chunk.routes;
    assert.equal(routes, 60_000);
    assert.equal(TABLE.routeCount(IPV4_UNICAST), 60_000);
    assert.equal(TABLE.routeCount(IPV6_UNICAST), 15_000);
    assert.equal(TABLE.routeCount(7), 0);
    assert.deepEqual([...TABLE.chunks(7, INTERNAL)], []);
  });

  it("are the same for the same seed, and others for another", () => {
    assert.deepEqual(encoded(1), encoded(1));
    assert.notDeepEqual(encoded(1), encoded(2));
  });
});

describe("a table's attributes", () => {
  const collector = collect(TABLE, INTERNAL);
  const views = new Map(
    [...collector.routes.values()].map((octets) => [Buffer.from(octets).toString("hex"), pathView(octets)]),
  );
  const sets = [...views.values()];
  const share = (matches: (view: (typeof sets)[number]) => boolean): number =>
    sets.filter((view) => matches(view)).length / sets.length;

  it("differ for 15 to 25 % of the routes, with 4 to 6 prefixes in an UPDATE", () => {
    const distinct = sets.length / collector.routes.size;
    assert.ok(distinct > 0.15 && distinct < 0.25, `${distinct}`);
    const perUpdate = collector.routes.size / collector.updates;
    assert.ok(perUpdate > 4 && perUpdate < 6, `${perUpdate}`);
  });

  it("have paths of 4.3 ASes on average, some with prepends and a few with sets", () => {
    const lengths = sets.map(({ asPath }) => (asPath ?? []).reduce((sum, { asns }) => sum + asns.length, 0));
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    assert.ok(mean > 4.1 && mean < 4.5, `${mean}`);
    const prepended = share(({ asPath }) => {
      const asns = asPath?.[0]?.asns ?? [];
      return asns.some((asn, index) => asn === asns[index + 1]);
    });
    assert.ok(prepended > 0.05 && prepended < 0.25, `${prepended}`);
    const withSet = share(({ asPath }) => asPath?.length === 2 && asPath[1]?.type === "set");
    assert.ok(withSet > 0 && withSet < 0.005, `${withSet}`);
    assert.equal(
      share(
        ({ asPath }) => asPath?.some(({ asns }) => asns.some((asn) => asn === 0 || asn === 23_456)) === true,
      ),
      0,
    );
  });

  it("have no loops", () => {
    for (const { asPath } of sets) {
      const runs = (asPath?.[0]?.asns ?? []).filter((asn, index, all) => asn !== all[index - 1]);
      assert.equal(new Set(runs).size, runs.length, runs.join(" "));
    }
  });

  it("come from far fewer origins than there are prefixes, a few of which have very many", () => {
    const origins = new Map<number, number>();
    for (const octets of collector.routes.values()) {
      const { originAs } = pathView(octets);
      if (originAs !== undefined) origins.set(originAs, (origins.get(originAs) ?? 0) + 1);
    }
    const mean = collector.routes.size / origins.size;
    assert.ok(mean > 8 && mean < 40, `${mean} prefixes for each of ${origins.size} origins`);
    assert.ok(Math.max(...origins.values()) > 20 * mean);
  });

  it("have the optional ones in part of the routes", () => {
    const parts: readonly (readonly [string, number, number, number])[] = [
      ["med", share(({ med }) => med !== undefined), 0.4, 0.5],
      ["communities", share(({ communities }) => communities !== undefined), 0.88, 0.96],
      ["large communities", share(({ largeCommunities }) => largeCommunities !== undefined), 0.1, 0.14],
      [
        "extended communities",
        share(({ extendedCommunities }) => extendedCommunities !== undefined),
        0.005,
        0.02,
      ],
      ["aggregator", share(({ aggregator }) => aggregator !== undefined), 0.05, 0.09],
      ["atomic aggregate", share(({ atomicAggregate }) => atomicAggregate === true), 0.02, 0.04],
      ["only to customer", share(({ otc }) => otc !== undefined), 0.005, 0.02],
      ["origin igp", share(({ origin }) => origin === "igp"), 0.9, 0.94],
      ["local preference 100", share(({ localPref }) => localPref === 100), 0.55, 0.65],
    ];
    for (const [name, found, least, most] of parts) {
      assert.ok(found > least && found < most, `${name}: ${found}`);
    }
    assert.equal(
      share(({ localPref }) => localPref === undefined),
      0,
    );
    assert.equal(new Set(sets.flatMap(({ nextHops }) => nextHops)).size, 32);
    for (const { communities = [] } of sets) assert.equal(new Set(communities).size, communities.length);
  });

  it("begin with the speaker's AS in eBGP, without a local preference", () => {
    for (const octets of collect(TABLE, EXTERNAL).routes.values()) {
      const { asPath, localPref } = pathView(octets);
      assert.equal(asPath?.[0]?.asns[0], EXTERNAL.localAsn);
      assert.equal(localPref, undefined);
    }
  });

  it("have the next hops of the caller", () => {
    const table = withNextHops(["198.51.100.1", "2001:db8:1::1"]);
    const nextHops = [...collect(table, INTERNAL).routes.values()].flatMap(
      (octets) => pathView(octets).nextHops,
    );
    assert.deepEqual([...new Set(nextHops)], ["198.51.100.1", "2001:db8:1::1"]);
    assert.throws(() => withNextHops(["nowhere"]), /next hop "nowhere" is no address/);
    assert.throws(() => withNextHops(["192.0.2.1"]), /both families/);
  });
});
