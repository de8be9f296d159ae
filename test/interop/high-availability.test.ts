/**
 * Two agents with one address, as packaging/keepalived sets them up, with real keepalived and routers: each way in which the
 * active one can go, and coming back. Prints how long it took.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe } from "node:test";

import { Lab } from "./lib/lab.ts";
import { requireInterop, requirePrograms } from "./lib/requirements.ts";
import { type Host, SHARED_LISTENERS, SharedSite } from "./lib/shared-site.ts";
import { Steps } from "./lib/steps.ts";
import { Subject, type SubjectOptions } from "./lib/subject.ts";
import { routeCount, switchText, watchAddress, watchSwitch } from "./lib/switch-over.ts";
import { eventually } from "./lib/wait.ts";

requireInterop();
requirePrograms("the interop suite", "npm run interop", ["/usr/sbin/keepalived"]);

/** TCP MD5 key of the routers that sign. */
const PASSWORD = "shared-address-1";
/** Longer than keepalived takes to move an address, and the agent to notice: what was to happen has happened. */
const SETTLED_MS = 8_000;
/** Longer than keepalived waits before it moves the address away from an agent that is not well. */
const OUTAGE_MS = 60_000;

/** Hold times of seconds and of minutes, since a machine that dies without a word shows at the router's next KEEPALIVE. */
const ROUTERS: readonly Pick<SubjectOptions, "daemon" | "name" | "transport" | "peering" | "registration">[] =
  [
    { daemon: "bird", name: "bird4-hold9", transport: 4, peering: { holdTime: 9 } },
    { daemon: "bird", name: "bird6-hold90", transport: 6, peering: { holdTime: 90 } },
    { daemon: "frr", name: "frr6-hold9", transport: 6, peering: { holdTime: 9 } },
    { daemon: "frr", name: "frr4-hold90", transport: 4, peering: { holdTime: 90 } },
    {
      daemon: "bird",
      name: "bird4-md5-hold9",
      transport: 4,
      peering: { holdTime: 9, password: PASSWORD },
      registration: { md5Key: PASSWORD },
    },
  ];

