import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { it } from "node:test";

import { unavailableReason, unsupportedPlatform } from "./libc.ts";

const index = new URL("../index.ts", import.meta.url).href;

function run(code: string): string {
  const source = `import { readFileSync } from "node:fs";
    const kernel = await import("${index}");
    const loaded = () => readFileSync("/proc/self/maps", "latin1").includes("koffi.node");
    ${code}`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", source], {
    encoding: "utf8",
  }).trim();
}

it("importing the package loads no native code; the first call does", () => {
  assert.equal(run(`console.log(loaded(), kernel.unavailableReason(), loaded());`), "false undefined true");
});

it("an addon beside the program is taken instead of the package", () => {
  const require = createRequire(import.meta.url);
  const addon = join(
    dirname(require.resolve(`@koromix/koffi-linux-${process.arch}`)),
    `linux_${process.arch}`,
    "koffi.node",
  );
  const code = `import { copyFileSync } from "node:fs";
    import { mkdtempSync, rmSync } from "node:fs"; import { tmpdir } from "node:os";
    const dir = mkdtempSync(tmpdir() + "/kernel-"); const copy = dir + "/own-koffi.node";
    copyFileSync(${JSON.stringify(addon)}, copy); let released = 0;
    kernel.useKoffiAddon({ open: () => ({ path: copy, release: () => { released += 1; } }), remedy: "" });
    console.log(kernel.md5Support().available, readFileSync("/proc/self/maps", "latin1").includes("own-koffi.node"), released);
    rmSync(dir, { recursive: true });`;
  assert.match(run(code), /^(?:true|false) true 1$/);
});

it("where koffi cannot load, each function says so and what to do", () => {
  const text =
    run(`kernel.useKoffiAddon({ open: () => ({ path: "/nonexistent/koffi.node", release() {} }), remedy: "pray" });
    console.log(kernel.unavailableReason()); console.log(kernel.md5Support().reason);
    try { kernel.setMd5Key(1, "192.0.2.1", "key"); } catch (error) { console.log(error.name); }`);
  const [reason, support, name] = text.split("\n");
  assert.match(reason ?? "", /^koffi cannot load \(.*\/nonexistent\/koffi\.node.*\); pray$/);
  assert.equal(support, reason);
  assert.equal(name, "KernelUnavailableError");
});

it("other systems and architectures are named", () => {
  assert.equal(unsupportedPlatform("linux", "arm64"), undefined);
  assert.match(unsupportedPlatform("darwin", "arm64") ?? "", /not available on darwin; run on Linux/);
  assert.match(unsupportedPlatform("linux", "ia32") ?? "", /not known on ia32; run on one of x64/);
  assert.equal(unavailableReason(), undefined);
});
