/** Whose code a binary holds, and under which licences. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dependencyDirectory } from "./dependency.ts";

/** Licences that ask for no more than their text. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
]);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * A text with the licences of these npm packages, whole. Throws where one is not permissive, or has no text.
 *
 * @param cache for packages of other processors
 */
export function licenceTexts(names: readonly string[], cache: string): string {
  return names.map((name) => licenceText(dependencyDirectory(name, cache))).join("\n\n");
}

function licenceText(directory: string): string {
  const {
    name,
    version,
    license = "none",
  } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
  const allowed = license.replace(/^\(|\)$/g, "").split(/ (?:OR|AND) /);
  if (!allowed.every((each) => PERMISSIVE.has(each))) {
    throw new Error(`${name}@${version} has licence ${license}, which is not one of the permissive ones`);
  }
  const file = readdirSync(directory).find((each) => /^(?:licen[cs]e|copying)/i.test(each));
  const text =
    file === undefined ? `Licence: ${license}` : readFileSync(join(directory, file), "utf8").trim();
  const line = "-".repeat(72);
  return `${line}\n${name} ${version} (${license})\n${line}\n\n${text}`;
}
