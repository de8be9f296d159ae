import { chmodSync, lutimesSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PackagedFile } from "./contents.ts";

/** Lays files out under a directory, which is made. */
export function writeTree(directory: string, files: readonly PackagedFile[]): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  for (const { path, content, mode } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
}

/** Gives everything under a directory one time, so that the same files make the same package. */
export function setTimes(directory: string, seconds: number): void {
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    lutimesSync(join(directory, entry), seconds, seconds);
  }
  lutimesSync(directory, seconds, seconds);
}
