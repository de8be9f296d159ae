import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { formatPrefix, IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import fc from "fast-check";
import { PrefixFileError, readPrefixFile } from "./prefix-file.ts";
import type { PrefixSet } from "./prefix-set.ts";

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "netferry-prefixes-"));
});
after(async () => rm(directory, { recursive: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(directory, "prefixes");
  await writeFile(path, content);
  return path;
}

function texts(set: PrefixSet | undefined): string[] {
  assert.ok(set !== undefined);
  return Array.from({ length: set.size }, (_, index) => formatPrefix(set.family, set.nlri(index)));
}

const LIST =
  "192.0.2.0/24\n2001:db8::/32\n\n# a remark\n10.1.2.3/8\r\n0.0.0.0/0\n192.0.2.0/24\n203.0.113.7/32";

describe("readPrefixFile", () => {
  it("reads plain files and gzip, IPv4 and IPv6, each prefix once", async () => {
    for (const content of [LIST, gzipSync(LIST)]) {
      const [ipv4, ipv6, ...more] = await readPrefixFile(await file(content));
      assert.deepEqual(more, []);
      assert.equal(ipv4?.family, IPV4_UNICAST);
      assert.equal(ipv6?.family, IPV6_UNICAST);
      assert.deepEqual(texts(ipv4), ["192.0.2.0/24", "10.0.0.0/8", "0.0.0.0/0", "203.0.113.7/32"]);
      assert.deepEqual(texts(ipv6), ["2001:db8::/32"]);
    }
  });

  it("takes no more than asked for", async () => {
    const [ipv4, ipv6] = await readPrefixFile(await file(LIST), { limits: { ipv4: 2 } });
    assert.deepEqual([ipv4?.size, ipv6?.size], [2, 1]);
    const none = await readPrefixFile(await file(LIST), { limits: { ipv4: 0, ipv6: 1 } });
    assert.deepEqual(
      none.map(({ family }) => family),
      [IPV6_UNICAST],
    );
  });

  it("reads any prefix that can be written", async () => {
    const prefix = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, length]) => `${address}/${length}`),
      fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, length]) => `${address}/${length}`),
    );
    const property = fc.asyncProperty(fc.array(prefix, { minLength: 1, maxLength: 50 }), async (prefixes) => {
      const sets = await readPrefixFile(await file(prefixes.join("\n")));
      const read = new Set(sets.flatMap(texts));
      assert.ok(read.size > 0 && read.size <= prefixes.length);
      for (const text of read) assert.match(text, /^[0-9a-f.:]+\/\d+$/);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  const bad: readonly (readonly [string, RegExp])[] = [
    ["10.0.0.0/8\n10.0.0.0/33", /:2: "10\.0\.0\.0\/33" is no prefix such as 192\.0\.2\.0\/24/],
    ["\n\nhello", /:3: "hello" is no prefix/],
    ["10.0.0.0", /:1: "10\.0\.0\.0" is no prefix/],
    ["10.0.0/8", /:1: /],
    ["10.0.0.0.0/8", /:1: /],
    ["010.0.0.0/8", /:1: /],
    ["256.0.0.0/8", /:1: /],
    ["10.0.0.0/", /:1: /],
    ["10.0.0.0/8/8", /:1: /],
    ["10..0.0/8", /:1: /],
    ["2001:db8::/129", /:1: /],
    [`10.0.0.0/8\n${"1".repeat(1_000_000)}`, /:2: longer than 256 characters/],
    ["", /has no prefixes/],
    ["# nothing\n", /has no prefixes/],
  ];
  for (const [content, message] of bad) {
    it(`refuses ${JSON.stringify(content.slice(0, 30))} by its line`, async () => {
      const path = await file(content);
      await assert.rejects(readPrefixFile(path), (error) => {
        assert.ok(error instanceof PrefixFileError);
        assert.equal(error.path, path);
        assert.match(error.message, message);
        assert.ok(error.message.length < path.length + 120);
        const line = /:(\d+): /.exec(error.message)?.[1];
        assert.equal(error.line, line === undefined ? undefined : Number(line));
        return true;
      });
    });
  }

  it("says what is wrong with a file that cannot be read", async () => {
    const path = join(directory, "none");
    await assert.rejects(readPrefixFile(path), {
      name: "PrefixFileError",
      message: /none: cannot read .*ENOENT/,
    });
    const cut = gzipSync(LIST.repeat(100)).subarray(0, 60);
    await assert.rejects(readPrefixFile(await file(cut)), {
      name: "PrefixFileError",
      message: /cannot read/,
    });
  });
});
