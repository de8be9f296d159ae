import assert from "node:assert/strict";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, test } from "node:test";
import { IPV4_UNICAST } from "@netferry/bgp";
import { z } from "zod";
import { MAX_LISTINGS } from "./routes.ts";
import { call, errorOf } from "./testing/call.ts";
import { startFakeIngest } from "./testing/fake-ingest.ts";
import type { FakeIngest } from "./testing/fake-ingest.ts";

const Route = z.looseObject({ prefix: z.string(), family: z.string(), stale: z.boolean() });
const Answer = z.object({
  table: z.object({ deviceId: z.number(), device: z.string(), shared: z.boolean() }),
  routes: z.array(Route),
  next: z.string().nullable(),
});

let ingest: FakeIngest;
let id: number;
beforeEach(async () => {
  ingest = await startFakeIngest();
  id = ingest.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] }).id;
});
afterEach(() => ingest.close());

async function ask(query = "", device = "r1"): Promise<z.infer<typeof Answer>> {
  const answer = await call(ingest, "GET", `/api/v1/devices/${device}/routes${query}`);
  assert.equal(answer.status, 200, answer.text);
  return Answer.parse(JSON.parse(answer.text));
}

async function prefixes(query = ""): Promise<string[]> {
  return (await ask(query)).routes.map(({ prefix }) => prefix);
}

