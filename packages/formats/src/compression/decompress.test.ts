import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Bzip2Error } from "./bunzip2.ts";
import { decompress } from "./decompress.ts";

async function* pieces(file: Uint8Array, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < file.length; at += length) yield file.subarray(at, at + length);
}

async function whole(file: Uint8Array, length = 1000): Promise<string> {
  let text = "";
  for await (const chunk of decompress(pieces(file, length))) text += Buffer.from(chunk).toString("latin1");
  return text;
}

const text = "netferry\n".repeat(3);
const bzip2 = (base64: string): Buffer => Buffer.from(base64, "base64");
const BZIP2_TEXT = bzip2("QlpoOTFBWSZTWQwrNR8AAAdBgAAQAwEUICAAIr/VJjQhgItiMailOF3JFOFCQDCs1Hw=");
const BZIP2_RUN = bzip2("QlpoMTFBWSZTWadK4RsAAAKRAIAgIAAACCAAIKptQZjFR4u5IpwoSFOlcI2A");
const BZIP2_EMPTY = bzip2("QlpoORdyRThQkAAAAAA=");

test("each kind of compression is seen by its first octets, however they come", async () => {
  for (const length of [1, 3, 1000]) {
    assert.equal(await whole(gzipSync(text), length), text);
    assert.equal(await whole(zstdCompressSync(text), length), text);
    assert.equal(await whole(BZIP2_TEXT, length), text);
    assert.equal(await whole(Buffer.from(text), length), text);
  }
  assert.equal(await whole(Buffer.alloc(0)), "");
  assert.equal(await whole(Buffer.from("ab")), "ab");
});

test("members and streams stand one behind the other", async () => {
  assert.equal(await whole(Buffer.concat([gzipSync("a"), gzipSync("b")])), "ab");
  assert.equal(await whole(Buffer.concat([BZIP2_TEXT, BZIP2_EMPTY, BZIP2_RUN])), text + "a".repeat(300));
});

test("what is damaged or cut short is an error", async () => {
  await assert.rejects(whole(gzipSync(text).subarray(0, 20)));
  await assert.rejects(whole(zstdCompressSync(text).subarray(0, 10)));
  for (let length = 4; length < BZIP2_TEXT.length; length++) {
    await assert.rejects(whole(BZIP2_TEXT.subarray(0, length)), Bzip2Error);
  }
  for (let at = 3; at < BZIP2_TEXT.length - 1; at++) {
    const damaged = Buffer.from(BZIP2_TEXT);
    damaged[at]! ^= 0x55;
    await assert.rejects(whole(damaged), Bzip2Error, `octet ${at}`);
  }
});

async function* broken(): AsyncGenerator<Uint8Array, void, undefined> {
  yield gzipSync(text).subarray(0, 12);
  throw new Error("the disk is gone");
}

test("an error of the source comes through", async () => {
  await assert.rejects(Array.fromAsync(decompress(broken())), /the disk is gone/);
});
