/**
 * Writes samples of the services' environment files into OUTDIR, from the option tables and the units in packaging/systemd.
 *
 *     node scripts/env-samples.ts OUTDIR
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorText, loadCommand, renderEnvironmentSample } from "@netferry/service";
import { commands } from "../packages/netferry/src/commands.ts";

/** The daemons that packages run as services. */
export const SERVICES = ["agent", "ingest"] as const;

const UNITS = fileURLToPath(new URL("../packaging/systemd", import.meta.url));

/** What the specifiers of a unit stand for in a system's service; systemd.unit(5). */
const SPECIFIERS: Readonly<Record<string, string>> = { "%S": "/var/lib", "%t": "/run", "%%": "%" };

/** By the name of the daemon. */
export async function environmentSamples(): Promise<ReadonlyMap<(typeof SERVICES)[number], string>> {
  const samples = SERVICES.map(async (name) => {
    const entry = commands.find((each) => each.name === name);
    if (entry === undefined) throw new TypeError(`there is no command ${name}`);
    const service = `netferry-${name}`;
    const text = renderEnvironmentSample({
      service,
      file: `/etc/default/${service}.env`,
      page: `${service}(8)`,
      command: await loadCommand(entry),
      set: await unitEnvironment(name),
    });
    return [name, text] as const;
  });
  return new Map(await Promise.all(samples));
}

/** What the unit of a daemon sets. */
export async function unitEnvironment(name: (typeof SERVICES)[number]): Promise<Record<string, string>> {
  return readUnitEnvironment(await readFile(join(UNITS, `netferry-${name}.service`), "utf8"));
}

/** The variables that a unit sets, one to a line and without quotes, as ours do. */
export function readUnitEnvironment(unit: string): Record<string, string> {
  const found = unit.matchAll(/^Environment=(\w+)=([^\s"']*)$/gm);
  return Object.fromEntries(
    [...found].map(([, name = "", value = ""]) => [
      name,
      value.replaceAll(/%./g, (specifier) => SPECIFIERS[specifier] ?? specifier),
    ]),
  );
}

async function main(words: readonly string[]): Promise<number> {
  const [directory, ...rest] = words;
  if (directory === undefined || rest.length > 0) {
    process.stderr.write("usage: node scripts/env-samples.ts OUTDIR\n");
    return 2;
  }
  try {
    await mkdir(directory, { recursive: true });
    for (const [name, text] of await environmentSamples()) {
      await writeFile(join(directory, `netferry-${name}.env.sample`), text);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`samples: ${errorText(error)}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
