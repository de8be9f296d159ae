/**
 * What a BGP session may do beside the usual, each shown by a real daemon behind one agent: several paths a
 * prefix, 2-octet ASNs only, one family only, graceful restart, IPv6 next hops for IPv4 routes, sudden death.
 */
import { after, before, describe, test } from "node:test";

import { BirdDriver } from "./lib/bird.ts";
import { Collector, NETFERRY } from "./lib/collector.ts";
import { pathDifferences } from "./lib/compare.ts";
import { Lab } from "./lib/lab.ts";
import { normalPrefix } from "./lib/normal.ts";
import { SeededRandom } from "./lib/random.ts";
import { requireInterop } from "./lib/requirements.ts";
import type { RouteSpec } from "./lib/route.ts";
import { Subject, type SubjectOptions } from "./lib/subject.ts";
import { makeTable } from "./lib/table.ts";
import { ensure, eventually } from "./lib/wait.ts";

requireInterop();

/** Addresses to look up, beside one in each of as many prefixes. */
const LOOKUPS = 30;

describe("variations behind one agent", { concurrency: true }, () => {
  let lab: Lab;
  let collector: Collector;
  let failed = false;

  before(async () => {
    lab = new Lab("v");
    collector = await Collector.start(lab, "agent", 4);
  });
  after(async () => {
    if (failed) process.stderr.write(`${lab.logs()}\n`);
    await lab.close();
  });

  const variation = (
    title: string,
    options: Omit<SubjectOptions, "deviceAsn">,
    body: (subject: Subject) => Promise<void>,
  ): void => {
    test(title, async () => {
      try {
        await body(await Subject.create(lab, collector, { deviceAsn: 64_600 + options.number, ...options }));
      } catch (error) {
        failed = true;
        throw error;
      }
    });
  };

  variation(
    "ADD-PATH: several paths a prefix from BIRD, withdrawn one by one",
    {
      daemon: "bird",
      name: "add-path",
      number: 1,
      transport: 4,
      peering: { addPathSend: true },
      registration: { addPath: true },
    },
    async (subject) => {
      const others = makeTable(101, {
        ...subject.driver.capabilities.table,
        noExport: true,
        families: subject.peering.families,
      });
      // Every second prefix has a second path, every fourth a third: with another prefix's attributes.
      const alternates = [1, 2].flatMap((path) =>
        subject.table.routes
          .filter((_, at) => at % (path * 2) === 0)
          .map((route, at): RouteSpec => {
            const attributes = others.routes.filter(({ family }) => family === route.family)[at]?.attributes;
            ensure(attributes !== undefined, "the other table is too short");
            return { family: route.family, prefix: route.prefix, written: route.written, attributes, path };
          }),
      );
      const all = [...subject.table.routes, ...alternates];
      const equal = (count: number): Promise<void> =>
        eventually("ingest's paths are what BIRD sent", async () => {
          const [sent, held] = await Promise.all([
            subject.driver.advertised(),
            collector.routes(subject.name),
          ]);
          ensure(sent.length === count, `BIRD sent ${sent.length} paths of ${count}`);
          const found = pathDifferences({ name: "BIRD", routes: sent }, { name: "ingest", routes: held });
          ensure(found.length === 0, found.slice(0, 20).join("\n  "));
          const ids = new Set(held.map((route) => `${route.prefix} ${String(route.pathId)}`));
          ensure(ids.size === held.length, "two paths of a prefix have the same path id");
          ensure(
            held.every((route) => route.pathId !== undefined),
            "a path has no path id",
          );
        });

      await subject.start(all);
      const session = await subject.established();
      ensure(
        session.capabilities.some((name) => name.startsWith("add-path")),
        "no ADD-PATH capability is shown",
      );
      await equal(all.length);
      const withdrawn = alternates.filter((_, at) => at % 3 === 0);
      await subject.driver.apply({ announce: [], withdraw: withdrawn });
      await equal(all.length - withdrawn.length);
    },
  );

  for (const [number, daemon] of [
    [2, "bird"],
    [3, "openbgpd"],
  ] as const) {
    variation(
      `2-octet ASNs only: ${daemon} sends AS_TRANS and AS4_PATH`,
      { daemon, name: `two-octet-${daemon}`, number, transport: 4, peering: { fourOctetAs: false } },
      async (subject) => {
        await subject.start();
        const session = await subject.established();
        ensure(!session.capabilities.includes("four-octet-as"), "the daemon offered 4-octet ASNs");
        await subject.equal(subject.table.routes);
        await subject.driver.apply(subject.table.change);
        await subject.equal(subject.table.changed);
      },
    );
  }

  variation(
    "one family: FRR offers no IPv6",
    { daemon: "frr", name: "ipv4-only", number: 4, transport: 4, peering: { families: ["ipv4-unicast"] } },
    async (subject) => {
      await subject.start();
      const session = await subject.established();
      ensure(
        session.families.join() === "ipv4-unicast",
        `the session has the families ${session.families.join()}`,
      );
      await subject.equal(subject.table.routes);
    },
  );

  variation(
    "graceful restart: BIRD's routes stay, stale, until it is back and has repeated them",
    {
      daemon: "bird",
      name: "graceful",
      number: 5,
      transport: 6,
      peering: { gracefulRestart: true },
    },
    async (subject) => {
      await subject.start();
      await subject.established();
      await subject.equal(subject.table.routes);
      await subject.driver.kill();
      await subject.wentDown(1, /connection/);
      const held = (await collector.paths(subject.name)).filter((path) => path.stale).length;
      const { staleRoutes } = await collector.device(subject.name);
      const expected = subject.table.routes.length;
      ensure(
        held === expected && staleRoutes === expected,
        `${held} and ${String(staleRoutes)} of ${expected} routes are stale`,
      );
      // It comes back with another table: what it does not repeat must go at its End-of-RIB. And it
      // announces nothing before it has had ours.
      await subject.start(subject.table.changed);
      await subject.established();
      await subject.equal(subject.table.changed);
    },
  );

  variation(
    "next hops of 32 octets, and IPv6 ones for IPv4 routes: BIRD with its own addresses",
    { daemon: "bird", name: "next-hops", number: 6, transport: 6, peering: { extendedNextHopSelf: true } },
    async (subject) => {
      await subject.start();
      const session = await subject.established();
      ensure(session.capabilities.includes("extended-next-hop"), "the daemon offered no extended next hop");
      const { stdout } = await subject.namespace.run(["ip", "-json", "address", "show", "scope", "link"]);
      const interfaces = JSON.parse(stdout) as { addr_info: { family?: string; local?: string }[] }[];
      const linkLocal = interfaces
        .flatMap((one) => one.addr_info)
        .find(({ family }) => family === "inet6")?.local;
      const expected = [subject.peering.localAddress, linkLocal].join();
      await eventually("all routes have both of BIRD's addresses as next hop", async () => {
        const paths = await collector.paths(subject.name);
        ensure(
          paths.length === subject.table.routes.length,
          `${paths.length} of ${subject.table.routes.length} routes are there`,
        );
        const wrong = paths.filter(({ nextHops }) => nextHops?.join() !== expected);
        ensure(
          wrong.length === 0,
          `${wrong.length} next hops are not ${expected}: ${JSON.stringify(wrong[0])}`,
        );
      });
    },
  );

  variation(
    "questions: longest matches as BIRD finds them, and `netferry routes`",
    { daemon: "bird", name: "asked", number: 7, transport: 4 },
    async (subject) => {
      await subject.start();
      await subject.established();
      await subject.equal(subject.table.routes);
      const { driver } = subject;
      ensure(driver instanceof BirdDriver, "this asks BIRD");
      const random = new SeededRandom(4271);
      const inside = random
        .sample(subject.table.routes, LOOKUPS)
        .map(({ written }) => written.split("/")[0] ?? "");
      const anywhere = Array.from(
        { length: LOOKUPS },
        () => `10.${random.integer(0, 255)}.${random.integer(0, 255)}.9`,
      );
      for (const address of [...inside, ...anywhere, "2001:db8::1", "2001:db8:ffff::", "8000::1"]) {
        const [judged, found] = await Promise.all([
          driver.longestMatch(address),
          collector.paths(subject.name, `?address=${address}`),
        ]);
        const prefixes = found.map(({ prefix }) => normalPrefix(prefix)).join();
        ensure(judged === prefixes, `${address}: BIRD finds ${String(judged)}, ingest ${prefixes}`);
      }

      const asked = [
        NETFERRY,
        "routes",
        "--credentials",
        collector.credentialsFile,
        "--device",
        subject.name,
        "--json",
      ];
      const { stdout } = await collector.core.run(asked);
      const lines = stdout.trim().split("\n");
      ensure(lines.length === subject.table.routes.length, `netferry routes printed ${lines.length} lines`);
      const printed = lines.map((line) => (JSON.parse(line) as { prefix: string }).prefix).sort();
      const planned = subject.table.routes.map(({ prefix }) => prefix).sort();
      ensure(printed.join() === planned.join(), "netferry routes printed other prefixes");
    },
  );

  variation(
    "sudden death: BIRD is killed, and comes back",
    { daemon: "bird", name: "killed", number: 8, transport: 4 },
    async (subject) => {
      await subject.start();
      await subject.established();
      await subject.equal(subject.table.routes);
      await subject.driver.kill();
      await subject.wentDown(1, /connection/);
      await subject.driver.restart();
      await subject.established();
      await subject.equal(subject.table.routes);
    },
  );
});
