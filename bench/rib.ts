/**
 * What a RIB costs: octets a route, and routes, lookups and walked prefixes for each second of processor
 * time. `npm run bench:rib`, or `node --expose-gc bench/rib.ts [--json]`.
 */
import { type Family, IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import { Rib, type RibTable } from "@netferry/rib";
import { addressesIn, FAMILY_TEXT, randomFrom, shuffled, tablePrefixes, Updates } from "./rib-workload.ts";

const IPV4_ROUTES = 1_000_000;
const IPV6_ROUTES = 230_000;
const SMALL_TABLE = 100_000;
const DEVICES = 10;
const LOOKUPS = 2_000_000;

const rows: [name: string, text: string][] = [];
const figures: Record<string, number> = {};

function note(name: string, value: number, unit: "M/s" | "octets" | "MB"): void {
  figures[name] = value;
  rows.push([name, `${value.toFixed(unit === "M/s" ? 2 : 1)} ${unit}`]);
}

/** Notes how much a processor does of something in a second: other processes count as little as can be. */
function rate(name: string, count: number, work: () => void): void {
  note(name, count / processorSeconds(work) / 1e6, "M/s");
}

function processorSeconds(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const used = process.threadCpuUsage(before);
  return (used.user + used.system) / 1e6;
}

/** Resident memory in MB, without what the garbage collector could take. */
function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

/** Octets of everything but the attributes. */
function routeOctets(rib: Rib, which: "usedBytes" | "allocatedBytes" = "usedBytes"): number {
  const own = rib.stats().memory.filter((use) => !use.name.startsWith("attributes"));
  return own.reduce((sum, use) => sum + use[which], 0);
}

function open(rib: Rib): RibTable {
  const table = rib.createTable();
  if (table === undefined) throw new Error("the RIB refuses a table: raise its limit");
  return table;
}

/** Full tables of several devices, in one order of announcement, and what one can do to them. */
function fullTables(order: string, updates: readonly Updates[], devices: number): [Rib, RibTable[]] {
  const total = updates.reduce((sum, update) => sum + update.routes, 0);
  const rib = new Rib({ seed: [3, 4] });
  const tables = [open(rib)];
  for (const update of updates) {
    const family = FAMILY_TEXT.get(update.family);
    rate(`${order}: first table, ${family}`, update.routes, () => update.announce(rib, tables[0]!));
  }
  note(`${order}: first table, a route`, routeOctets(rib) / total, "octets");
  note(
    `${order}: first table, a route, with room to grow`,
    routeOctets(rib, "allocatedBytes") / total,
    "octets",
  );

  let seconds = 0;
  for (let device = 1; device < devices; device++) {
    const table = open(rib);
    tables.push(table);
    for (const update of updates) {
      update.sendAs(device);
      seconds += processorSeconds(() => update.announce(rib, table));
    }
  }
  note(`${order}: further tables, other attributes`, ((devices - 1) * total) / seconds / 1e6, "M/s");

  const more = open(rib);
  const before = routeOctets(rib);
  rate(`${order}: one more, same attributes`, total, () => announceAll(rib, more, updates));
  note(`${order}: one more, a route`, (routeOctets(rib) - before) / total, "octets");
  rate(`${order}: the same once more (refresh)`, total, () => announceAll(rib, more, updates));
  rate(`${order}: withdrawn, others have the prefixes`, total, () => withdrawAll(more, updates));
  more.close();
  return [rib, tables];
}

function announceAll(rib: Rib, table: RibTable, updates: readonly Updates[]): void {
  for (const update of updates) update.announce(rib, table);
}

function withdrawAll(table: RibTable, updates: readonly Updates[]): void {
  for (const update of updates) update.withdraw(table);
}

function lookups(tables: readonly RibTable[], family: Family, addresses: readonly Uint8Array[]): void {
  let found = 0;
  const name = `lookups, ${FAMILY_TEXT.get(family)}, ${tables.length} device${tables.length === 1 ? "" : "s"}`;
  rate(name, LOOKUPS, () => {
    for (let i = 0; i < LOOKUPS; i++) {
      const address = addresses[i % addresses.length]!;
      if (tables[i % tables.length]!.lookupAttribute(family, address) !== 0) found++;
    }
  });
  if (found !== LOOKUPS)
    throw new Error(`${LOOKUPS - found} lookups in prefixes that are held found nothing`);
}

function walk(table: RibTable): void {
  let walked = 0;
  rate("walk in order, 1,000 routes a page", table.routeCount(), () => {
    for (const family of table.families()) {
      let page = table.walk(family, { limit: 1000 });
      walked += page.routes.length;
      while (page.next !== undefined) {
        page = table.walk(family, { limit: 1000, after: page.next });
        walked += page.routes.length;
      }
    }
  });
  if (walked !== table.routeCount()) throw new Error(`walked ${walked} of ${table.routeCount()} routes`);
}

function megabytes(octets: number): string {
  return (octets / 2 ** 20).toFixed(1).padStart(9);
}

function printMemory(title: string, rib: Rib): void {
  const { memory, usedBytes, allocatedBytes, attributeSets, paths } = rib.stats();
  console.log(`\n${title}: ${paths} paths, ${attributeSets} sets of attributes`);
  console.log(`${"".padEnd(34)}  in use MB  taken MB`);
  for (const use of memory) {
    console.log(`  ${use.name.padEnd(32)}${megabytes(use.usedBytes)} ${megabytes(use.allocatedBytes)}`);
  }
  console.log(`  ${"all".padEnd(32)}${megabytes(usedBytes)} ${megabytes(allocatedBytes)}`);
}

const random = randomFrom(5);
const ipv4 = tablePrefixes(IPV4_UNICAST, IPV4_ROUTES, random);
const ipv6 = tablePrefixes(IPV6_UNICAST, IPV6_ROUTES, random);
console.log(`${ipv4.length} IPv4 + ${ipv6.length} IPv6 routes, node ${process.version}`);
const asked = new Map([
  [IPV4_UNICAST, addressesIn(ipv4, 4, 500_000, random)],
  [IPV6_UNICAST, addressesIn(ipv6, 16, 500_000, random)],
]);

{
  const updates = new Updates(IPV4_UNICAST, shuffled(ipv4, random).slice(0, SMALL_TABLE), random);
  const before = resident();
  const rib = new Rib({ seed: [5, 6] });
  const name = `${DEVICES} devices, the same ${SMALL_TABLE} prefixes`;
  rate(name, DEVICES * SMALL_TABLE, () => {
    for (let device = 0; device < DEVICES; device++) updates.announce(rib, open(rib));
  });
  note(`${name}, a route`, routeOctets(rib) / (DEVICES * SMALL_TABLE), "octets");
  note(`${name}, resident`, resident() - before, "MB");
  printMemory(name, rib);
}
{
  const updates = [new Updates(IPV4_UNICAST, ipv4, random), new Updates(IPV6_UNICAST, ipv6, random)];
  const before = resident();
  const [rib, tables] = fullTables("sorted", updates, DEVICES);
  note(`${DEVICES} full tables, resident`, resident() - before, "MB");
  printMemory(`${DEVICES} full tables`, rib);
  for (const [family, addresses] of asked) {
    lookups(tables.slice(0, 1), family, addresses);
    lookups(tables, family, addresses);
  }
  walk(tables[0]!);
  for (const table of tables.slice(1)) table.close();
  rate("sorted: withdrawn, nobody else has them", tables[0]!.routeCount(), () =>
    withdrawAll(tables[0]!, updates),
  );
}
{
  const updates = [
    new Updates(IPV4_UNICAST, shuffled(ipv4, random), random),
    new Updates(IPV6_UNICAST, shuffled(ipv6, random), random),
  ];
  const [, tables] = fullTables("shuffled", updates, 3);
  for (const table of tables.slice(1)) table.close();
  rate("shuffled: withdrawn, nobody else has them", tables[0]!.routeCount(), () =>
    withdrawAll(tables[0]!, updates),
  );
}
console.log();
for (const [name, text] of rows) console.log(`${name.padEnd(56)}${text.padStart(14)}`);
if (process.argv.includes("--json")) console.log(JSON.stringify(figures));
