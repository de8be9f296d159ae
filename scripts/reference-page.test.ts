import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { referencePage, type ReferencePage } from "./reference-page.ts";

describe("the reference page", () => {
  let dir: string;
  let at: ReferencePage;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "netferry-reference-"));
    at = { page: join(dir, "docs", "reference.md"), commandsModule: await moduleWith("first") };
  });

  after(() => rm(dir, { recursive: true }));

  /** A module of commands, one of which has this flag. */
  async function moduleWith(flag: string): Promise<string> {
    const service = new URL("../packages/service/src/index.ts", import.meta.url).href;
    const file = join(dir, `${flag}.mjs`);
    await writeFile(
      file,
      `import { defineCommand } from "${service}";
       export const commands = [defineCommand({ name: "go", summary: "Goes", run: () => {},
         options: { "${flag}": { type: "bool", description: "A flag" } } })];`,
    );
    return pathToFileURL(file).href;
  }

  it("is missing at first, then written, then right", async () => {
    assert.match((await referencePage("check", at)) ?? "", /reference\.md is not there; 'npm run docs'/);
    assert.equal(await referencePage("write", at), undefined);
    assert.match(await readFile(at.page, "utf8"), /\| `--first` \| bool \|/);
    assert.equal(await referencePage("check", at), undefined);
  });

  it("is wrong at a line once an option changes", async () => {
    await referencePage("write", at);
    const changed = { ...at, commandsModule: await moduleWith("second") };
    const lines = (await readFile(at.page, "utf8")).split("\n");
    const line = lines.findIndex((text) => text.includes("--first")) + 1;
    const problem = await referencePage("check", changed);
    assert.equal(
      problem,
      `${at.page}:${line}: is not what the option tables say; 'npm run docs' writes it anew`,
    );
  });

  it("is wrong where lines are missing or too many", async () => {
    await referencePage("write", at);
    const text = await readFile(at.page, "utf8");
    await writeFile(at.page, `${text}more\n`);
    assert.match((await referencePage("check", at)) ?? "", /is not what the option tables say/);
    await writeFile(at.page, text.slice(0, -1));
    assert.match((await referencePage("check", at)) ?? "", /is not what the option tables say/);
  });

  it("needs a module that exports commands", async () => {
    const file = join(dir, "none.mjs");
    await writeFile(file, "export const commands = [{}];");
    const wrong = { ...at, commandsModule: pathToFileURL(file).href };
    await assert.rejects(referencePage("check", wrong), /must export commands: Command\[\]/);
  });
});
