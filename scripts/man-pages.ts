/**
 * Writes the manual pages of all commands into OUTDIR/man1 and OUTDIR/man8, from their option tables. The same
 * arguments give the same files.
 *
 *     node scripts/man-pages.ts OUTDIR VERSION YYYY-MM-DD
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorText, loadCommand, renderManPages } from "@netferry/service";
import { commands, summary } from "../packages/netferry/src/commands.ts";

/** Paths of the pages, below `directory`. */
export async function writeManPages(directory: string, version: string, date: string): Promise<string[]> {
  const pages = renderManPages({
    name: "netferry",
    version,
    summary,
    date,
    commands: await Promise.all(commands.map(loadCommand)),
  });
  for (const { file, text } of pages) {
    const path = join(directory, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return pages.map(({ file }) => file);
}

async function main(words: readonly string[]): Promise<number> {
  const [directory, version, date, ...rest] = words;
  if (
    directory === undefined ||
    version === undefined ||
    date === undefined ||
    rest.length > 0 ||
    !isDate(date)
  ) {
    process.stderr.write("usage: node scripts/man-pages.ts OUTDIR VERSION YYYY-MM-DD\n");
    return 2;
  }
  try {
    await writeManPages(directory, version, date);
    return 0;
  } catch (error) {
    process.stderr.write(`manual pages: ${errorText(error)}\n`);
    return 1;
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
