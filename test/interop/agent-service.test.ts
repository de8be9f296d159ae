/** The agent as a service of a real systemd: restarts that no router sees, signing or not, and a stop that each is told of. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";

import { Collector } from "./lib/collector.ts";
import { Lab } from "./lib/lab.ts";
import { requireInterop } from "./lib/requirements.ts";
import { Steps } from "./lib/steps.ts";
import { Subject } from "./lib/subject.ts";
import { Systemd } from "./lib/systemd.ts";
import { ensure, eventually } from "./lib/wait.ts";

requireInterop();

const SERVICE = "netferry-agent.service";
const UNIT = readFileSync(join(import.meta.dirname, "../../packaging/systemd", SERVICE), "utf8");
const RESTARTS = 5;
/** TCP MD5 key of one of the routers. */
const PASSWORD = "three-routers-1";

/** Since when, by the router's own clock, in milliseconds since 1970. */
async function since(subject: Subject): Promise<number> {
  const { uptimeSeconds } = await subject.driver.session();
  ensure(uptimeSeconds !== undefined, `${subject.name}'s session is down`);
  return Date.now() - uptimeSeconds * 1000;
}

describe("an agent that systemd runs", () => {
  let lab: Lab;
  let systemd: Systemd;
  let collector: Collector;
  let log = "";
  const subjects: Subject[] = [];

  const steps = new Steps();
  const { step } = steps;

  before(async () => {
    lab = new Lab("s");
    collector = await Collector.start(lab, "agent", 4, async (site, argv, env) => {
      log = join(site.directory, "agent.log");
      systemd = await Systemd.start(site, {
        [SERVICE]: UNIT,
        // What differs on a machine without a journal, and where the program lies in somebody's directory.
        [`${SERVICE}.d/here.conf`]: [
          "[Unit]\nDefaultDependencies=no\n[Service]",
          ...["DynamicUser=no", "PrivateTmp=no", "ProtectHome=no", "ExecStart="],
          `ExecStart=${[...argv, "--enable-md5-support"].join(" ")}`,
          ...Object.entries(env).map(([name, value]) => `Environment=${name}=${value}`),
          `StandardOutput=append:${log}\nStandardError=append:${log}\n`,
        ].join("\n"),
      });
      await systemd.systemctl("start", SERVICE);
      return systemd.process;
    });
    subjects.push(
      await Subject.create(lab, collector, { daemon: "bird", number: 1, transport: 4, deviceAsn: 64_701 }),
      await Subject.create(lab, collector, { daemon: "frr", number: 2, transport: 6, deviceAsn: 64_702 }),
      await Subject.create(lab, collector, {
        daemon: "bird",
        name: "signing",
        number: 3,
        transport: 6,
        deviceAsn: 64_703,
        peering: { password: PASSWORD },
        registration: { md5Key: PASSWORD },
      }),
    );
    await Promise.all(subjects.map((subject) => subject.start()));
  });
  after(async () => {
    if (steps.failed)
      process.stderr.write(`${lab.logs()}\n${existsSync(log) ? readFileSync(log, "utf8") : ""}\n`);
    await systemd.close();
    await lab.close();
  });

  step(`is restarted ${RESTARTS} times, and no router sees it`, async () => {
    const ids = await Promise.all(subjects.map(async (subject) => (await subject.established()).id));
    const began = await Promise.all(subjects.map(since));
    const pids = new Set([await systemd.property(SERVICE, "MainPID")]);
    for (let count = 1; count <= RESTARTS; count += 1) {
      await systemd.systemctl("restart", SERVICE);
      pids.add(await systemd.property(SERVICE, "MainPID"));
      for (const subject of subjects) {
        // Routes change meanwhile, and all of them arrive.
        const left = subject.table.routes.length - count;
        const gone = subject.table.routes.slice(left, left + 1);
        await subject.driver.apply({ announce: [], withdraw: gone });
        await subject.equal(subject.table.routes.slice(0, left));
        await eventually(`${subject.name} is attached`, () => subject.atAgent());
      }
    }
    assert.equal(pids.size, RESTARTS + 1);
    assert.deepEqual(
      await Promise.all(subjects.map(async (subject) => (await subject.established()).id)),
      ids,
    );
    for (const [index, subject] of subjects.entries()) {
      // Daemons show whole seconds.
      assert.ok(Math.abs((await since(subject)) - (began[index] ?? 0)) < 3_000, `${subject.name} began anew`);
      assert.equal((await collector.device(subject.name)).flaps, 0);
    }
    const [, frr] = subjects;
    assert.equal((await frr?.driver.session())?.flaps, 0);
    assert.equal(await systemd.property(SERVICE, "NFileDescriptorStore"), "0");
  });

  step("says why where systemd keeps nothing, and ends the sessions in order", async () => {
    await systemd.unit(`${SERVICE}.d/none.conf`, "[Service]\nFileDescriptorStoreMax=0\n");
    await systemd.systemctl("restart", SERVICE);
    assert.match(readFileSync(log, "utf8"), /keeps no sockets: FileDescriptorStoreMax=/);
    for (const subject of subjects) await subject.wentDown(1, /the agent restarts: .*keeps no sockets/);
    await Promise.all(subjects.map((subject) => subject.established()));
  });

  step("says goodbye when it is stopped", async () => {
    await systemd.systemctl("stop", SERVICE);
    assert.equal(await systemd.property(SERVICE, "Result"), "success");
    for (const subject of subjects) {
      await subject.wentDown(2, /the agent stops/);
      await eventually(`${subject.name} is told`, async () => {
        const { established } = await subject.driver.session();
        ensure(!established, `${subject.name} thinks that it is up`);
      });
    }
  });
});
