/**
 * Holds the direction of dependencies: a package imports only packages above it in the list below, by their
 * index or another of their entries (tests also by `testing`), and declares what it imports, no less and no more.
 *
 *     node scripts/check-layers.ts
 */
import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** From the bottom up. */
export const LAYERS: readonly string[] = [
  "bgp",
  "formats",
  "rib",
  "relay",
  "kernel",
  "service",
  "registry",
  "agent",
  "ingest",
  "portal",
  "testkit",
  "netferry",
];

/** Packages whose code runs without Node; their tests run in it. */
const WITHOUT_NODE: ReadonlySet<string> = new Set(["bgp"]);

/** Entries of packages beside their index, for commands that start without loading all of a package. */
const ENTRIES: ReadonlySet<string> = new Set([
  "@netferry/agent/commands",
  "@netferry/formats/files",
  "@netferry/kernel/addon",
  "@netferry/relay/command-line",
  "@netferry/service/command-line",
]);

/** What tests import without their package declaring it. */
const TEST_TOOLS: ReadonlySet<string> = new Set(["fast-check"]);

const SCOPE = "@netferry/";
const SOURCE = /\.[cm]?[jt]sx?$/;
const TESTING = /\/testing\//;
const TEST = /\.test\.[cm]?[jt]sx?$/;

export interface Import {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * All that a source file imports, types too. Reads text as the formatter leaves it: statements begin a line,
 * strings are in double quotes.
 */
export function importsOf(source: string): Import[] {
  const patterns = [
    /^(?:import|export)\b[^"';]*?\bfrom\s*"([^"\n]+)"/gm,
    /^import\s*"([^"\n]+)"/gm,
    /\b(?:import|require|import\.meta\.resolve)\(\s*"([^"\n]+)"/g,
  ];
  const imports: Import[] = [];
  for (const pattern of patterns) {
    for (const match of source.matchAll(pattern)) {
      const end = match.index + match[0].length;
      const lineStart = source.lastIndexOf("\n", end) + 1;
      const specifier = match[1] ?? "";
      if (/^\s*(?:\*|\/\/|\/\*)/.test(source.slice(lineStart, end)) || specifier.includes("${")) continue;
      imports.push({ specifier, line: source.slice(0, end).split("\n").length });
    }
  }
  return imports.toSorted((a, b) => a.line - b.line);
}

/** `@scope/name` or `name` of an import that may go deeper. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

interface Package {
  readonly name: string;
  readonly dir: string;
  readonly dependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlySet<string>;
}

interface SourceFile {
  readonly path: string;
  readonly shown: string;
  /** A test, or what tests share: a file in a folder `testing`. */
  readonly isTest: boolean;
  /** Stands beside src, and so sees the package as others do, by its name. */
  readonly isOutside: boolean;
}

/** One line for each thing that is wrong below `root`, none where all is well. */
export function checkLayers(root: string): string[] {
  const packages = directories(join(root, "packages")).map((name) => readPackage(root, name));
  return packages.flatMap((each) => checkPackage(root, each));
}

function checkPackage(root: string, pkg: Package): string[] {
  const manifest = `packages/${pkg.name}/package.json`;
  if (!LAYERS.includes(pkg.name)) {
    return [
      `${manifest}: ${pkg.name} has no place in the list of layers in scripts/check-layers.ts; give it one`,
    ];
  }
  const problems: string[] = [];
  const used = new Set<string>();
  for (const file of sourceFiles(root, pkg)) {
    for (const { specifier, line } of importsOf(readFileSync(file.path, "utf8"))) {
      used.add(packageNameOf(specifier));
      const problem = importProblem(pkg, file, specifier);
      if (problem !== undefined) problems.push(`${file.shown}:${line}: ${problem}`);
    }
  }
  for (const [name, version] of pkg.dependencies) {
    const above = name.startsWith(SCOPE) ? layerProblem(pkg.name, name.slice(SCOPE.length)) : undefined;
    if (above !== undefined) problems.push(`${manifest}: ${above}`);
    if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) {
      problems.push(`${manifest}: ${name} has the version "${version}"; pin one exactly`);
    }
    if (!used.has(name))
      problems.push(`${manifest}: declares ${name}, which nothing in the package imports; remove it`);
  }
  return problems;
}

function importProblem(pkg: Package, file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    const target = relative(pkg.dir, join(dirname(file.path), specifier));
    return target.split(sep)[0] === ".."
      ? `imports ${specifier}, which leaves the package; import the other package by its name`
      : undefined;
  }
  if (specifier.startsWith("node:")) {
    return WITHOUT_NODE.has(pkg.name) && !file.isTest
      ? `imports ${specifier}, but ${pkg.name} runs without Node; pass in what it needs`
      : undefined;
  }
  if (isBuiltin(specifier)) return `imports ${specifier} of Node without its prefix; write node:${specifier}`;
  const name = packageNameOf(specifier);
  if (name.startsWith(SCOPE)) {
    if (file.isOutside && specifier === SCOPE + pkg.name) return undefined;
    const problem = layerProblem(pkg.name, name.slice(SCOPE.length));
    if (problem !== undefined) return problem;
    if (specifier === `${name}/testing`) {
      if (!file.isTest) return `imports ${specifier}, which is for tests; import ${name}`;
    } else if (name !== specifier && !ENTRIES.has(specifier)) {
      return `imports ${specifier}; import ${name}, whose index tells what is public`;
    }
  }
  if (pkg.dependencies.has(name)) return undefined;
  if (file.isTest && (TEST_TOOLS.has(name) || pkg.devDependencies.has(name))) return undefined;
  return `imports ${name}, which packages/${pkg.name}/package.json does not declare; add it there`;
}

/** Why one package may not depend on another, if it may not. */
function layerProblem(from: string, to: string): string | undefined {
  const own = LAYERS.indexOf(from);
  const other = LAYERS.indexOf(to);
  if (other === -1) return `depends on ${SCOPE}${to}, which is no package of the list of layers`;
  if (other === own) return `depends on ${SCOPE}${to}, which is itself; import by a relative path`;
  if (other < own) return undefined;
  const above = LAYERS.slice(0, own).join(", ");
  return `${from} must not depend on ${SCOPE}${to}: ${above === "" ? "it stands on nothing" : `it may only on ${above}`}`;
}

function readPackage(root: string, name: string): Package {
  const dir = join(root, "packages", name);
  const file = join(dir, "package.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return {
    name,
    dir,
    dependencies: versions(manifest, "dependencies"),
    devDependencies: new Set(versions(manifest, "devDependencies").keys()),
  };
}

function versions(manifest: unknown, key: string): Map<string, string> {
  const section =
    typeof manifest === "object" && manifest !== null ? new Map(Object.entries(manifest)).get(key) : {};
  return new Map(Object.entries(section ?? {}).map(([name, version]) => [name, String(version)]));
}

function sourceFiles(root: string, pkg: Package): SourceFile[] {
  const entries: Dirent[] = ["src", "test"].flatMap((folder) => {
    const dir = join(pkg.dir, folder);
    return existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
  });
  return entries
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => {
      const isOutside = path.startsWith(join(pkg.dir, "test") + sep);
      const shown = relative(root, path).split(sep).join("/");
      return { path, shown, isOutside, isTest: isOutside || TEST.test(path) || TESTING.test(shown) };
    });
}

function directories(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

if (import.meta.main) {
  const problems = checkLayers(fileURLToPath(new URL("..", import.meta.url)));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
