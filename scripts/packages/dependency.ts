/** npm packages of other processors: those of the lock file that `npm ci` leaves out on this one. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface LockEntry {
  readonly version: string;
  readonly integrity: string;
}

/**
 * The directory of a package, as `npm ci` installed it, or fetched into `cache` by the version of the lock file. Throws
 * where its content is not that of the lock file.
 */
export function dependencyDirectory(name: string, cache: string): string {
  const installed = join(root, "node_modules", name);
  if (existsSync(join(installed, "package.json"))) return installed;
  const { version, integrity } = lockEntry(name);
  const directory = join(cache, `${name.replaceAll("/", "-")}-${version}`);
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const [packed] = JSON.parse(
    execFileSync(
      "npm",
      ["pack", "--json", "--loglevel=error", `${name}@${version}`, "--pack-destination", cache],
      {
        encoding: "utf8",
        cwd: root,
      },
    ),
  ) as [{ readonly filename: string }];
  const archive = join(cache, packed.filename);
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== integrity) {
    rmSync(archive);
    throw new Error(
      `${name}@${version} is not what package-lock.json knows: ${found} instead of ${integrity}`,
    );
  }
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  execFileSync("tar", ["-xzf", archive, "-C", partial, "--strip-components=1"]);
  rmSync(archive);
  renameSync(partial, directory);
  return directory;
}

function lockEntry(name: string): LockEntry {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, LockEntry | undefined>>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`package-lock.json does not know ${name}`);
  return entry;
}
