/** A router that signs its sessions: BIRD in a network namespace, a listener with SYN capture in another. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { it, type TestContext } from "node:test";

import { hasCapability, md5Support } from "@netferry/kernel";

const program = new URL("../src/testing/md5-speaker.ts", import.meta.url).pathname;
const BIRD = "/usr/sbin/bird";

function reasonToSkip(): string | false {
  if (process.geteuid?.() !== 0 || !hasCapability("CAP_NET_ADMIN")) {
    return "skipped: network namespaces need root";
  }
  if (!existsSync(BIRD)) return "skipped: BIRD is not installed (apt-get install bird2)";
  const support = md5Support();
  return support.available ? false : `skipped: ${support.reason}`;
}

function config(password: string): string {
  const neighbour = (name: string, local: string, remote: string, channel: string): string =>
    `protocol bgp ${name} { local ${local} as 65001; neighbor ${remote} as 65002; password "${password}";
       connect delay time 1; connect retry time 5; error wait time 1, 2; ${channel} { import none; export none; }; }`;
  return `router id 192.0.2.1; protocol device {}
    ${neighbour("v4", "192.0.2.1", "192.0.2.2", "ipv4")} ${neighbour("v6", "2001:db8::1", "2001:db8::2", "ipv6")}\n`;
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
}

function namespaces(test: TestContext): { router: string; speaker: string } {
  const router = `nf-kr-${process.pid}`;
  const speaker = `nf-ks-${process.pid}`;
  for (const name of [router, speaker]) {
    ip("netns", "add", name);
    test.after(() => ip("netns", "delete", name));
  }
  ip("-n", router, "link", "add", "veth-r", "type", "veth", "peer", "name", "veth-s", "netns", speaker);
  for (const [name, link, host] of [
    [router, "veth-r", 1],
    [speaker, "veth-s", 2],
  ] as const) {
    ip("-n", name, "address", "add", `192.0.2.${host}/30`, "dev", link);
    ip("-n", name, "address", "add", `2001:db8::${host}/64`, "dev", link, "nodad");
    ip("-n", name, "link", "set", link, "up");
    ip("-n", name, "link", "set", "lo", "up");
  }
  return { router, speaker };
}

it(
  "BIRD's signed sessions come up by the key that their SYN asked for, and follow a change of key",
  { skip: reasonToSkip() },
  async (test) => {
    const directory = await mkdtemp(join(tmpdir(), "kernel-"));
    test.after(() => rm(directory, { recursive: true }));
    const { router, speaker } = namespaces(test);
    const listener = spawn("ip", ["netns", "exec", speaker, process.execPath, program, "veth-s"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    test.after(() => void listener.kill());
    const lines: string[] = [];
    createInterface({ input: listener.stdout }).on("line", (line) => lines.push(line));
    const until = async (what: string, condition: () => boolean): Promise<void> => {
      for (let tries = 0; !condition(); tries += 1) {
        assert.ok(tries < 600, `${what}: ${lines.join(", ")}`);
        await new Promise((resolve) => void setTimeout(resolve, 100));
      }
    };
    const count = (line: string): number => lines.filter((each) => each === line).length;
    await until("the listener listens", () => count("ready") === 1);

    const file = join(directory, "bird.conf");
    const control = join(directory, "bird.ctl");
    await writeFile(file, config("first"));
    const bird = spawn("ip", ["netns", "exec", router, BIRD, "-f", "-c", file, "-s", control], {
      stdio: "inherit",
    });
    test.after(async () => {
      bird.kill();
      await once(bird, "exit");
    });
    const birdc = (...command: string[]): string =>
      execFileSync("birdc", ["-s", control, ...command], { encoding: "utf8" });
    const states = (): string[] =>
      ["v4", "v6"].map(
        (name) => /BGP state:\s+(\S+)/.exec(birdc("show", "protocols", "all", name))?.[1] ?? "?",
      );

    // No key yet: the SYNs are seen, and nothing comes up.
    await until("SYNs without a key", () => count("syn 192.0.2.1") > 0 && count("syn 2001:db8::1") > 0);
    assert.equal(count("connection 192.0.2.1") + count("connection 2001:db8::1"), 0);
    listener.stdin.write("first\n");
    await until("established", () => states().every((state) => state === "Established"));

    // The router has another key now: its SYNs are seen, the old key is installed again, nothing comes up.
    const connections = (): number => count("connection 192.0.2.1") + count("connection 2001:db8::1");
    const before = { connections: connections(), v4: count("syn 192.0.2.1"), v6: count("syn 2001:db8::1") };
    await writeFile(file, config("second"));
    birdc("configure");
    await until(
      "SYNs with a wrong key",
      () => count("syn 192.0.2.1") > before.v4 + 1 && count("syn 2001:db8::1") > before.v6 + 1,
    );
    assert.equal(connections(), before.connections);
    assert.ok(states().every((state) => state !== "Established"));
    listener.stdin.write("second\n");
    await until("established again", () => states().every((state) => state === "Established"));
  },
);
