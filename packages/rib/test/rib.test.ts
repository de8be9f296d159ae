import assert from "node:assert/strict";
import { test } from "node:test";
import { familyOf, formatPrefix, IPV4_UNICAST, IPV6_UNICAST, parseAddress, parsePrefix } from "@netferry/bgp";
import { isPrefix, NO_ATTRIBUTES, Rib, type RibLimits, type RibTable, type Route } from "@netferry/rib";

const SEED = [0xdead, 0xbeef] as const;
const EVPN = familyOf(25, 70);

function ribWith(limits: Partial<RibLimits> = {}): Rib {
  return new Rib({ seed: SEED, limits });
}

function open(rib: Rib): RibTable {
  const table = rib.createTable();
  assert.ok(table);
  return table;
}

function nlri(text: string): Uint8Array {
  const prefix = parsePrefix(text);
  assert.ok(prefix, text);
  return prefix.nlri;
}

/** A run of NLRI as it stands in an UPDATE. */
function run(...prefixes: string[]): Uint8Array {
  return Buffer.concat(prefixes.map(nlri));
}

/** The same with a path identifier in front of each. */
function pathRun(...paths: (readonly [number, string])[]): Uint8Array {
  return Buffer.concat(
    paths.map(([id, prefix]) => {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(id);
      return Buffer.concat([number, nlri(prefix)]);
    }),
  );
}

function address(text: string): Uint8Array {
  const octets = parseAddress(text);
  assert.ok(octets);
  return octets;
}

/** Announces with attributes that are just a name. Counts: added, replaced, unchanged, rejected. */
function announce(
  rib: Rib,
  table: RibTable,
  octets: Uint8Array,
  name: string,
  family = IPV4_UNICAST,
  addPath = false,
): number[] {
  const attributes = Buffer.from(name);
  const id = rib.attributes.intern(attributes, 0, attributes.length);
  const { added, replaced, unchanged, rejected } = table.announce(
    family,
    octets,
    0,
    octets.length,
    addPath,
    id,
  );
  rib.attributes.release(id);
  return [added, replaced, unchanged, rejected];
}

function withdraw(table: RibTable, octets: Uint8Array, family = IPV4_UNICAST, addPath = false): number {
  return table.withdraw(family, octets, 0, octets.length, addPath);
}

/** `10.0.0.0/8 name`, with path identifiers `10.0.0.0/8 1=name 2=other`. */
function show(rib: Rib, route: Route | undefined): string | undefined {
  if (route === undefined) return undefined;
  const paths = route.paths.map(({ pathId, attributeId, stale }) => {
    const name = Buffer.from(rib.attributes.bytes(attributeId)).toString();
    return (pathId === undefined ? "" : `${pathId}=`) + name + (stale ? " (stale)" : "");
  });
  return [formatPrefix(route.family, route.nlri), ...paths].join(" ");
}

function listing(rib: Rib, table: RibTable, family = IPV4_UNICAST): (string | undefined)[] {
  return table.walk(family, { limit: 1000 }).routes.map((route) => show(rib, route));
}

test("a run of NLRI is announced, replaced and withdrawn", () => {
  const rib = ribWith();
  const table = open(rib);
  assert.deepEqual(announce(rib, table, run("10.0.0.0/8", "192.0.2.0/24"), "one"), [2, 0, 0, 0]);
  assert.deepEqual(announce(rib, table, run("192.0.2.0/24", "10.0.0.0/8"), "one"), [0, 0, 2, 0]);
  assert.deepEqual(announce(rib, table, run("192.0.2.0/24", "0.0.0.0/0"), "two"), [1, 1, 0, 0]);
  assert.deepEqual(listing(rib, table), ["0.0.0.0/0 two", "10.0.0.0/8 one", "192.0.2.0/24 two"]);
  assert.equal(withdraw(table, run("192.0.2.0/24", "198.51.100.0/24", "10.0.0.0/8")), 2);
  assert.deepEqual(listing(rib, table), ["0.0.0.0/0 two"]);
  assert.equal(table.routeCount(), 1);
  assert.deepEqual(table.families(), [IPV4_UNICAST]);
});

test("an NLRI that stands twice in a run is one route", () => {
  const rib = ribWith();
  const table = open(rib);
  assert.deepEqual(announce(rib, table, run("10.0.0.0/8", "10.0.0.0/8"), "one"), [1, 0, 1, 0]);
  assert.equal(table.routeCount(), 1);
  assert.equal(withdraw(table, run("10.0.0.0/8", "10.0.0.0/8")), 1);
  assert.equal(rib.attributes.size, 0);
});