async function lines(query = ""): Promise<string[]> {
  const answer = await call(ingest, "GET", `/api/v1/devices/r1/routes${query}`, {
    headers: { ...ingest.headers, accept: "application/x-ndjson" },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
  assert.ok(answer.text === "" || answer.text.endsWith("\n"));
  return answer.text
    .split("\n")
    .slice(0, -1)
    .map((line) => Route.parse(JSON.parse(line)).prefix);
}

/** `10.0.0.0/24`, `10.0.1.0/24` and so on, with few distinct attribute sets. */
function announceMany(count: number): string[] {
  const all = Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
  ingest.announce(id, ...all.map((prefix, n) => ({ prefix, asPath: [65001, 65100 + (n % 7)] })));
  return all;
}

describe("questions", () => {
  beforeEach(() => {
    ingest.announce(
      id,
      { prefix: "0.0.0.0/0", asPath: [65001, 64500] },
      { prefix: "192.0.0.0/8", asPath: [65001, 65002] },
      {
        prefix: "192.0.2.0/24",
        asPath: [65001, 65002, 4_200_000_001],
        localPref: 200,
        med: 5,
        communities: [65001 * 65536 + 7],
        nextHop: "192.0.2.9",
      },
      { prefix: "198.51.100.0/24", asPath: [] },
      { prefix: "2001:db8::/32", asPath: [65001, 65002], nextHop: "2001:db8::9" },
    );
  });

  test("exactly one prefix, with everything that is known of it", async () => {
    const { routes, next, table } = await ask("?prefix=192.0.2.0/24");
    assert.deepEqual(routes, [
      {
        prefix: "192.0.2.0/24",
        family: "ipv4-unicast",
        origin: "igp",
        asPath: [{ type: "sequence", asns: [65001, 65002, 4_200_000_001] }],
        asPathText: "65001 65002 4200000001",
        originAs: 4_200_000_001,
        nextHops: ["192.0.2.9"],
        med: 5,
        localPref: 200,
        communities: ["65001:7"],
        stale: false,
      },
    ]);
    assert.equal(next, null);
    assert.deepEqual(table, { deviceId: id, device: "r1", shared: false });
    assert.deepEqual(await prefixes("?prefix=192.0.2.77/24"), ["192.0.2.0/24"]);
    assert.deepEqual(await prefixes("?prefix=192.0.2.0/25"), []);
  });

  test("the longest match for an address", async () => {
    assert.deepEqual(await prefixes("?address=192.0.2.1"), ["192.0.2.0/24"]);
    assert.deepEqual(await prefixes("?address=192.0.3.1"), ["192.0.0.0/8"]);
    assert.deepEqual(await prefixes("?address=::ffff:192.0.2.1"), ["192.0.2.0/24"]);
    assert.deepEqual(await prefixes("?address=8.8.8.8"), ["0.0.0.0/0"]);
    assert.deepEqual(await prefixes("?address=2001:db8::1"), ["2001:db8::/32"]);
    assert.deepEqual(await prefixes("?address=2001:db9::1"), []);
    ingest.withdraw(id, "192.0.2.0/24");
    assert.deepEqual(await prefixes("?address=192.0.2.1"), ["192.0.0.0/8"]);
  });

  test("a prefix and its more specifics, a family, all", async () => {
    assert.deepEqual(await prefixes("?within=192.0.0.0/8"), ["192.0.0.0/8", "192.0.2.0/24"]);
    assert.deepEqual(await prefixes("?within=192.0.2.0/24"), ["192.0.2.0/24"]);
    assert.deepEqual(await prefixes("?within=2001::/16"), ["2001:db8::/32"]);
    assert.deepEqual(await prefixes("?family=ipv6-unicast"), ["2001:db8::/32"]);
    assert.deepEqual(await prefixes(), [
      "0.0.0.0/0",
      "192.0.0.0/8",
      "192.0.2.0/24",
      "198.51.100.0/24",
      "2001:db8::/32",
    ]);
  });

  test("by origin AS, alone and with every other question", async () => {
    assert.deepEqual(await prefixes("?origin=65002"), ["192.0.0.0/8", "2001:db8::/32"]);
    assert.deepEqual(await prefixes("?origin=AS4200000001"), ["192.0.2.0/24"]);
    assert.deepEqual(await prefixes("?origin=65002&family=ipv6-unicast"), ["2001:db8::/32"]);
    assert.deepEqual(await prefixes("?origin=65002&within=192.0.0.0/8"), ["192.0.0.0/8"]);
    assert.deepEqual(await prefixes("?origin=65002&prefix=192.0.2.0/24"), []);
    assert.deepEqual(await prefixes("?origin=65002&address=192.0.3.1"), ["192.0.0.0/8"]);
    assert.deepEqual(await prefixes("?origin=65001"), []);
    assert.deepEqual(await lines("?origin=65002"), ["192.0.0.0/8", "2001:db8::/32"]);
  });

  test("stale paths are marked, until they are announced again", async () => {
    ingest.table(id).markStale(IPV4_UNICAST);
    ingest.announce(id, { prefix: "192.0.0.0/8" });
    const { routes } = await ask("?family=ipv4-unicast");
    assert.deepEqual(
      routes.map(({ prefix, stale }) => [prefix, stale]),
      [
        ["0.0.0.0/0", true],
        ["192.0.0.0/8", false],
        ["192.0.2.0/24", true],
        ["198.51.100.0/24", true],
      ],
    );
  });

  test("wrong parameters are refused by name", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["?prefix=nonsense", /^prefix: /],
      ["?address=192.0.2.0/24", /^address: /],
      ["?within=192.0.2.1", /^within: /],
      ["?family=x", /^family: /],
      ["?origin=x", /^origin: /],
      ["?limit=0", /^limit: /],
      ["?limit=10001", /^limit: at most 10000 .*ndjson/],
      ["?after=x", /^after: /],
      ["?after=ipv4-unicast~zz", /^after: /],
      ["?after=ipv6-unicast~&family=ipv4-unicast", /^after: belongs to another question/],
      ["?after=ipv4-unicast~&prefix=192.0.2.0/24", /^after: belongs to another question/],
      ["?format=xml", /^format: /],
      ["?prefix=192.0.2.0/24&address=192.0.2.1", /^prefix, address, within: /],
      [`?prefix=${"1".repeat(200)}`, /^prefix: at most/],
    ];
    for (const [query, message] of cases) {
      const answer = await call(ingest, "GET", `/api/v1/devices/r1/routes${query}`);
      assert.equal(answer.status, 400, query);
      assert.match(errorOf(answer).message, message);
    }
  });
});