describe("two agents with one address", () => {
  let lab: Lab;
  let site: SharedSite;
  const subjects: Subject[] = [];
  /** Routes of each table that are withdrawn by now. */
  let withdrawn = 0;

  const steps = new Steps({ strict: true });
  const { step } = steps;

  before(async () => {
    lab = new Lab("h");
    site = await SharedSite.create(lab);
    for (const [index, router] of ROUTERS.entries()) {
      const number = index + 1;
      subjects.push(
        await Subject.create(lab, site.collector, {
          ...router,
          number,
          deviceAsn: 64_700 + number,
          connect: (namespace) => site.connect(namespace, number, router.transport),
        }),
      );
    }
    await site.sides();
    await Promise.all(subjects.map((subject) => subject.start()));
    await rightThrough((await site.sides()).holder);
  });
  after(async () => {
    if (steps.failed) process.stderr.write(`${lab.logs()}\n`);
    await lab.close();
  });

  const flapsOf = (): Promise<number[]> =>
    Promise.all(subjects.map(async ({ name }) => (await site.collector.device(name)).flaps));
  const idsOf = (): Promise<string[]> =>
    Promise.all(subjects.map(async (subject) => (await subject.established()).id));

  /** Every session is up through this agent, and ingest has what the routers' own CLIs say that they sent. */
  async function rightThrough(host: Host): Promise<void> {
    const instance = await host.instance();
    for (const subject of subjects) {
      await subject.equal(subject.table.routes.slice(0, subject.table.routes.length - withdrawn));
      await eventually(`${subject.name} has one session`, async () => {
        const sessions = await site.collector.sessions(subject.name);
        assert.deepEqual(
          sessions.map(({ state, agentInstance }) => [state, agentInstance]),
          [["Established", instance]],
        );
      });
      const paths = await site.collector.paths(subject.name);
      assert.equal(new Set(paths.map(({ family, prefix }) => `${family} ${prefix}`)).size, paths.length);
    }
  }

  /**
   * Strikes the machine with the address; every session comes up through the other one.
   *
   * @param changing the routers withdraw a route at once; else when their sessions are up again, and are silent until then
   */
  async function switchesOver(
    title: string,
    strike: (holder: Host) => Promise<unknown>,
    changing = true,
  ): Promise<void> {
    const { holder, other } = await site.sides();
    const flaps = await flapsOf();
    const agentInstance = await other.instance();
    const counts = await Promise.all(
      subjects.map(async ({ name }) => routeCount(await site.collector.device(name))),
    );
    withdrawn += 1;
    const struckAt = performance.now();
    const [address, , ...devices] = await Promise.all([
      watchAddress(other, struckAt),
      strike(holder),
      ...subjects.map(async (subject, index) => {
        const routesBefore = counts[index] ?? 0;
        const left = subject.table.routes.length - withdrawn;
        const change = (): Promise<void> =>
          subject.driver.apply({ announce: [], withdraw: subject.table.routes.slice(left, left + 1) });
        if (changing) await change();
        return watchSwitch(site.collector, subject, {
          struckAt,
          routesBefore,
          routesAfter: routesBefore - 1,
          agentInstance,
          onEstablished: changing ? () => Promise.resolve() : change,
        });
      }),
    ]);
    process.stdout.write(switchText(title, address, devices));
    for (const { name, wrong } of devices) assert.deepEqual(wrong, [], name);
    await rightThrough(other);
    assert.equal((await site.sides()).holder, other);
    await eventually("each session's end is counted once", async () => {
      assert.deepEqual(
        await flapsOf(),
        flaps.map((count) => count + 1),
      );
    });
  }

  /** What comes back changes nothing. */
  async function comesBack(returns: () => Promise<unknown>): Promise<void> {
    const { holder } = await site.sides();
    const [ids, flaps] = [await idsOf(), await flapsOf()];
    await returns();
    await Promise.all(site.hosts.map((host) => host.healthy()));
    await sleep(SETTLED_MS);
    assert.equal((await site.sides()).holder, holder);
    assert.deepEqual([await idsOf(), await flapsOf()], [ids, flaps]);
  }

  step("the agent is killed: every session comes up through the other", async () => {
    const { holder } = await site.sides();
    await switchesOver("agent killed", () => holder.agent.stop("SIGKILL"));
    await comesBack(() => holder.startAgent());
  });

  step(
    "the machine dies: every session comes up through the other, as soon as the router says something",
    async () => {
      const { holder } = await site.sides();
      await switchesOver("machine dead, routers silent", () => holder.die(), false);
      await comesBack(() => holder.boot());
    },
  );

  step("the agent is stopped: every session comes up through the other", async () => {
    const { holder } = await site.sides();
    await switchesOver("agent stopped", () => holder.agent.stop());
    await comesBack(() => holder.startAgent());
  });

  step("keepalived is stopped beside an agent that is well, which lets the sessions go", async () => {
    const { holder } = await site.sides();
    await switchesOver("keepalived stopped", () => holder.keepalived.stop());
    await eventually("the agent lets the sessions go", async () => {
      assert.deepEqual(await holder.peers(), []);
    });
    await comesBack(() => holder.startKeepalived());
  });

  step(
    "the agent is cut off from ingest, and the other is not: after a while the address moves",
    async () => {
      const { holder } = await site.sides();
      await switchesOver("agent cut off", () => holder.cutOff(true));
      await comesBack(() => holder.cutOff(false));
    },
  );

  step("both are cut off from ingest: nothing moves, no session ends", async () => {
    await comesBack(async () => {
      await Promise.all(site.hosts.map((host) => host.cutOff(true)));
      await sleep(OUTAGE_MS);
      await Promise.all(site.hosts.map((host) => host.cutOff(false)));
    });
    await rightThrough((await site.sides()).holder);
  });

  step("an agent listens on the shared address alone, before its machine has it", async () => {
    const { holder, other } = await site.sides();
    await other.agent.stop();
    assert.match(
      await other.agentRefused(SHARED_LISTENERS),
      /cannot listen on 10\.99\.0\.10:179: this machine has no such address.*net\.ipv4\.ip_nonlocal_bind=1/,
    );
    await other.allowNonlocal();
    await other.startAgent(SHARED_LISTENERS);
    await switchesOver("agent killed, the other listens on the shared address", () =>
      holder.agent.stop("SIGKILL"),
    );
  });
});