test("bits behind the prefix are not part of it", () => {
  const rib = ribWith();
  const table = open(rib);
  announce(rib, table, Uint8Array.of(20, 10, 1, 0xff), "one");
  assert.deepEqual(listing(rib, table), ["10.1.240.0/20 one"]);
  assert.equal(withdraw(table, Uint8Array.of(20, 10, 1, 0xf3)), 1);
});

test("a lookup gives the longest prefix that this device holds, whatever others hold", () => {
  const rib = ribWith();
  const near = open(rib);
  const far = open(rib);
  announce(rib, near, run("10.1.2.0/24"), "near");
  announce(rib, far, run("10.0.0.0/8"), "far");
  assert.equal(show(rib, near.lookup(IPV4_UNICAST, address("10.1.2.3"))), "10.1.2.0/24 near");
  assert.equal(show(rib, far.lookup(IPV4_UNICAST, address("10.1.2.3"))), "10.0.0.0/8 far");
  assert.equal(near.lookup(IPV4_UNICAST, address("10.1.3.3")), undefined);
  // A prefix between the two, learnt later, is found by those who hold it; and when it goes, what was before.
  announce(rib, far, run("10.1.0.0/16"), "between");
  assert.equal(show(rib, far.lookup(IPV4_UNICAST, address("10.1.2.3"))), "10.1.0.0/16 between");
  withdraw(far, run("10.1.0.0/16"));
  assert.equal(show(rib, far.lookup(IPV4_UNICAST, address("10.1.2.3"))), "10.0.0.0/8 far");
  announce(rib, near, run("0.0.0.0/0", "10.1.2.3/32"), "default and host");
  assert.equal(show(rib, near.lookup(IPV4_UNICAST, address("10.1.2.3"))), "10.1.2.3/32 default and host");
  assert.equal(show(rib, near.lookup(IPV4_UNICAST, address("203.0.113.1"))), "0.0.0.0/0 default and host");
  assert.equal(near.lookup(IPV6_UNICAST, address("10.1.2.3")), undefined);
  assert.equal(near.lookup(IPV4_UNICAST, address("::1")), undefined);
});

test("IPv6 is the same", () => {
  const rib = ribWith();
  const table = open(rib);
  announce(
    rib,
    table,
    run("2001:db8::/32", "2001:db8:0:1::/64", "::/0", "2001:db8::1/128"),
    "six",
    IPV6_UNICAST,
  );
  const found = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::9", "2001:db9::"].map((text) =>
    show(rib, table.lookup(IPV6_UNICAST, address(text))),
  );
  assert.deepEqual(found, ["2001:db8::1/128 six", "2001:db8::/32 six", "2001:db8:0:1::/64 six", "::/0 six"]);
  assert.equal(table.exact(IPV6_UNICAST, nlri("2001:db8::/32")).length, 1);
  assert.equal(table.exact(IPV6_UNICAST, nlri("2001:db8::/33")).length, 0);
});

test("with ADD-PATH a prefix has a path for each identifier, in the order of their arrival", () => {
  const rib = ribWith();
  const table = open(rib);
  announce(rib, table, pathRun([7, "10.0.0.0/8"], [0, "10.0.0.0/8"]), "a", IPV4_UNICAST, true);
  announce(rib, table, pathRun([0xffff_ffff, "10.0.0.0/8"]), "b", IPV4_UNICAST, true);
  assert.deepEqual(announce(rib, table, pathRun([0, "10.0.0.0/8"]), "c", IPV4_UNICAST, true), [0, 1, 0, 0]);
  assert.deepEqual(listing(rib, table), ["10.0.0.0/8 7=a 0=c 4294967295=b"]);
  assert.equal(table.routeCount(), 1);
  assert.equal(table.pathCount(), 3);
  assert.equal(withdraw(table, pathRun([7, "10.0.0.0/8"], [8, "10.0.0.0/8"]), IPV4_UNICAST, true), 1);
  assert.deepEqual(listing(rib, table), ["10.0.0.0/8 0=c 4294967295=b"]);
  // A path without identifier is another one: a session may come back without ADD-PATH.
  announce(rib, table, run("10.0.0.0/8"), "plain");
  assert.deepEqual(listing(rib, table), ["10.0.0.0/8 plain 0=c 4294967295=b"]);
  assert.equal(table.clear(), 3);
  assert.equal(table.routeCount(), 0);
});

