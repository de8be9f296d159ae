/**
 * TCP MD5 as real daemons do it: BIRD, FRR and OpenBGPD with passwords, each over IPv4 and IPv6 and each with a key of
 * its own, behind one agent; wrong ones, ones that change, and none.
 */
import { after, before, describe, test } from "node:test";

import { Collector } from "./lib/collector.ts";
import type { DaemonName } from "./lib/driver.ts";
import { Lab } from "./lib/lab.ts";
import { requireInterop } from "./lib/requirements.ts";
import { Subject } from "./lib/subject.ts";
import { ensure, eventually } from "./lib/wait.ts";

requireInterop();

const DAEMONS: readonly DaemonName[] = ["bird", "frr", "openbgpd"];
const WAYS = ["agent", "direct"] as const;

/** What the agent's `/admin/status` says. */
interface StatusJson {
  readonly Config: { readonly MD5Enabled: boolean; readonly MD5Interface: string };
  readonly MD5: {
    readonly Capturing: boolean;
    readonly KernelDrops: number;
    readonly KeysInstalled: number;
    readonly Counters: Readonly<Record<string, number>>;
  };
}

for (const way of WAYS) {
  describe(`TCP MD5 of real daemons, ${way}`, { concurrency: true }, () => {
    let lab: Lab;
    let collector: Collector;
    let failed = false;
    const secrets: string[] = [];

    before(async () => {
      lab = new Lab(way === "agent" ? "ma" : "md");
      const md5 = ["--enable-md5-support", "--md5-listen-interface=any"];
      collector = await Collector.start(lab, way, 4, (site, argv, env) =>
        site.start("agent", [...argv, ...md5], { ...env }),
      );
    });
    after(async () => {
      try {
        const logs = [collector.ingest, collector.agent].map((process) => process?.log() ?? "");
        for (const secret of secrets) {
          ensure(!logs.some((log) => log.includes(secret)), `the key ${secret} is in a log`);
        }
        if (collector.status !== undefined) {
          const { Config, MD5 } = (await collector.status.json("/admin/status")) as StatusJson;
          ensure(
            Config.MD5Enabled && Config.MD5Interface === "any",
            "the status does not tell that MD5 is on",
          );
          ensure(MD5.Capturing && MD5.KernelDrops === 0, `the capture: ${JSON.stringify(MD5)}`);
          process.stdout.write(`# agent: ${JSON.stringify(MD5)}\n`);
        }
      } finally {
        if (failed) process.stderr.write(`${lab.logs()}\n`);
        await lab.close();
      }
    });

    const setKey = async (name: string, md5Key: string | null): Promise<void> => {
      if (md5Key !== null) secrets.push(md5Key);
      await collector.api.patch(`/api/v1/devices/${name}`, { md5Key });
    };

    for (const [at, daemon] of DAEMONS.entries()) {
      for (const transport of [4, 6] as const) {
        const number = 1 + at * 2 + (transport === 6 ? 1 : 0);
        test(`passwords of ${daemon} over IPv${transport}`, async () => {
          try {
            await passwords(daemon, transport, number);
          } catch (error) {
            failed = true;
            throw error;
          }
        });
      }
    }

    async function passwords(daemon: DaemonName, transport: 4 | 6, number: number): Promise<void> {
      const name = `${daemon}${transport}`;
      const [first, second, wrong] = ["first", "second", "wrong"].map((word) => `${word}-${way}-${name}`) as [
        string,
        string,
        string,
      ];
      secrets.push(first, wrong);
      const subject = await Subject.create(lab, collector, {
        daemon,
        name,
        number,
        transport,
        deviceAsn: 64_600 + number,
        peering: { password: first },
        registration: { md5Key: first },
      });
      const { driver, peering } = subject;
      const setPassword = driver.setPassword?.bind(driver);
      ensure(setPassword !== undefined, `${daemon} has no passwords`);
      const isDown = (why: string): Promise<void> =>
        eventually(why, async () => {
          const { state } = await collector.device(name);
          ensure(state !== "established", `ingest calls the device ${state}`);
        });

      await subject.start();
      await subject.established();
      await subject.equal(subject.table.routes);

      // The daemon's password becomes a wrong one: the session ends, and does not come back.
      await setPassword(wrong);
      await isDown(`${name}'s session with another password is down`);
      if (collector.agent !== undefined) {
        await eventually(`the agent tells that ${name}'s key differs`, () => {
          const told = collector.agent
            ?.log()
            .split("\n")
            .some(
              (line) => line.includes("its key is not the one") && line.includes(`"${peering.localAddress}"`),
            );
          ensure(told === true, "no such line");
        });
      }
      await isDown(`${name}'s session is down still`);

      // The registry follows: the daemon's next try is heard.
      await setKey(name, wrong);
      await subject.established();
      await subject.equal(subject.table.routes);

      // Both change while the session is up, the registry first.
      await setKey(name, second);
      await setPassword(second);
      await subject.established();

      // None on both sides.
      await setKey(name, null);
      await setPassword(undefined);
      await subject.established();

      // The registry alone has one: an unsigned session is ended, and does not come back until the daemon signs.
      await setKey(name, first);
      await isDown(`${name}'s unsigned session is down`);
      await setPassword(first);
      await subject.established();
      await subject.equal(subject.table.routes);
    }
  });
}
