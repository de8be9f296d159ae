/** Modules of this repository as JavaScript: what a package would ship, so that a start does not strip types. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

/**
 * Writes the modules that the globs name, relative to `root`, into `directory` as `.mjs`. Imports of `.ts`
 * become imports of `.mjs`; packages are not followed.
 */
export function writeStripped(root: string, globs: readonly string[], directory: string): void {
  for (const path of globSync(globs, { cwd: root })) {
    if (path.endsWith(".test.ts")) continue;
    const target = join(directory, path.replace(/\.ts$/, ".mjs"));
    mkdirSync(dirname(target), { recursive: true });
    const script = stripTypeScriptTypes(readFileSync(join(root, path), "utf8"));
    writeFileSync(target, script.replaceAll(/(from "[^"]+)\.ts"/g, '$1.mjs"'));
  }
}
