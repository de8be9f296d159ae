import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkLayers, importsOf, LAYERS, packageNameOf } from "./check-layers.ts";

describe("imports of a source file", () => {
  it("are found in every form, with their lines", () => {
    const source = [
      'import { a } from "a";',
      'import type { B } from "@scope/b/deep";',
      "import {",
      "  c,",
      '} from "c";',
      'import "d";',
      'export * from "./e.ts";',
      'export { f } from "f";',
      'export const text = "from";',
      'const g = await import("g");',
      'type H = import("h").H;',
      'const i = require("i");',
      'import j, { type J } from "j"; // a "remark"',
      'const k = import.meta.resolve("k");',
    ].join("\n");
    assert.deepEqual(
      importsOf(source).map(({ specifier, line }) => [specifier, line]),
      [
        ["a", 1],
        ["@scope/b/deep", 2],
        ["c", 5],
        ["d", 6],
        ["./e.ts", 7],
        ["f", 8],
        ["g", 10],
        ["h", 11],
        ["i", 12],
        ["j", 13],
        ["k", 14],
      ],
    );
  });

  it("are not those in remarks and templates", () => {
    const source = [
      "/**",
      ' * import { a } from "a";',
      ' * const b = await import("b");',
      " */",
      '// import("c")',
      'const code = `import { d } from "${where}";`;',
      'const other = `await import("${e}")`;',
      'export function from() { return "f"; }',
    ].join("\n");
    assert.deepEqual(importsOf(source), []);
  });

  it("belong to packages", () => {
    assert.equal(packageNameOf("@scope/name/deep/er"), "@scope/name");
    assert.equal(packageNameOf("name/deep"), "name");
  });
});

/** A package.json with these dependencies. */
function manifest(...dependencies: string[]): string {
  return JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, "1.0.0"])) });
}

