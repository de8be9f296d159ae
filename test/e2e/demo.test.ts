/** The demo's processes end with it, however it ends. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { eventually, start, testDir } from "./lib/process.ts";

const dir = testDir();
after(() => dir.remove());

/** Those that have this parent, by pid, as Linux tells them. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

function runs(pid: number): boolean {
  try {
    // A zombie is no process any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("kill -9 of the demo leaves no process behind", async () => {
  const demo = start(["demo", "--devices", "1", "--count", "100", "--count-v6", "0"], { TMPDIR: dir.path });
  demo.stderr?.resume();
  let printed = "";
  demo.stdout?.setEncoding("utf8").on("data", (text: string) => (printed += text));
  await eventually(
    "its routes",
    () => printed,
    (text) => text.includes("--credentials"),
  );
  const children = childrenOf(demo.pid ?? 0);
  assert.ok(children.length >= 3, `the demo has ${children.length} children`);
  demo.kill("SIGKILL");
  await eventually(
    "the end of its children",
    () => children.filter(runs),
    (left) => left.length === 0,
  );
});