test("stale paths are those not announced again since, and can be swept", () => {
  const rib = ribWith();
  const table = open(rib);
  announce(rib, table, run("10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8"), "one");
  assert.equal(table.markStale(IPV4_UNICAST), 3);
  announce(rib, table, run("10.0.0.0/8"), "one");
  announce(rib, table, run("11.0.0.0/8", "13.0.0.0/8"), "two");
  assert.deepEqual(listing(rib, table), [
    "10.0.0.0/8 one",
    "11.0.0.0/8 two",
    "12.0.0.0/8 one (stale)",
    "13.0.0.0/8 two",
  ]);
  assert.equal(table.staleCount(), 1);
  assert.equal(table.sweepStale(IPV4_UNICAST), 1);
  assert.deepEqual(listing(rib, table), ["10.0.0.0/8 one", "11.0.0.0/8 two", "13.0.0.0/8 two"]);
  assert.equal(table.sweepStale(IPV4_UNICAST), 0);
  assert.equal(table.markStale(IPV6_UNICAST), 0);
});

test("attributes and prefixes are kept once for all devices, and go with the last", () => {
  const rib = ribWith();
  const tables = [open(rib), open(rib), open(rib)];
  for (const table of tables) announce(rib, table, run("10.0.0.0/8", "11.0.0.0/8"), "shared");
  assert.equal(rib.attributes.size, 1);
  assert.equal(
    rib.attributes.references(tables[0]!.exact(IPV4_UNICAST, nlri("10.0.0.0/8"))[0]!.attributeId),
    6,
  );
  assert.equal(rib.stats().prefixes.get(IPV4_UNICAST), 2);
  assert.equal(rib.stats().paths, 6);
  for (const table of tables.slice(1)) table.close();
  assert.equal(rib.stats().prefixes.get(IPV4_UNICAST), 2);
  tables[0]!.close();
  const { prefixes, attributeSets, tables: left, paths } = rib.stats();
  assert.deepEqual([prefixes.get(IPV4_UNICAST), attributeSets, left, paths], [0, 0, 0, 0]);
});

test("a closed table takes nothing more, and says so", () => {
  const rib = ribWith();
  const table = open(rib);
  table.close();
  table.close();
  assert.deepEqual(announce(rib, table, run("10.0.0.0/8"), "late"), [0, 0, 0, 1]);
  assert.equal(rib.stats().rejections["closed-table"], 1);
  assert.equal(rib.attributes.size, 0);
});

test("NLRI that break off, or are longer than an address, end the run and nothing else", () => {
  const rib = ribWith();
  const table = open(rib);
  const id = rib.attributes.intern(Buffer.from("x"), 0, 1);
  const broken = [
    [8, 10, 33, 1, 2, 3, 4, 5, 8, 11], // 33 bits of an IPv4 address
    [8, 10, 24, 1, 2], // an octet too few
    [8, 10, 255],
  ];
  for (const octets of broken) {
    const bytes = Uint8Array.from(octets);
    assert.equal(table.announce(IPV4_UNICAST, bytes, 0, bytes.length, false, id).malformed, true);
    assert.deepEqual(listing(rib, table), ["10.0.0.0/8 x"]);
    assert.equal(withdraw(table, bytes), 1);
  }
  const short = Uint8Array.of(0, 0, 0);
  assert.equal(table.announce(IPV4_UNICAST, short, 0, 3, true, id).malformed, true);
  assert.equal(table.announce(IPV4_UNICAST, Uint8Array.of(0, 0, 0, 1), 0, 4, true, id).malformed, true);
  // The end is that of the run, not of the buffer, and not past it either.
  assert.equal(table.announce(IPV4_UNICAST, run("10.1.2.0/24"), 0, 3, false, id).malformed, true);
  assert.equal(table.announce(IPV4_UNICAST, Uint8Array.of(24, 1), 0, 4, false, id).malformed, true);
  assert.equal(table.routeCount(), 0);
  assert.equal(rib.stats().rejections.malformed, 10);
});