describe("the check of layers", () => {
  let root: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "netferry-layers-"));
  });

  after(() => rm(root, { recursive: true }));

  /** Problems of a tree of packages; each file's content by its path below packages/. */
  async function problems(files: Record<string, string>): Promise<string[]> {
    await rm(join(root, "packages"), { recursive: true, force: true });
    for (const [path, content] of Object.entries(files)) {
      const file = join(root, "packages", path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return checkLayers(root);
  }

  it("has nothing to say where all is well", async () => {
    assert.deepEqual(
      await problems({
        "bgp/package.json": manifest(),
        "bgp/src/index.ts": 'export * from "./message/open.ts";\n',
        "bgp/src/message/open.ts": 'import { x } from "../x.ts";\n',
        "bgp/src/message/open.test.ts": 'import { it } from "node:test";\nimport fc from "fast-check";\n',
        "bgp/test/whole.test.ts": 'import { x } from "@netferry/bgp";\n',
        "rib/package.json": manifest("@netferry/bgp", "zod"),
        "rib/src/index.ts": 'import { z } from "zod/v4";\nimport type { Family } from "@netferry/bgp";\n',
      }),
      [],
    );
  });

  it("refuses a package below, in code and in the manifest", async () => {
    const found = await problems({
      "rib/package.json": manifest("@netferry/ingest"),
      "rib/src/a.ts": '\nimport { x } from "@netferry/ingest";\n',
      "bgp/package.json": manifest("@netferry/rib"),
      "bgp/src/a.test.ts": 'import type { x } from "@netferry/rib";\n',
    });
    assert.deepEqual(found, [
      "packages/bgp/src/a.test.ts:1: bgp must not depend on @netferry/rib: it stands on nothing",
      "packages/bgp/package.json: bgp must not depend on @netferry/rib: it stands on nothing",
      "packages/rib/src/a.ts:2: rib must not depend on @netferry/ingest: it may only on bgp, formats",
      "packages/rib/package.json: rib must not depend on @netferry/ingest: it may only on bgp, formats",
    ]);
  });

  const single: [string, Record<string, string>, string][] = [
    [
      "a package itself by its name",
      { "rib/package.json": manifest(), "rib/src/a.ts": 'import "@netferry/rib";' },
      "packages/rib/src/a.ts:1: depends on @netferry/rib, which is itself; import by a relative path",
    ],
    [
      "a package that is none",
      { "rib/package.json": manifest(), "rib/src/a.ts": 'import "@netferry/zebra";' },
      "packages/rib/src/a.ts:1: depends on @netferry/zebra, which is no package of the list of layers",
    ],
    [
      "what lies deep in another package",
      {
        "rib/package.json": manifest("@netferry/bgp"),
        "rib/src/a.ts": 'import "@netferry/bgp/src/open.ts";',
      },
      "packages/rib/src/a.ts:1: imports @netferry/bgp/src/open.ts; import @netferry/bgp, whose index tells what is public",
    ],
    [
      "what another package has for tests, outside of tests",
      {
        "rib/package.json": manifest("@netferry/bgp"),
        "rib/src/a.ts": 'import "@netferry/bgp/testing";',
        "rib/src/a.test.ts": 'import "@netferry/bgp/testing";',
        "rib/src/testing/b.ts": 'import "@netferry/bgp/testing";',
      },
      "packages/rib/src/a.ts:1: imports @netferry/bgp/testing, which is for tests; import @netferry/bgp",
    ],
    [
      "a path out of the package",
      { "rib/package.json": manifest(), "rib/src/deep/a.ts": 'import "../../../bgp/src/index.ts";' },
      "packages/rib/src/deep/a.ts:1: imports ../../../bgp/src/index.ts, which leaves the package; import the other package by its name",
    ],
    [
      "what is not declared, also in tests",
      { "rib/package.json": manifest(), "rib/src/a.test.ts": 'import "zod";' },
      "packages/rib/src/a.test.ts:1: imports zod, which packages/rib/package.json does not declare; add it there",
    ],
    [
      "test tools in code that is no test",
      { "rib/package.json": manifest(), "rib/src/a.ts": 'import fc from "fast-check";' },
      "packages/rib/src/a.ts:1: imports fast-check, which packages/rib/package.json does not declare; add it there",
    ],
    [
      "a declaration that is not used",
      { "rib/package.json": manifest("zod"), "rib/src/a.ts": "" },
      "packages/rib/package.json: declares zod, which nothing in the package imports; remove it",
    ],
    [
      "a version that is a range",
      { "rib/package.json": '{"dependencies":{"zod":"^4.0.0"}}', "rib/src/a.ts": 'import "zod";' },
      'packages/rib/package.json: zod has the version "^4.0.0"; pin one exactly',
    ],
    [
      "Node in the codec",
      { "bgp/package.json": manifest(), "bgp/src/a.ts": 'import { Buffer } from "node:buffer";' },
      "packages/bgp/src/a.ts:1: imports node:buffer, but bgp runs without Node; pass in what it needs",
    ],
    [
      "Node without its prefix",
      { "rib/package.json": manifest(), "rib/src/a.ts": 'import "fs/promises";' },
      "packages/rib/src/a.ts:1: imports fs/promises of Node without its prefix; write node:fs/promises",
    ],
    [
      "a package without a place",
      { "zebra/package.json": manifest() },
      "packages/zebra/package.json: zebra has no place in the list of layers in scripts/check-layers.ts; give it one",
    ],
  ];
  for (const [name, files, expected] of single) {
    it(`refuses ${name}`, async () => {
      assert.deepEqual(await problems(files), [expected]);
    });
  }

  it("reads JavaScript, declarations and the folder test as well", async () => {
    const found = await problems({
      "rib/package.json": manifest(),
      "rib/src/gen/a.js": 'import "one";',
      "rib/src/gen/a.d.ts": 'import type { T } from "two";',
      "rib/test/helper.ts": 'import fc from "fast-check";\nimport "three";',
      "rib/src/readme.md": 'import "four";',
    });
    assert.deepEqual(found.map((line) => line.match(/imports (\w+)/)?.[1] ?? line).toSorted(), [
      "one",
      "three",
      "two",
    ]);
  });

  it("knows each layer once", () => {
    assert.equal(new Set(LAYERS).size, LAYERS.length);
  });
});