describe("tables", () => {
  test("a device that has no table yet has no routes", async () => {
    assert.deepEqual(await ask(), {
      table: { deviceId: id, device: "r1", shared: false },
      routes: [],
      next: null,
    });
    assert.deepEqual(await lines(), []);
  });

  test("a device of type table answers out of the other's table, and says so", async () => {
    ingest.registry.addDevice({ name: "sw1", type: "table", tableDeviceId: id });
    ingest.announce(id, { prefix: "192.0.2.0/24" });
    const answer = await call(ingest, "GET", "/api/v1/devices/sw1/routes");
    assert.equal(answer.headers.get("x-netferry-table-of"), "r1");
    const { table, routes } = Answer.parse(JSON.parse(answer.text));
    assert.deepEqual(table, { deviceId: id, device: "r1", shared: true });
    assert.deepEqual(
      routes.map(({ prefix }) => prefix),
      ["192.0.2.0/24"],
    );
    const own = await call(ingest, "GET", "/api/v1/devices/r1/routes");
    assert.equal(own.headers.get("x-netferry-table-of"), null);
  });

  test("a device of type none has no table", async () => {
    ingest.registry.addDevice({ name: "pdu1", type: "none" });
    const answer = await call(ingest, "GET", "/api/v1/devices/pdu1/routes");
    assert.equal(answer.status, 409);
    assert.match(errorOf(answer).message, /"pdu1" is of type "none" and has no routes/);
  });

  test("each path of a prefix is a route, with its path identifier", async () => {
    for (const pathId of [7, 9]) ingest.announce(id, { prefix: "192.0.2.0/24", pathId, asPath: [pathId] });
    ingest.announce(id, { prefix: "198.51.100.0/24", pathId: 1 });
    const { routes, next } = await ask("?limit=1");
    assert.deepEqual(
      routes.map((route) => [route.prefix, route["pathId"], route["asPathText"]]),
      [
        ["192.0.2.0/24", 7, "7"],
        ["192.0.2.0/24", 9, "9"],
      ],
    );
    assert.deepEqual(await prefixes(`?limit=1&after=${next}`), ["198.51.100.0/24"]);
  });
});

