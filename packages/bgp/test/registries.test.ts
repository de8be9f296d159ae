import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { registries, registriesPage } from "./registries.ts";

for (const { title, entries, known } of registries) {
  test(`IANA's registry, ${title}: what is in use has a type, and nothing is made up`, () => {
    const missing = entries.filter(([code, , octets]) => octets === undefined && !known.has(code));
    assert.deepEqual(missing, [], "neither typed nor excused");
    const excused = entries.filter(([code, , octets]) => octets !== undefined && known.has(code));
    assert.deepEqual(excused, [], "typed and excused");
    const codes = new Set(entries.map(([code]) => code));
    assert.deepEqual(
      [...known].filter(([code]) => !codes.has(code)),
      [],
      "not in the registry",
    );
    assert.equal(codes.size, entries.length);
  });
}

test("docs/codec.md is what the registries say", () => {
  const page = readFileSync(new URL("../../../docs/codec.md", import.meta.url), "utf8");
  assert.equal(page, registriesPage(), "run packages/bgp/scripts/registries-page.ts");
});
