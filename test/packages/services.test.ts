/** The packages on a clean Debian: installed, run as services that relay a session, upgraded, removed, purged. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe } from "node:test";

import { NamespaceHttp } from "../interop/lib/api.ts";
import { Collector, type CredentialsJson } from "../interop/lib/collector.ts";
import { Lab, type Namespace } from "../interop/lib/lab.ts";
import { Steps } from "../interop/lib/steps.ts";
import { Subject } from "../interop/lib/subject.ts";
import { ensure, eventually } from "../interop/lib/wait.ts";
import { buildPackages, copyTree } from "./lib/build.ts";
import { Machine } from "./lib/machine.ts";
import { PACKAGE_MANAGERS } from "./lib/package-manager.ts";
import { requirePackaging } from "./lib/requirements.ts";
import { makeRoot } from "./lib/root.ts";

requirePackaging();

const PACKAGES = ["netferry", "netferry-agent", "netferry-ingest"];
const AGENT = "netferry-agent.service";
const INGEST = "netferry-ingest.service";
const CREDENTIALS = "/var/lib/netferry-ingest/credentials.json";
const AGENT_ENVIRONMENT = "/etc/default/netferry-agent.env";
/** TCP MD5 key of the router: the agent's service must be able to capture and to sign. */
const PASSWORD = "in-a-package-1";
/** What the services may expose at most, in systemd's own measure: "OK" begins below 5. */
const EXPOSURE = 2;
/** What a machine writes down about itself as it goes. */
const OWN_NOTES =
  /^(?:var\/(?:log|lib\/(?:dpkg|rpm)|tmp|cache)|root\/\.rpmdb|etc\/systemd\/system\/.*wants)\//;

const shared = new Lab("p");
const pristine = join(shared.directory, "root");
const builds = [1, 2].map((revision) => join(shared.directory, `build-${revision}`));
const files: (readonly string[])[] = [];

async function buildAll(): Promise<void> {
  for (const [index, directory] of builds.entries()) {
    files.push(await buildPackages(directory, ["deb", "rpm"], { revision: index + 1 }));
  }
}

before(() => Promise.all([makeRoot(pristine), buildAll()]));
after(() => shared.close());

