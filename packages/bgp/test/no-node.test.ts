import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL("..", import.meta.url));
const sources = globSync("src/**/*.ts", { cwd: directory }).filter(
  (path) => !/\.test\.ts$|fixture\.ts$/.test(path),
);

test("the package imports nothing but its own files", () => {
  assert.ok(sources.length > 100);
  let imports = 0;
  for (const path of sources) {
    const text = readFileSync(directory + path, "utf8");
    for (const [, from] of text.matchAll(/^(?:import|export)\s(?:[^;"()=]*\sfrom\s)?"([^"]+)";$/gm)) {
      assert.match(from ?? "", /^\.\.?\/.*\.ts$/, `${path} imports ${from}`);
      imports += 1;
    }
    assert.doesNotMatch(text, /\b(?:import|require)\(/, path);
  }
  assert.ok(imports > sources.length);
});

test("it declares no dependency", () => {
  const manifest = JSON.parse(readFileSync(`${directory}package.json`, "utf8")) as { dependencies: object };
  assert.deepEqual(manifest.dependencies, {});
});

test("it compiles where only the language and a browser's globals are known", () => {
  const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
  execFileSync(process.execPath, [tsc, "--noEmit", "-p", `${directory}tsconfig.browser.json`], {
    stdio: "pipe",
  });
});