test("attributes that a limit refuses take with them what their routes were before", () => {
  const rib = ribWith({ attributeSets: 1 });
  const table = open(rib);
  announce(rib, table, run("10.0.0.0/8", "11.0.0.0/8"), "one");
  assert.equal(rib.attributes.intern(Uint8Array.of(1), 0, 1), NO_ATTRIBUTES);
  assert.deepEqual(announce(rib, table, run("10.0.0.0/8", "12.0.0.0/8"), "two"), [0, 0, 0, 2]);
  assert.deepEqual(listing(rib, table), ["11.0.0.0/8 one"]);
  const { rejections } = rib.stats();
  assert.deepEqual([rejections.attributes, rejections["without-attributes"]], [2, 2]);
});

test("each limit refuses what is past it, counts it, and leaves the rest alone", () => {
  const prefixes = run("10.0.0.0/8", "11.0.0.0/20", "12.0.0.0/24", "13.0.0.0/32");
  const cases: [Partial<RibLimits>, keyof ReturnType<Rib["stats"]>["rejections"], number][] = [
    [{ prefixes: 3 }, "prefixes", 1],
    [{ tablePrefixes: 1 }, "table-prefixes", 3],
    [{ columnBytes: 128 }, "columns", 0],
  ];
  for (const [limits, cause, expected] of cases) {
    const rib = ribWith(limits);
    const table = open(rib);
    const [added, , , rejected] = announce(rib, table, prefixes, "one");
    assert.equal(added! + rejected!, 4);
    assert.equal(rejected, expected, cause);
    assert.equal(rib.stats().rejections[cause], expected, cause);
    // What is there can still be replaced, and what went leaves room.
    assert.deepEqual(announce(rib, table, run("10.0.0.0/8"), "two"), [0, 1, 0, 0]);
    withdraw(table, run("10.0.0.0/8"));
    assert.deepEqual(announce(rib, table, run("14.0.0.0/8"), "three"), [1, 0, 0, 0]);
    assert.equal(rib.stats().prefixes.get(IPV4_UNICAST), table.routeCount());
    table.close();
    assert.equal(rib.attributes.size, 0);
  }
});

test("memory of columns is bounded: routes past it are refused, none is lost", () => {
  const rib = ribWith({ columnBytes: 64 * 1024 });
  const table = open(rib);
  let announced = 0;
  for (let i = 0; i < 60_000; i++) {
    const [added] = announce(rib, table, Uint8Array.of(32, 10, i >> 16, i >> 8, i), "one");
    announced += added!;
  }
  const { rejections, prefixes } = rib.stats();
  assert.ok(announced > 1000);
  assert.equal(announced + rejections.columns, 60_000);
  assert.equal(table.routeCount(), announced);
  assert.equal(prefixes.get(IPV4_UNICAST), announced);
  table.close();
  assert.equal(rib.stats().prefixes.get(IPV4_UNICAST), 0);
});

test("paths of a prefix, tables and families are bounded", () => {
  const rib = ribWith({ pathsPerPrefix: 2, tables: 1, families: 1 });
  const table = open(rib);
  assert.equal(rib.createTable(), undefined);
  announce(
    rib,
    table,
    pathRun([1, "10.0.0.0/8"], [2, "10.0.0.0/8"], [3, "10.0.0.0/8"]),
    "a",
    IPV4_UNICAST,
    true,
  );
  announce(rib, table, run("10.0.0.0/8"), "a");
  announce(rib, table, run("::/0"), "a", IPV6_UNICAST);
  assert.deepEqual(listing(rib, table), ["10.0.0.0/8 1=a 2=a"]);
  const { rejections } = rib.stats();
  assert.deepEqual([rejections["paths-per-prefix"], rejections.tables, rejections.families], [2, 1, 1]);
  withdraw(table, pathRun([1, "10.0.0.0/8"]), IPV4_UNICAST, true);
  announce(rib, table, run("10.0.0.0/8"), "b");
  assert.deepEqual(listing(rib, table), ["10.0.0.0/8 b 2=a"]);
  table.close();
  assert.ok(rib.createTable());
});

test("a limit that makes no sense is refused at once, with what would", () => {
  assert.throws(
    () => ribWith({ prefixes: 20_000_000 }),
    /RIB limit prefixes is 20000000: .* from 1 to 16777214/,
  );
  assert.throws(() => ribWith({ tables: 0 }), RangeError);
  assert.throws(() => ribWith({ attributeBytes: 1.5 }), RangeError);
});

