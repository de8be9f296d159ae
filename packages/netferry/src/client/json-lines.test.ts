import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_LINE_CHARACTERS, splitLines } from "./json-lines.ts";

async function* chunked(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function collect(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of splitLines(chunked(chunks))) lines.push(...batch);
  return lines;
}

test("lines are the same however their bytes arrive", async () => {
  const line = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(200)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
      const places = [
        0,
        ...cuts.filter((place) => place < bytes.length).toSorted((a, b) => a - b),
        bytes.length,
      ];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      assert.deepEqual(await collect(chunks), lines);
    }),
  );
});

test("a last line without an end is one", async () => {
  assert.deepEqual(await collect([Buffer.from("a\nb")]), ["a", "b"]);
});

test("a line without end is refused", async () => {
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const chunks = Array.from({ length: MAX_LINE_CHARACTERS / chunk.length + 1 }, () => chunk);
  await assert.rejects(collect(chunks), /a line of more than/);
});
