import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { tsharkExplanations } from "./lib/explained-tshark.ts";

const page = readFileSync(new URL("../../docs/differential.md", import.meta.url), "utf8");

test("the page explains every rule, and no other", () => {
  const rows = [...page.matchAll(/^\| (T\d+) +\|/gm)].map(([, id]) => id);
  assert.deepEqual(
    rows,
    tsharkExplanations.map(({ id }) => id),
  );
});
