import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { architectureNamed } from "./architecture.ts";
import { debScripts } from "./deb.ts";
import { licenceTexts } from "./licences.ts";
import { wrapped } from "./wrapped.ts";

const BUILD = fileURLToPath(new URL("build.ts", import.meta.url));

test("processors are known by the names of all three worlds", () => {
  for (const name of ["arm64", "aarch64"]) assert.equal(architectureNamed(name)?.node, "arm64");
  for (const name of ["x64", "amd64", "x86_64"]) assert.equal(architectureNamed(name)?.node, "x64");
  assert.equal(architectureNamed("mips"), undefined);
});

test("wrong words are told by name, and nothing is made", () => {
  for (const [words, text] of [
    [["--arch", "mips"], /^packages: --arch mips is not one of x64, arm64\n$/],
    [["--only", "msi"], /^packages: --only msi is not one of binary, deb, rpm\n$/],
    [["--revision", "0"], /^packages: --revision 0 is not a whole number from 1\n$/],
    [["--quick"], /^packages: Unknown option '--quick'/],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [BUILD, ...words], { encoding: "utf8" });
    assert.equal(status, 2);
    assert.match(stderr, text);
  }
  assert.match(execFileSync(process.execPath, [BUILD, "--help"], { encoding: "utf8" }), /^usage: /);
});

test("the scripts of a service are ones that a shell takes", () => {
  const scripts = debScripts({ unit: "example.service", leftovers: ["/etc/default/example.env"] });
  for (const [name, text] of Object.entries(scripts)) {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], name);
  }
  assert.deepEqual(Object.keys(scripts), ["postinst", "prerm", "postrm"]);
});

test("licences go along whole, of what the lock file knows", () => {
  const text = licenceTexts(["zod"], "");
  assert.match(text, /^-+\nzod \S+ \(MIT\)\n-+\n\n[^]*Permission is hereby granted/);
  assert.throws(
    () => licenceTexts(["no-such-package"], ""),
    /package-lock\.json does not know no-such-package/,
  );
});

test("descriptions are broken into lines between words", () => {
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("incomprehensibilities", 7), ["incomprehensibilities"]);
});
