/**
 * Every daemon as a device, over IPv4 and IPv6 sessions, behind an agent and dialling ingest itself: what
 * ingest shows must be what the daemon's own CLI says it sent. All five share one collector.
 */
import { after, describe, test } from "node:test";

import { runChecks } from "./lib/checks.ts";
import { Collector, type Way } from "./lib/collector.ts";
import { DAEMONS } from "./lib/driver.ts";
import { withLab } from "./lib/lab.ts";
import { CheckTable } from "./lib/report.ts";
import { requireInterop } from "./lib/requirements.ts";
import { Subject } from "./lib/subject.ts";

requireInterop();

interface Scenario {
  label: string;
  title: string;
  way: Way;
  transport: 4 | 6;
  /** The only family on the link between agent and ingest: never the sessions' own. */
  relay: 4 | 6;
  /** Ingest's ASN; undefined: each device's own. */
  localAsn?: number;
  firstAsn: number;
}

const SCENARIOS: readonly Scenario[] = [
  {
    label: "a4",
    title: "agent, IPv4, relay IPv6 only",
    way: "agent",
    transport: 4,
    relay: 6,
    firstAsn: 64700,
  },
  {
    label: "a6",
    title: "agent, IPv6, relay IPv4 only",
    way: "agent",
    transport: 6,
    relay: 4,
    firstAsn: 64710,
  },
  { label: "d4", title: "direct, IPv4", way: "direct", transport: 4, relay: 4, firstAsn: 64720 },
  { label: "d6", title: "direct, IPv6", way: "direct", transport: 6, relay: 4, firstAsn: 64730 },
  {
    label: "e4",
    title: "agent, IPv4, eBGP, 4-octet ASNs",
    way: "agent",
    transport: 4,
    relay: 4,
    localAsn: 4_200_000_001,
    firstAsn: 4_200_000_100,
  },
];

const table = new CheckTable();
for (const { title } of SCENARIOS) for (const daemon of DAEMONS) table.add(title, daemon);
/** What each daemon cannot do, as its driver says. */
const limits = new Map<string, readonly string[]>();

after(() => {
  const cannot = [...limits].map(([daemon, list]) => `${daemon} cannot\n  ${list.join("\n  ")}`);
  process.stdout.write(`\n${table.text()}\n\n${cannot.join("\n")}\n\n`);
});

describe("real daemons", { concurrency: 3 }, () => {
  for (const scenario of SCENARIOS) {
    test(scenario.title, { concurrency: true }, (t) =>
      withLab(scenario.label, async (lab) => {
        const collector = await Collector.start(lab, scenario.way, scenario.relay);
        const failures: unknown[] = [];
        await Promise.all(
          DAEMONS.map((daemon, at) =>
            t.test(daemon, async () => {
              const subject = await Subject.create(lab, collector, {
                daemon,
                number: at + 1,
                transport: scenario.transport,
                deviceAsn: scenario.firstAsn + at,
                ...(scenario.localAsn === undefined ? {} : { localAsn: scenario.localAsn }),
              });
              limits.set(daemon, subject.driver.capabilities.cannot);
              await runChecks(subject, table, scenario.title).catch((error: unknown) => {
                failures.push(error);
                throw error;
              });
            }),
          ),
        );
        if (failures.length > 0) process.stderr.write(`${lab.logs()}\n`);
      }),
    );
  }
});
