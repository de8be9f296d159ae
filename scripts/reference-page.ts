/**
 * Writes docs/reference.md from the option tables of all commands, or checks that it is what they say.
 *
 *     node scripts/reference-page.ts --write | --check
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, errorText, type LazyCommand, loadCommand, renderReference } from "@netferry/service";

export interface ReferencePage {
  /** Path of the page. */
  readonly page: string;
  /** URL of the module that exports `commands`. */
  readonly commandsModule: string;
}

/** Does what `mode` says and returns what is wrong, if anything is. */
export async function referencePage(mode: "write" | "check", at: ReferencePage): Promise<string | undefined> {
  const expected = renderReference(await loadCommands(at.commandsModule));
  if (mode === "write") {
    await mkdir(dirname(at.page), { recursive: true });
    await writeFile(at.page, expected);
    return undefined;
  }
  const found = await readFile(at.page, "utf8").catch(() => undefined);
  if (found === undefined) return `${at.page} is not there; 'npm run docs' writes it`;
  const line = firstDifference(found, expected);
  return line === undefined
    ? undefined
    : `${at.page}:${line}: is not what the option tables say; 'npm run docs' writes it anew`;
}

async function loadCommands(module: string): Promise<readonly Command[]> {
  const loaded = (await import(module)) as { readonly commands?: unknown };
  const { commands } = loaded;
  if (!Array.isArray(commands) || commands.length === 0 || !commands.every((each) => isCommand(each))) {
    throw new TypeError(`${module} must export commands: Command[]`);
  }
  return Promise.all(commands.map(loadCommand));
}

function isCommand(value: unknown): value is Command | LazyCommand {
  if (typeof value !== "object" || value === null || !("name" in value)) return false;
  return ("options" in value && "run" in value) || "load" in value;
}

/** The number of the first line in which two texts differ, from 1. */
function firstDifference(found: string, expected: string): number | undefined {
  if (found === expected) return undefined;
  const foundLines = found.split("\n");
  const expectedLines = expected.split("\n");
  const length = Math.max(foundLines.length, expectedLines.length);
  for (let index = 0; index < length; index += 1) {
    if (foundLines[index] !== expectedLines[index]) return index + 1;
  }
  return undefined;
}

async function main(words: readonly string[]): Promise<number> {
  const [mode] = words;
  if (words.length !== 1 || (mode !== "--write" && mode !== "--check")) {
    process.stderr.write("usage: node scripts/reference-page.ts --write | --check\n");
    return 2;
  }
  try {
    const problem = await referencePage(mode === "--write" ? "write" : "check", {
      page: relative(process.cwd(), fileURLToPath(new URL("../docs/reference.md", import.meta.url))),
      commandsModule: new URL("../packages/netferry/src/commands.ts", import.meta.url).href,
    });
    if (problem !== undefined) process.stderr.write(`${problem}\n`);
    return problem === undefined ? 0 : 1;
  } catch (error) {
    process.stderr.write(`reference page: ${errorText(error)}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
