/** All of the program's code in one file. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The code that a binary carries. */
export interface Bundle {
  readonly file: string;
  /** Names of the npm packages in it, the project's own left out; sorted. */
  readonly dependencies: readonly string[];
}

/** Writes the bundle. Names of functions stay as they are, for stack traces. */
export async function makeBundle(file: string): Promise<Bundle> {
  const { metafile } = await build({
    entryPoints: [join(root, "packages/netferry/src/binary.ts")],
    outfile: file,
    bundle: true,
    platform: "node",
    // What a single binary can start; it has no top-level await.
    format: "cjs",
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    // Two places ask where they lie, to find what a binary carries in itself; there they don't run.
    logOverride: { "empty-import-meta": "silent" },
    absWorkingDir: root,
    logLevel: "warning",
  });
  const names = Object.keys(metafile.inputs).flatMap((input) => {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    return name === undefined ? [] : [name];
  });
  return { file, dependencies: [...new Set(names)].toSorted() };
}
