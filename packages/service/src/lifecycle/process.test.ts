import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";

const crash = new URL("./crash.ts", import.meta.url).href;
const hide = new URL("./hide-arguments.ts", import.meta.url).href;
const logger = new URL("../log/logger.ts", import.meta.url).href;
const shutdown = new URL("./shutdown.ts", import.meta.url).href;

function start(code: string, args: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, ["--input-type=module", "--eval", code, "--", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** A daemon with this shutdown hook; its exit code is 10 more than that of the shutdown. */
function daemon(hook: string): string {
  return `import { Shutdown } from "${shutdown}";
    const shutdown = new Shutdown(); setInterval(() => {}, 1000);
    shutdown.add("hook", ${hook}); console.log("ready");
    process.exit(await shutdown.finished + 10);`;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

function ended(child: ChildProcess, onText?: (text: string) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      onText?.(stdout);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout }));
  });
}

describe("an error that nobody caught", () => {
  for (const [kind, statement] of [
    ["uncaught exception", `setImmediate(() => { throw new Error("boom", { cause: new Error("why") }) });`],
    ["unhandled rejection", `void Promise.reject(new Error("boom", { cause: new Error("why") }));`],
  ] as const) {
    it(`is one line in the log and exit code 1: ${kind}`, async () => {
      const code = `import { exitOnCrash } from "${crash}"; import { createLogger } from "${logger}";
        exitOnCrash({ logger: createLogger() }); setInterval(() => {}, 1000); ${statement}`;
      const { code: exit, stdout } = await ended(start(code));
      assert.equal(exit, 1);
      assert.equal(stdout.split("\n").length, 2);
      const record = JSON.parse(stdout) as Record<string, string>;
      assert.equal(record["level"], "fatal");
      assert.equal(record["err"], "boom: why");
      assert.match(record["msg"] ?? "", new RegExp(kind));
      assert.match(record["stack"] ?? "", /boom\n/);
    });
  }
});

it("secrets on the command line are gone from the process list", async () => {
  const code = `import { hideArguments } from "${hide}";
    hideArguments("netferry agent"); console.log("hidden"); setInterval(() => {}, 1000);`;
  const child = start(code, ["--token=SECRET-TOKEN"]);
  const end = ended(child, (text) => {
    if (text.includes("hidden")) gate.resolve();
  });
  const gate = Promise.withResolvers<void>();
  await Promise.race([gate.promise, end]);
  const cmdline = await readFile(`/proc/${child.pid}/cmdline`, "latin1");
  child.kill();
  await end;
  assert.match(cmdline, /^netferry agent\0*$/);
});

it("a real SIGTERM runs the hooks; a second one ends a daemon that hangs", async () => {
  const clean = start(daemon(`() => console.log("closed")`));
  const cleanEnd = await ended(clean, (text) => text === "ready\n" && clean.kill("SIGTERM"));
  assert.deepEqual(cleanEnd, { code: 10, stdout: "ready\nclosed\n" });
  const hanging = start(daemon(`() => { console.log("hangs"); return new Promise(() => {}); }`));
  const hangingEnd = await ended(hanging, (text) => {
    if (text === "ready\n" || text === "ready\nhangs\n") hanging.kill("SIGTERM");
  });
  assert.deepEqual(hangingEnd, { code: 143, stdout: "ready\nhangs\n" });
});
