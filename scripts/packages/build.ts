/**
 * Makes the packages: one binary, and .deb and .rpm files of it and its services.
 *
 *     node scripts/packages/build.ts [--out DIR] [--arch ARCH[,ARCH]] [--only KIND[,KIND]] [--revision N] [--fast]
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { errorText, formatBytes } from "@netferry/service/command-line";
import { commands } from "../../packages/netferry/src/commands.ts";
import { completionScripts } from "../../packages/netferry/src/completion-command.ts";
import manifest from "../../packages/netferry/package.json" with { type: "json" };
import { environmentSamples } from "../env-samples.ts";
import { writeManPages } from "../man-pages.ts";
import { ARCHITECTURES, type Architecture, architectureNamed } from "./architecture.ts";
import { makeBinary } from "./binary.ts";
import { makeBundle } from "./bundle.ts";
import { contentsOf, type Made } from "./contents.ts";
import { makeDeb } from "./deb.ts";
import { licenceTexts } from "./licences.ts";
import type { Release } from "./release.ts";
import { makeRpm } from "./rpm.ts";

const NAME = "netferry";
const KINDS = ["binary", "deb", "rpm"] as const;
type Kind = (typeof KINDS)[number];

const USAGE = `usage: node scripts/packages/build.ts [options]

Makes the binary and its packages (make packages).

  --out DIR          where they go (default: dist)
  --arch ARCH,...    x64, arm64 (default: both)
  --only KIND,...    binary, deb, rpm (default: all)
  --revision N       of the packages of this version (default: 1)
  --fast             compress little, for trials
`;

const TOOLS: Readonly<Partial<Record<Kind, string>>> = {
  deb: "/usr/bin/dpkg-deb",
  rpm: "/usr/bin/rpmbuild",
};

interface Options {
  readonly out: string;
  readonly architectures: readonly Architecture[];
  readonly kinds: ReadonlySet<Kind>;
  readonly revision: number;
  readonly fast: boolean;
}

class UsageError extends Error {}

function optionsOf(words: readonly string[]): Options | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        out: { type: "string", default: "dist" },
        arch: { type: "string", default: ARCHITECTURES.map(({ node }) => node).join(",") },
        only: { type: "string", default: KINDS.join(",") },
        revision: { type: "string", default: "1" },
        fast: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(errorText(error), { cause: error });
  }
  if (values.help) return undefined;
  const architectures = values.arch.split(",").map((name) => {
    const found = architectureNamed(name);
    if (found === undefined) throw new UsageError(`--arch ${name} is not one of x64, arm64`);
    return found;
  });
  const kinds = values.only.split(",").map((name) => {
    const found = KINDS.find((kind) => kind === name);
    if (found === undefined) throw new UsageError(`--only ${name} is not one of ${KINDS.join(", ")}`);
    return found;
  });
  const revision = Number(values.revision);
  if (!Number.isSafeInteger(revision) || revision < 1) {
    throw new UsageError(`--revision ${values.revision} is not a whole number from 1`);
  }
  return { out: resolve(values.out), architectures, kinds: new Set(kinds), revision, fast: values.fast };
}

const root = fileURLToPath(new URL("../..", import.meta.url));

async function build(options: Options): Promise<void> {
  for (const kind of options.kinds) {
    const tool = TOOLS[kind];
    if (tool !== undefined && !existsSync(tool)) {
      throw new Error(`${tool} is not there, which makes .${kind} files; run: scripts/install-packaging.sh`);
    }
  }
  mkdirSync(options.out, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "netferry-packages-"));
  try {
    const bundle = await makeBundle(join(scratch, "netferry.cjs"));
    const packages = options.kinds.has("deb") || options.kinds.has("rpm");
    const release = packages ? releaseOf(options) : undefined;
    const common = release === undefined ? undefined : await commonParts(scratch, release);
    for (const architecture of options.architectures) {
      const file = join(scratch, `netferry-${architecture.node}`);
      makeBinary({ bundle: bundle.file, architecture, file, scratch });
      if (options.kinds.has("binary")) {
        const path = join(options.out, `netferry-linux-${architecture.deb}`);
        copyFileSync(file, path);
        tell(path);
      }
      if (release === undefined || common === undefined) continue;
      const runtime = [`node-linux-${architecture.node}`, `@koromix/koffi-linux-${architecture.node}`];
      const licences = licenceTexts([...bundle.dependencies, ...runtime], scratch);
      const all = contentsOf({ ...common, binary: readFileSync(file), licences });
      // What is the same for all processors is made once.
      const first = architecture === options.architectures[0];
      for (const contents of all.filter(({ native }) => native || first)) {
        const at = { scratch, directory: options.out };
        if (options.kinds.has("deb")) tell(makeDeb(contents, architecture, release, at));
        if (options.kinds.has("rpm")) tell(makeRpm(contents, architecture, release, at));
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function releaseOf({ revision, fast }: Options): Release {
  return {
    version: manifest.version,
    revision,
    maintainer: "Netferry maintainers <maintainers@netferry.example>",
    seconds: Number(process.env["SOURCE_DATE_EPOCH"] ?? timeOfCommit()),
    debCompression: fast ? ["-Zgzip", "-z1"] : ["-Zxz"],
    rpmPayload: fast ? "w1.gzdio" : "w6.xzdio",
  };
}

/** In seconds since 1970. */
function timeOfCommit(): string {
  try {
    return execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error("files get the time of the last commit, and git knows none here; set SOURCE_DATE_EPOCH", {
      cause: error,
    });
  }
}

async function commonParts(scratch: string, release: Release): Promise<Omit<Made, "binary" | "licences">> {
  const manual = join(scratch, "man");
  const date = new Date(release.seconds * 1000).toISOString().slice(0, 10);
  const pages = await writeManPages(manual, release.version, date);
  return {
    version: release.version,
    manPages: new Map(pages.map((page) => [page, readFileSync(join(manual, page), "utf8")])),
    completions: await completionScripts(NAME, commands),
    environments: await environmentSamples(),
  };
}

function tell(path: string): void {
  process.stdout.write(`${relative(process.cwd(), path)}  ${formatBytes(statSync(path).size)}\n`);
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const options = optionsOf(words);
    if (options === undefined) process.stdout.write(USAGE);
    else await build(options);
    return 0;
  } catch (error) {
    process.stderr.write(`packages: ${errorText(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
