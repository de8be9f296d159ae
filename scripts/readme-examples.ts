/**
 * The READMEs of packages quote their examples and what these print: `node scripts/readme-examples.ts` puts both into the README,
 * a test holds them to it. An example stands between `<!-- example: NAME -->` and `<!-- end -->`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PACKAGES = ["bgp", "formats"] as const;
const root = fileURLToPath(new URL("..", import.meta.url));

export interface Quotation {
  readonly readme: string;
  /** The page as it is. */
  readonly found: string;
  /** The page with each example's text and output. */
  readonly wanted: string;
  /** Examples that the page does not quote. */
  readonly missing: readonly string[];
}

/** Runs every example of a package. Throws where one fails. */
export function quotationOf(name: (typeof PACKAGES)[number]): Quotation {
  const directory = `${root}packages/${name}/`;
  const readme = `${directory}README.md`;
  const found = readFileSync(readme, "utf8");
  let wanted = found;
  const missing: string[] = [];
  for (const file of readdirSync(`${directory}examples`)) {
    const source = readFileSync(`${directory}examples/${file}`, "utf8");
    const output = execFileSync(process.execPath, [`${directory}examples/${file}`], { encoding: "utf8" });
    const marker = `<!-- example: ${file} -->\n`;
    const at = wanted.indexOf(marker);
    if (at < 0) {
      missing.push(file);
      continue;
    }
    const start = at + marker.length;
    const end = wanted.indexOf("<!-- end -->", start);
    const quoted = `\n\`\`\`ts\n${source.trimEnd()}\n\`\`\`\n\n\`\`\`text\n${trimmed(output)}\n\`\`\`\n\n`;
    wanted = wanted.slice(0, start) + quoted + wanted.slice(end);
  }
  return { readme, found, wanted, missing };
}

function trimmed(output: string): string {
  return output
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of PACKAGES) {
    const { readme, wanted } = quotationOf(name);
    writeFileSync(readme, wanted);
  }
}