test("NLRI of any other family are octets: kept, found and withdrawn one by one", () => {
  const rib = ribWith({ nlriBytes: 40 });
  const table = open(rib);
  const other = open(rib);
  const id = rib.attributes.intern(Uint8Array.of(1), 0, 1);
  const first = Uint8Array.of(0xff, 2, 33, 1, 0xff);
  assert.equal(table.announceOne(EVPN, first, 1, 4, undefined, id).added, 1);
  assert.equal(other.announceOne(EVPN, first, 1, 4, 7, id).added, 1);
  assert.equal(table.announceOne(EVPN, first, 1, 4, undefined, id).unchanged, 1);
  assert.equal(rib.stats().prefixes.get(EVPN), 1);
  assert.deepEqual(other.exact(EVPN, Uint8Array.of(2, 33, 1)), [
    { pathId: 7, attributeId: id, stale: false },
  ]);
  const [route] = table.walk(EVPN, { limit: 9 }).routes;
  assert.deepEqual([...route!.nlri], [2, 33, 1]);
  assert.equal(table.lookup(EVPN, address("10.0.0.1")), undefined);
  // Runs of them cannot be split here.
  assert.equal(table.announce(EVPN, first, 1, 4, false, id).rejected, 1);
  assert.equal(table.announceOne(EVPN, new Uint8Array(64), 0, 64, undefined, id).rejected, 1);
  const { rejections } = rib.stats();
  assert.deepEqual([rejections["run-of-opaque-family"], rejections["nlri-bytes"]], [1, 1]);
  assert.equal(table.announceOne(EVPN, first, 1, 4, undefined, NO_ATTRIBUTES).rejected, 1);
  assert.equal(table.routeCount(), 0);
  assert.equal(other.withdrawOne(EVPN, first, 1, 4, undefined), false);
  assert.equal(other.withdrawOne(EVPN, first, 1, 4, 7), true);
  assert.equal(rib.stats().prefixes.get(EVPN), 0);
  rib.attributes.release(id);
  assert.equal(rib.attributes.size, 0);
});

test("an opaque NLRI whose path is refused leaves nothing behind", () => {
  const rib = ribWith({ columnBytes: 4096 });
  const table = open(rib);
  const id = rib.attributes.intern(Uint8Array.of(1), 0, 1);
  let rejected = 0;
  for (let i = 0; i < 1000; i++) {
    rejected += table.announceOne(EVPN, Uint8Array.of(i >> 8, i), 0, 2, undefined, id).rejected;
  }
  assert.ok(rejected > 100);
  assert.equal(rib.stats().prefixes.get(EVPN), 1000 - rejected);
  assert.equal(table.routeCount(EVPN), 1000 - rejected);
});

test("one prefix may be given alone, too", () => {
  const rib = ribWith();
  const table = open(rib);
  const id = rib.attributes.intern(Uint8Array.of(1), 0, 1);
  const bytes = run("10.0.0.0/8");
  assert.equal(table.announceOne(IPV4_UNICAST, bytes, 0, bytes.length, 5, id).added, 1);
  assert.equal(table.announceOne(IPV4_UNICAST, run("10.0.0.0/8", "11.0.0.0/8"), 0, 4, 5, id).malformed, true);
  assert.equal(table.withdrawOne(IPV4_UNICAST, bytes, 0, bytes.length, 6), false);
  assert.equal(table.withdrawOne(IPV4_UNICAST, bytes, 0, bytes.length, 5), true);
  assert.equal(table.withdrawOne(IPV4_UNICAST, bytes, 0, 1, 5), false);
});

test("what is no prefix of the family answers nothing", () => {
  const rib = ribWith();
  const table = open(rib);
  announce(rib, table, run("10.0.0.0/8"), "one");
  for (const wrong of [[], [33, 1, 2, 3, 4, 5], [8], [8, 10, 0], [0, 1]]) {
    const octets = Uint8Array.from(wrong);
    assert.equal(isPrefix(IPV4_UNICAST, octets), false);
    assert.deepEqual(table.exact(IPV4_UNICAST, octets), []);
    assert.deepEqual(table.walk(IPV4_UNICAST, { limit: 10, after: octets }), { routes: [] });
    assert.deepEqual(table.walk(IPV4_UNICAST, { limit: 10, within: octets }), { routes: [] });
  }
  assert.equal(isPrefix(EVPN, Uint8Array.of(0)), false);
});
