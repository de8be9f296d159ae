/** The Dockerfile: images of an agent and an ingest that relay a session, without root. */
import assert from "node:assert/strict";
import { chownSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";

import { NamespaceHttp } from "../interop/lib/api.ts";
import { Collector, type CredentialsJson } from "../interop/lib/collector.ts";
import { run } from "../interop/lib/command.ts";
import type { DaemonProcess } from "../interop/lib/daemon-process.ts";
import { Lab, type Namespace } from "../interop/lib/lab.ts";
import { Steps } from "../interop/lib/steps.ts";
import { Subject } from "../interop/lib/subject.ts";
import { ensure, eventually } from "../interop/lib/wait.ts";
import { buildPackages } from "./lib/build.ts";
import { type ImageConfig, ImageStore } from "./lib/image.ts";
import { requirePackaging } from "./lib/requirements.ts";
import { makeRoot } from "./lib/root.ts";

requirePackaging();

/** The user that the images run as. */
const USER = 10_179;
const PASSWORD = "in-a-container-1";
const STATE = "/var/lib/netferry";

describe("the images", () => {
  let lab: Lab;
  let site: Namespace;
  let store: ImageStore;
  let ingest = "";
  let agent = "";
  let state = "";
  let daemon: DaemonProcess;

  const steps = new Steps();
  const { step } = steps;

  before(async () => {
    lab = new Lab("i");
    site = await lab.namespace("site");
    store = new ImageStore(join(lab.directory, "store"));
    const root = join(lab.directory, "root");
    const context = join(lab.directory, "context");
    await Promise.all([
      makeRoot(root).then(() => store.importBase(root)),
      buildPackages(join(context, "dist"), ["binary"]),
    ]);
    ingest = await store.build("ingest", context);
    agent = await store.build("agent", context);
    state = join(lab.directory, "state");
    mkdirSync(state, { mode: 0o700 });
    chownSync(state, USER, USER);
  });
  after(async () => {
    if (steps.failed) process.stderr.write(`${lab.logs()}\n`);
    await lab.close();
  });

  /** What a container engine runs to learn how a container is. */
  const health = async (name: string, config: ImageConfig, container: string): Promise<number> => {
    const [kind, ...words] = config.Healthcheck?.Test ?? [];
    assert.equal(kind, "CMD", `${name} has no health check`);
    const { code } = await store.run(site, container, words, { volumes: { [STATE]: state } }, [1]);
    return code;
  };

  step("run as nobody in particular, and say by themselves how they are", async () => {
    for (const name of ["agent", "ingest"]) {
      const config = await store.config(name);
      assert.deepEqual(
        [config.User, config.Entrypoint, config.Cmd],
        [`${USER}:${USER}`, ["netferry"], [name]],
      );
      assert.equal(await health(name, config, name === "agent" ? agent : ingest), 1, "nothing runs yet");
    }
  });

  step("relay a router that signs, on BGP's own port", async () => {
    const { Entrypoint, Cmd } = await store.config("ingest");
    const volumes = { [STATE]: state };
    store.start(lab, site, ingest, [...Entrypoint, ...Cmd], { volumes });
    const credentialsFile = join(state, "credentials.json");
    const credentials = await eventually(
      "ingest's first start",
      () => JSON.parse(readFileSync(credentialsFile, "utf8")) as CredentialsJson,
    );
    daemon = store.start(lab, site, agent, [...Entrypoint, "agent"], {
      env: {
        NETFERRY_TARGET: "127.0.0.1:8443",
        NETFERRY_FINGERPRINT: credentials.fingerprint,
        KENTIK_API_EMAIL: credentials.email,
        KENTIK_API_TOKEN: credentials.token,
        KENTIK_ENABLE_MD5: "true",
      },
    });
    const api = new NamespaceHttp(site, "api", 8080, {
      "x-ch-auth-email": credentials.email,
      "x-ch-auth-api-token": credentials.token,
    });
    await api.ready("/api/v1/status");
    const status = new NamespaceHttp(site, "status", 20_920);
    await status.ready("/hc");
    const collector = Collector.around({
      front: site,
      core: site,
      credentials,
      credentialsFile,
      ingest: daemon,
      agent: daemon,
      api,
      status,
    });
    const router = await Subject.create(lab, collector, {
      daemon: "bird",
      number: 1,
      transport: 6,
      deviceAsn: 64_802,
      peering: { password: PASSWORD },
      registration: { md5Key: PASSWORD },
    });
    await router.start();
    await router.established();
    await router.equal(router.table.routes);
    for (const name of ["agent", "ingest"]) {
      const config = await store.config(name);
      await eventually(`${name} calls itself healthy`, async () => {
        ensure(
          (await health(name, config, name === "agent" ? agent : ingest)) === 0,
          `${name} is not healthy`,
        );
      });
    }
    const text = await status.text("/metrics");
    assert.match(text, /_open_fds|open_descriptors|open_file_descriptors/);
  });

  step("an agent that is the first process of its container stops when it is told to", async () => {
    const { stdout } = await run(["ip", "netns", "pids", site.name]);
    const first = stdout.split("\n").find((pid) => {
      if (pid === "") return false;
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return /^NSpid:.*\t1$/m.test(status) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("agent");
    });
    ensure(first !== undefined, "the agent's process was not found");
    process.kill(Number(first), "SIGTERM");
    assert.equal(await daemon.exited, "exit code 0");
  });
});
