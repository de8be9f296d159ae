import { readdirSync } from "node:fs";
import { join } from "node:path";

import { run } from "../../interop/lib/command.ts";

const BUILD = join(import.meta.dirname, "../../../scripts/packages/build.ts");
const BUILD_LIMIT_MS = 300_000;
const COPY_LIMIT_MS = 120_000;

export interface BuildOptions {
  readonly architecture?: string;
  readonly revision?: number;
}

/** Makes packages, compressed little, for this machine's processor unless told, and returns their paths. */
export async function buildPackages(
  directory: string,
  kinds: readonly ("binary" | "deb" | "rpm")[],
  { architecture = process.arch, revision = 1 }: BuildOptions = {},
): Promise<readonly string[]> {
  const words = ["--only", kinds.join(","), "--arch", architecture, "--revision", String(revision)];
  await run([process.execPath, BUILD, "--fast", "--out", directory, ...words], { timeoutMs: BUILD_LIMIT_MS });
  return readdirSync(directory).map((name) => join(directory, name));
}

/** Copies a directory with all that the file system knows of it. */
export async function copyTree(from: string, to: string): Promise<void> {
  await run(["cp", "--archive", "--reflink=auto", from, to], { timeoutMs: COPY_LIMIT_MS });
}