describe("pages", () => {
  test("follow each other over all families, each route once, however large they are", async () => {
    const all = [...announceMany(2_500), "2001:db8::/32", "2001:db8:1::/48"];
    ingest.announce(id, { prefix: "2001:db8::/32" }, { prefix: "2001:db8:1::/48" });
    for (const limit of [1000, 833, 10_000]) {
      const seen: string[] = [];
      let after = "";
      for (;;) {
        const { routes, next } = await ask(`?limit=${limit}${after}`);
        assert.ok(routes.length <= limit);
        seen.push(...routes.map(({ prefix }) => prefix));
        if (next === null) break;
        after = `&after=${next}`;
      }
      assert.deepEqual(seen, all, `limit ${limit}`);
    }
  });

  test("have 1,000 routes by default, and none follows the one that the table ends with", async () => {
    announceMany(1_000);
    const { routes, next } = await ask();
    assert.equal(routes.length, 1_000);
    assert.equal(next, null);
    ingest.announce(id, { prefix: "2001:db8::/32" });
    const first = await ask();
    assert.equal(first.routes.length, 1_000);
    assert.deepEqual(await prefixes(`?after=${first.next}`), ["2001:db8::/32"]);
  });

  test("go on where they were when routes come and go between them", async () => {
    const all = announceMany(50);
    const first = await ask("?limit=10");
    ingest.withdraw(id, all[9] ?? "");
    ingest.withdraw(id, all[20] ?? "");
    ingest.announce(id, { prefix: "10.0.30.128/25" }, { prefix: "9.0.0.0/8" });
    const rest = await prefixes(`?limit=1000&after=${first.next}`);
    assert.deepEqual(rest, [...all.slice(10, 20), ...all.slice(21, 31), "10.0.30.128/25", ...all.slice(31)]);
  });

  test("end early when their text is long, and say how to go on", async () => {
    // 60 KB each as text: 300 of them are more than one answer holds.
    const communities = Array.from({ length: 5_000 }, (_, n) => 0x0fff_0000 + n);
    const all = Array.from({ length: 300 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
    ingest.announce(id, ...all.map((prefix, n) => ({ prefix, asPath: [65001 + n], communities })));
    const seen: string[] = [];
    let after = "";
    let answers = 0;
    for (;;) {
      const { routes, next } = await ask(`?limit=1000${after}`);
      seen.push(...routes.map(({ prefix }) => prefix));
      answers += 1;
      if (next === null) break;
      after = `&after=${next}`;
    }
    assert.deepEqual(seen, all);
    assert.ok(answers > 1);
  });
});

describe("streams", () => {
  test("list every route in order, by header or by parameter", async () => {
    const all = [...announceMany(5_000), "2001:db8::/32"];
    ingest.announce(id, { prefix: "2001:db8::/32" });
    assert.deepEqual(await lines(), all);
    const answer = await call(ingest, "GET", "/api/v1/devices/r1/routes?format=ndjson");
    assert.equal(answer.text.split("\n").length, all.length + 1);
    assert.deepEqual(await lines("?limit=1500"), all.slice(0, 1500));
    assert.deepEqual(
      await lines("?within=10.1.0.0/16"),
      all.filter((prefix) => prefix.startsWith("10.1.")),
    );
    assert.deepEqual(await lines("?prefix=10.1.0.0/24"), ["10.1.0.0/24"]);
    assert.equal(ingest.stats.listings, 0);
    assert.equal(ingest.stats.listingsAbandoned, 0);
  });

  test("HEAD begins no listing", async () => {
    announceMany(2_000);
    for (const query of ["", "?format=ndjson"]) {
      const answer = await call(ingest, "HEAD", `/api/v1/devices/r1/routes${query}`);
      assert.deepEqual([answer.status, answer.text], [200, ""]);
    }
    assert.equal(ingest.stats.listings, 0);
    assert.equal(ingest.stats.routes, 0);
  });

  test("a table that goes away breaks the stream off, so that a part is not taken for all", async () => {
    announceMany(60_000);
    const response = await openStream();
    ingest.dropTable(id);
    const ended = await drained(response);
    assert.equal(ended.complete, false);
    assert.ok(ended.octets > 0);
    await untilListings(0);
    assert.equal(ingest.stats.listingsAbandoned, 1);
  });

  test("a client that stops reading stops the listing, and one that leaves ends it", async () => {
    announceMany(60_000);
    const response = await openStream();
    // Nothing is read: what is sent fills the buffers in between, and then nothing more is made.
    let before = -1;
    while (before !== ingest.stats.routes) {
      before = ingest.stats.routes;
      await setTimeout(200);
    }
    assert.ok(
      ingest.stats.routes < 60_000,
      `${ingest.stats.routes} routes were made for a client that reads none`,
    );
    assert.equal(ingest.stats.listings, 1);
    response.destroy();
    await untilListings(0);
    assert.equal(ingest.stats.listingsAbandoned, 1);
    assert.ok(ingest.stats.routes < 60_000);
  });

  test("the server answers others while a long listing runs", async () => {
    announceMany(60_000);
    const response = await openStream();
    const listed = drained(response);
    let answered = 0;
    while (!response.complete) {
      assert.equal((await call(ingest, "GET", "/api/v1/status")).status, 200);
      if (!response.complete) answered += 1;
    }
    assert.equal((await listed).complete, true);
    assert.ok(answered > 1, `${answered} other requests were answered meanwhile`);
  });

  test("too many at once are told to come back", async () => {
    announceMany(60_000);
    const open: IncomingMessage[] = [];
    while (open.length < MAX_LISTINGS) open.push(await openStream());
    const answer = await call(ingest, "GET", "/api/v1/devices/r1/routes");
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "1");
    assert.equal(errorOf(answer).code, "busy");
    assert.equal(ingest.stats.busy, 1);
    for (const response of open) response.destroy();
    await untilListings(0);
    assert.equal((await ask("?limit=1")).routes.length, 1);
  });
});

/** An NDJSON answer of which nothing is read yet. */
async function openStream(): Promise<IncomingMessage> {
  const sent = request(`${ingest.url}/api/v1/devices/r1/routes?format=ndjson`, {
    headers: ingest.headers,
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.on("error", () => undefined);
  return response;
}

async function drained(response: IncomingMessage): Promise<{ octets: number; complete: boolean }> {
  let octets = 0;
  response.on("data", (chunk: Buffer) => {
    octets += chunk.length;
  });
  await new Promise((resolve) => response.once("close", resolve));
  return { octets, complete: response.complete };
}

async function untilListings(count: number): Promise<void> {
  while (ingest.stats.listings !== count) await setTimeout(10);
}
