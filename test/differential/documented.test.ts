import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exabgpExplanations } from "./lib/explained-exabgp.ts";
import { gobgpExplanations } from "./lib/explained-gobgp.ts";
import { tsharkExplanations } from "./lib/explained-tshark.ts";

const page = readFileSync(new URL("../../docs/differential.md", import.meta.url), "utf8");

test("the page explains every rule, and no other", () => {
  const rows = [...page.matchAll(/^\| ([TXG]\d+) +\|/gm)].map(([, id]) => id);
  assert.deepEqual(
    rows,
    [...tsharkExplanations, ...exabgpExplanations, ...gobgpExplanations].map(({ id }) => id),
  );
});
