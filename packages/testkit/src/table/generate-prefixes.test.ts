import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";
import { addressOfPrefix, IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import fc from "fast-check";
import { generatePrefixes, MAX_GENERATED_PREFIXES } from "./generate-prefixes.ts";
import { IPV4_MIX, IPV6_MIX } from "./measured-mix.ts";
import { readPrefixFile } from "./prefix-file.ts";
import type { PrefixSet } from "./prefix-set.ts";

const FULL_LIST = fileURLToPath(new URL("../../../../../shared/data/prefixes.txt.gz", import.meta.url));
const FAMILIES = [
  { family: IPV4_UNICAST, name: "IPv4", mix: IPV4_MIX, full: 100_000 },
  { family: IPV6_UNICAST, name: "IPv6", mix: IPV6_MIX, full: 100_000 },
] as const;

/** Whether the prefix at `outer` covers the one at `inner`, both in NLRI form. */
function covers(outer: Uint8Array, inner: Uint8Array): boolean {
  const length = outer[0]!;
  if (length > inner[0]!) return false;
  const whole = length >>> 3;
  for (let at = 1; at <= whole; at += 1) if (outer[at] !== inner[at]) return false;
  const rest = length & 7;
  return rest === 0 || (outer[1 + whole]! ^ inner[1 + whole]!) >>> (8 - rest) === 0;
}

/** Order of a table: by address, then by length. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let at = 1; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a[0]! - b[0]!;
}

/** How many prefixes of a table in order lie within another one. */
function coveredShare(set: PrefixSet): number {
  const around: Uint8Array[] = [];
  let covered = 0;
  for (let index = 0; index < set.size; index += 1) {
    const nlri = set.nlri(index);
    while (around.length > 0 && !covers(around.at(-1)!, nlri)) around.pop();
    if (around.length > 0) covered += 1;
    around.push(nlri);
  }
  return covered / set.size;
}

let fullTable: Promise<PrefixSet[]> | undefined;

for (const { family, name, mix, full } of FAMILIES) {
  describe(`generated ${name} prefixes`, () => {
    it("are exactly as many as asked for, different, in order, without host bits", () => {
      const property = fc.property(fc.nat(3000), fc.nat(1000), (count, seed) => {
        const set = generatePrefixes(family, count, seed);
        assert.equal(set.size, count);
        let last: Uint8Array | undefined;
        for (let index = 0; index < count; index += 1) {
          const nlri = set.nlri(index);
          assert.ok(last === undefined || compare(last, nlri) < 0, "out of order, or twice");
          last = nlri;
          const length = nlri[0]!;
          assert.equal(nlri.length, 1 + ((length + 7) >>> 3));
          if ((length & 7) !== 0) assert.equal(nlri.at(-1)! & (0xff >>> (length & 7)), 0);
        }
      });
      fc.assert(property, { numRuns: 40 });
    });

    it("are as many as asked for up to the limit, and no more", () => {
      assert.equal(generatePrefixes(family, 2_000_000, 5).size, 2_000_000);
      for (const count of [-1, 1.5, MAX_GENERATED_PREFIXES + 1]) {
        assert.throws(() => generatePrefixes(family, count, 1), RangeError);
      }
    });

    it("are the same for the same seed, and others for another", () => {
      const one = generatePrefixes(family, 5000, 1);
      assert.deepEqual(one.bytes, generatePrefixes(family, 5000, 1).bytes);
      assert.notDeepEqual(one.bytes, generatePrefixes(family, 5000, 2).bytes);
    });

    it("have the lengths of a full table", () => {
      const set = generatePrefixes(family, full, 1);
      const counts = new Map<number, number>();
      for (let index = 0; index < set.size; index += 1) {
        const length = set.nlri(index)[0]!;
        counts.set(length, (counts.get(length) ?? 0) + 1);
      }
      for (const [length, prefixes] of mix.lengths) {
        const wanted = (full * prefixes) / mix.total;
        const got = counts.get(length) ?? 0;
        assert.ok(Math.abs(got - wanted) <= Math.max(30, 0.01 * wanted), `/${length}: ${got} of ${wanted}`);
      }
    });

    it("lie within each other as often as in a full table", async (test) => {
      if (!existsSync(FULL_LIST)) {
        test.skip("no full table at ../shared/data/prefixes.txt.gz");
        return;
      }
      fullTable ??= readPrefixFile(FULL_LIST);
      const real = (await fullTable).find((set) => set.family === family);
      assert.ok(real !== undefined);
      const share = coveredShare(generatePrefixes(family, real.size, 1));
      const wanted = coveredShare(real);
      assert.ok(Math.abs(share - wanted) < 0.12, `${share} covered, in the real table ${wanted}`);
    });
  });
}

describe("generated IPv4 prefixes", () => {
  it("keep out of special ranges (RFC 6890)", () => {
    const set = generatePrefixes(IPV4_UNICAST, 200_000, 3);
    for (let index = 0; index < set.size; index += 1) {
      const [first, second] = addressOfPrefix({ family: IPV4_UNICAST, nlri: set.nlri(index) });
      const special =
        first === 0 ||
        first === 10 ||
        first === 127 ||
        first! >= 224 ||
        (first === 192 && second === 168) ||
        (first === 172 && second! >= 16 && second! < 32) ||
        (first === 169 && second === 254);
      assert.ok(!special, set.nlri(index).join());
    }
  });
});
