import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("man-pages.ts", import.meta.url));

function script(...args: string[]): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8" });
  return { status, stderr };
}

describe("the manual pages' script", () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "netferry-man-"));
  });

  after(() => rm(directory, { recursive: true }));

  it("writes pages with the version and the date that it is given", async () => {
    const out = join(directory, "new", "man");
    assert.deepEqual(script(out, "1.2.3", "2026-01-31"), { status: 0, stderr: "" });
    assert.deepEqual((await readdir(join(out, "man8"))).toSorted(), [
      "netferry-agent.8",
      "netferry-ingest.8",
    ]);
    const page = await readFile(join(out, "man8", "netferry-agent.8"), "utf8");
    assert.match(page, /^\.TH NETFERRY\\-AGENT 8 2026-01-31 "Netferry 1\.2\.3" /m);
  });

  it("tells what it takes", () => {
    for (const args of [
      [],
      [directory, "1"],
      [directory, "1", "31 January"],
      [directory, "1", "2026-13-01"],
    ]) {
      const { status, stderr } = script(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /^usage: node scripts\/man-pages\.ts OUTDIR VERSION YYYY-MM-DD\n$/);
    }
  });

  it("fails where it can't write", () => {
    const { status, stderr } = script(SCRIPT, "1", "2026-01-31");
    assert.equal(status, 1);
    assert.match(stderr, /^manual pages: .*man-pages\.ts/);
  });
});