for (const manager of PACKAGE_MANAGERS) {
  describe(`the ${manager.kind} packages`, () => {
    let lab: Lab;
    let site: Namespace;
    let machine: Machine;
    let router: Subject;
    let collector: Collector;
    let bare: ReadonlySet<string> = new Set();

    const steps = new Steps();
    const { step } = steps;

    /** @param build counted from 0 */
    const install = async (build: number): Promise<void> => {
      const chosen = (files[build] ?? []).filter((file) => file.endsWith(`.${manager.kind}`));
      assert.equal(chosen.length, PACKAGES.length);
      const paths = chosen.map((file) => machine.put(file, "var/tmp"));
      await manager.install(machine, paths);
    };

    /** Files that somebody made since the machine was bare. */
    const traces = (): string[] =>
      filesOf(machine.root).filter((path) => !bare.has(path) && !OWN_NOTES.test(path));

    const credentials = (): CredentialsJson => JSON.parse(machine.read(CREDENTIALS)) as CredentialsJson;

    /** Since when the router has its session, in milliseconds since 1970. */
    const upSince = async (): Promise<number> => {
      const { uptimeSeconds } = await router.driver.session();
      ensure(uptimeSeconds !== undefined, "the router's session is down");
      return Date.now() - uptimeSeconds * 1000;
    };

    before(async () => {
      lab = new Lab(manager.kind[0] ?? "");
      site = await lab.namespace("site");
      const root = join(lab.directory, "root");
      await copyTree(pristine, root);
      machine = await Machine.boot(site, root);
      bare = new Set(filesOf(root));
    });
    after(async () => {
      if (steps.failed) {
        const journals = await Promise.all([AGENT, INGEST].map((unit) => machine.journal(unit)));
        process.stderr.write(`${journals.join("\n")}\n${lab.logs()}\n`);
      }
      await machine.close();
      await lab.close();
    });

    step("install, and start nothing that has no settings yet", async () => {
      await install(0);
      const version = await machine.run(["netferry", "--version"]);
      assert.match(version.stdout, /^netferry \d+\.\d+\.\d+\n$/);
      for (const unit of [AGENT, INGEST]) {
        assert.equal(await machine.property(unit, "ActiveState"), "inactive");
        assert.equal(await machine.property(unit, "UnitFileState"), "disabled");
        const verdict = await machine.run(["systemd-analyze", "verify", "--man=no", unit]);
        assert.equal(verdict.stderr, "");
        const { stdout } = await machine.run(["systemd-analyze", "security", "--no-pager", unit], {
          accept: [1],
        });
        const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
        assert.ok(exposure <= EXPOSURE, `${unit} is exposed by ${exposure}: ${stdout}`);
      }
      const owned = await manager.owned(machine, PACKAGES);
      assert.deepEqual(
        traces().filter((path) => !owned.includes(`/${path}`)),
        [],
      );
      await manager.verify(machine, PACKAGES);
    });

    step("an agent without settings says what is missing, and is not started over and over", async () => {
      await machine.run(["systemctl", "start", AGENT], { accept: [1] });
      assert.equal(await machine.property(AGENT, "ActiveState"), "failed");
      assert.equal(await machine.property(AGENT, "NRestarts"), "0");
      assert.match(await machine.journal(AGENT), /--target .*NETFERRY_TARGET/);
    });

    step("ingest runs as nobody in particular, and keeps its account to itself and root", async () => {
      await machine.systemctl("enable", "--now", INGEST);
      assert.equal(await machine.property(INGEST, "ActiveState"), "active");
      const pid = await machine.property(INGEST, "MainPID");
      const { stdout } = await machine.run(["cat", `/proc/${pid}/status`]);
      assert.match(stdout, /^Uid:\t[1-9]\d*\t/m);
      const mode = await machine.run(["stat", "-c", "%a", CREDENTIALS]);
      assert.equal(mode.stdout, "600\n");
      assert.ok(!(await machine.journal(INGEST)).includes(credentials().token), "the journal has the token");
    });

    step("the agent starts with its environment file, and relays a router that signs", async () => {
      const { email, token, fingerprint } = credentials();
      const sample = machine.read("/etc/default/netferry-agent.env.sample");
      assert.match(sample, /^#.*NETFERRY_TARGET=/m);
      const settings = [
        "NETFERRY_TARGET=127.0.0.1:8443",
        `NETFERRY_FINGERPRINT=${fingerprint}`,
        `KENTIK_API_EMAIL=${email}`,
        `KENTIK_API_TOKEN=${token}`,
        "KENTIK_ENABLE_MD5=true",
      ];
      machine.write(AGENT_ENVIRONMENT, `${sample}\n${settings.join("\n")}\n`, 0o600);
      await machine.systemctl("enable", "--now", AGENT);
      const api = new NamespaceHttp(site, "api", 8080, {
        "x-ch-auth-email": email,
        "x-ch-auth-api-token": token,
      });
      await api.ready("/api/v1/status");
      const status = new NamespaceHttp(site, "status", 20_920);
      await status.ready("/hc");
      collector = Collector.around({
        front: site,
        core: site,
        credentials: credentials(),
        credentialsFile: join(machine.root, CREDENTIALS),
        ingest: machine.process,
        agent: machine.process,
        api,
        status,
      });
      router = await Subject.create(lab, collector, {
        daemon: "bird",
        number: 1,
        transport: 4,
        deviceAsn: 64_801,
        peering: { password: PASSWORD },
        registration: { md5Key: PASSWORD },
      });
      await router.start();
      await router.established();
      await router.equal(router.table.routes);
    });

    step("an upgrade restarts both services, and the router sees neither", async () => {
      const began = await upSince();
      const pids = await Promise.all([AGENT, INGEST].map((unit) => machine.property(unit, "MainPID")));
      await install(1);
      for (const [index, unit] of [AGENT, INGEST].entries()) {
        assert.equal(await machine.property(unit, "ActiveState"), "active");
        assert.notEqual(await machine.property(unit, "MainPID"), pids[index]);
      }
      await router.driver.apply({ announce: [], withdraw: router.table.routes.slice(0, 1) });
      await router.equal(router.table.routes.slice(1));
      // The daemon shows whole seconds.
      assert.ok(Math.abs((await upSince()) - began) < 3_000, "the router's session began anew");
      assert.equal((await collector.device(router.name)).flaps, 0);
    });

    step("a removal says goodbye to the router, and keeps settings and state", async () => {
      await manager.remove(machine, ["netferry-agent"]);
      await router.wentDown(1, /the agent stops/);
      await manager.remove(machine, ["netferry-ingest", "netferry"]);
      assert.equal(machine.has("/usr/bin/netferry"), false);
      assert.equal(machine.has(AGENT_ENVIRONMENT), true);
      assert.equal(machine.has(CREDENTIALS), true);
      await eventually("no process of it is left", async () => {
        const { stdout } = await machine.run(["sh", "-c", "cat /proc/[0-9]*/comm"]);
        ensure(!stdout.includes("netferry"), stdout);
      });
    });

    const { purge } = manager;
    if (purge === undefined) return;
    step("a purge leaves nothing", async () => {
      await purge(machine, PACKAGES.toReversed());
      assert.deepEqual(traces(), []);
      const { stdout } = await machine.run(["systemctl", "list-unit-files", "--no-legend", "netferry*"], {
        accept: [1],
      });
      assert.equal(stdout, "");
    });
  });
}

/** What lies below a directory, without directories and other file systems. */
function filesOf(root: string): string[] {
  const list = execFileSync("find", [root, "-xdev", "-not", "-type", "d", "-printf", "%P\\n"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return list.split("\n").filter((path) => path !== "");
}
