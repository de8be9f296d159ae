/** `/hc` and `agent check` of a real agent whose capture interface goes away and comes back, in a namespace of the test's own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { NETFERRY } from "./lib/collector.ts";
import type { Namespace } from "./lib/lab.ts";
import { withLab } from "./lib/lab.ts";
import { requirePrograms } from "./lib/requirements.ts";
import { ensure, eventually } from "./lib/wait.ts";

requirePrograms("the health test", "npm run interop", ["/usr/sbin/ip", "/usr/bin/curl"]);

const INTERFACE = "mon0";
const CHECK = "capture of signed SYNs";

interface Health {
  readonly code: string;
  readonly reason: string | undefined;
}

/** Asked from inside, with nothing but curl. */
async function health(site: Namespace): Promise<Health> {
  const { stdout } = await site.run(["curl", "-s", "-w", "\n%{http_code}", "http://127.0.0.1:20920/hc"]);
  const [body = "", code = ""] = stdout.trim().split(/\n+/);
  const { checks } = JSON.parse(body) as { checks?: { name: string; reason: string }[] };
  return { code, reason: checks?.find(({ name }) => name === CHECK)?.reason };
}

function becomes(site: Namespace, what: string, right: (health: Health) => boolean): Promise<Health> {
  return eventually(what, async () => {
    const found = await health(site);
    ensure(right(found), JSON.stringify(found));
    return found;
  });
}

describe("a capture interface that goes away", () => {
  test("fails /hc with 503 and the check, and passes when it is back", { timeout: 300_000 }, () =>
    withLab("hc", async (lab) => {
      const site = await lab.namespace("site");
      const addInterface = async (): Promise<void> => {
        await site.run(["ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "peer0"]);
        for (const end of ["peer0", INTERFACE]) await site.run(["ip", "link", "set", end, "up"]);
      };
      await addInterface();
      const file = join(site.directory, "credentials.json");
      site.start("ingest", [
        ...[NETFERRY, "ingest", "--data-dir", join(site.directory, "data"), "--write-credentials", file],
        ...["--relay-listen", "127.0.0.1:8443", "--http-listen", "127.0.0.1:8080"],
      ]);
      const { fingerprint } = await eventually(
        "ingest's credentials",
        () => JSON.parse(readFileSync(file, "utf8")) as { fingerprint: string },
      );
      const settings = [
        ...["--target", "127.0.0.1:8443", "--credentials", file, "--listen", "127.0.0.1:1179"],
        ...["--enable-md5-support", "--md5-listen-interface", INTERFACE],
      ];
      site.start("agent", [NETFERRY, "agent", ...settings]);
      await becomes(site, "the agent is well", ({ code }) => code === "200");

      await site.run(["ip", "link", "set", INTERFACE, "down"]);
      const down = await becomes(site, "an interface that is down", ({ reason }) => reason !== undefined);
      assert.equal(down.code, "503");
      assert.match(down.reason ?? "", new RegExp(INTERFACE));
      await site.run(["ip", "link", "set", INTERFACE, "up"]);
      await becomes(site, "the interface is up again", ({ code }) => code === "200");

      await site.run(["ip", "link", "delete", INTERFACE]);
      const gone = await becomes(site, "an interface that is gone", ({ reason }) => reason !== undefined);
      assert.equal(gone.code, "503");
      const check = await site
        .run([NETFERRY, "agent", "check", ...settings, "--fingerprint", fingerprint])
        .then(() => "passed")
        .catch(String);
      assert.match(check, /fail +capture +.*mon0.*--md5-listen-interface/);
      await addInterface();
      await becomes(site, "the interface is back", ({ code }) => code === "200");
    }),
  );
});
