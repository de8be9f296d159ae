/** The single binary: all it needs is in it, on both processors. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";

import { Deployment, listenerOf } from "../e2e/lib/deployment.ts";
import { TestDevice } from "../e2e/lib/device.ts";
import { eventually, netferry, testDir } from "../e2e/lib/process.ts";
import { buildPackages } from "./lib/build.ts";
import { requirePackaging } from "./lib/requirements.ts";

requirePackaging();

/** Runs programs of the other processor, with the libraries of its Debian. */
const ARM64 = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"];

const dir = testDir();
/** Nothing else lies here, and nobody's home is near. */
const alone = dir.file("alone/netferry");
const arm64: string[] = [...ARM64];

before(async () => {
  const build = async (architecture: string): Promise<string> => {
    const [file = ""] = await buildPackages(dir.file(architecture), ["binary"], { architecture });
    return file;
  };
  mkdirSync(dir.file("alone"));
  cpSync(await build(process.arch), alone);
  arm64.push(await build("arm64"));
});
after(() => dir.remove());

test("runs without a runtime, a home or a clone, and carries its native code", async () => {
  const program = [alone];
  const env = { PATH: "", TMPDIR: dir.path };
  const { code, stdout, stderr } = await netferry(["--version"], { env, program });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^netferry \d+\.\d+\.\d+\n$/);

  const found = readdirSync(dir.path);
  const words = ["--target", "127.0.0.1:1", "--email", "a@example.net", "--token", "not-a-real-one"];
  const check = await netferry(["agent", "check", ...words, "--enable-md5-support"], { env, program });
  assert.match(check.stdout, /^ok +TCP MD5 +the kernel signs TCP with MD5$/m, check.stderr);
  assert.deepEqual(readdirSync(dir.path), found, "what it wrote out to load is gone");

  // Other code in an addon's place is no danger: the directory is its own, and new.
  const nowhere = await netferry(["agent", "check", ...words, "--enable-md5-support"], {
    env: { ...env, TMPDIR: dir.file("missing") },
    program,
  });
  assert.match(nowhere.stdout, /^fail +TCP MD5 .*missing.*TMPDIR/m);
});

test("runs the demo, which starts the binary again for each part", async () => {
  const words = ["demo", "--once", "--json", "--devices", "1", "--count", "1000", "--count-v6", "0"];
  const { code, stdout, stderr } = await netferry(words, {
    env: { PATH: "", TMPDIR: dir.path },
    program: [alone],
  });
  assert.equal(code, 0, stderr);
  const { ok, routesVisible } = JSON.parse(stdout) as { ok: boolean; routesVisible: number };
  assert.deepEqual([ok, routesVisible], [true, 1000]);
});

test("for arm64 it relays a session, here by an emulator", async (t) => {
  const net = await Deployment.start();
  t.after(() => net.stop());
  await net.addDevice({ name: "r1", addresses: ["127.0.2.1"], asn: 65_001 });
  const agent = net.agent({ program: arm64 });
  const at = await listenerOf(agent);
  await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
  const device = await TestDevice.establish({ ...at, localAddress: "127.0.2.1" });
  device.announce("198.51.100.0/24", [64_500]);
  const [route] = await eventually(
    "the route",
    () => net.routes("r1"),
    ({ length }) => length === 1,
  );
  assert.equal(route?.prefix, "198.51.100.0/24");
  device.end();
});
