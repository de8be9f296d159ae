import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteWriter, EncodeError, equalBytes, fromHex, readUint16, readUint32, toHex } from "./bytes.ts";
import { decodeUtf8, encodeUtf8Within } from "./utf8.ts";

test("numbers are in network byte order", () => {
  const out = new ByteWriter();
  out.uint8(1);
  out.uint16(0x0203);
  out.uint32(0xfcfdfeff);
  out.bytes(Uint8Array.of(9, 8));
  assert.equal(toHex(out.finish()), "010203fcfdfeff0908");
  assert.equal(readUint16(out.finish(), 1), 0x0203);
  assert.equal(readUint32(out.finish(), 3), 0xfcfdfeff);
});

test("what was written stays when the buffer grows", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (parts) => {
      const out = new ByteWriter();
      for (const part of parts) {
        out.uint32(part.length);
        out.uint16(part.length);
        out.bytes(part);
      }
      const bytes = out.finish();
      let at = 0;
      for (const part of parts) {
        assert.equal(readUint32(bytes, at), part.length);
        assert.equal(readUint16(bytes, at + 4), part.length);
        assert.ok(equalBytes(bytes.subarray(at + 6, at + 6 + part.length), part));
        at += 6 + part.length;
      }
      assert.equal(at, out.length);
    }),
  );
});

test("numbers out of their field's range have no encoding", () => {
  const out = new ByteWriter();
  for (const write of [
    () => out.uint8(256),
    () => out.uint8(-1),
    () => out.uint16(65536),
    () => out.uint16(1.5),
    () => out.uint32(2 ** 32),
    () => out.uint32(Number.NaN),
    () => out.counted(1, "a text", (field) => field.bytes(new Uint8Array(256))),
    () => out.counted(2, "a list", (field) => field.bytes(new Uint8Array(65536))),
  ]) {
    assert.throws(write, EncodeError);
  }
});

test("an octet is put between others", () => {
  const out = new ByteWriter();
  out.bytes(new Uint8Array(127).fill(7));
  out.uint8(9);
  out.insertUint8(127, 8);
  assert.deepEqual(out.finish().subarray(125), Uint8Array.of(7, 7, 8, 9));
});

test("hexadecimal", () => {
  assert.deepEqual(fromHex("01:aB ff\n"), Uint8Array.of(1, 0xab, 0xff));
  assert.equal(fromHex("123"), undefined);
  assert.equal(fromHex("0x12"), undefined);
  assert.equal(toHex(Uint8Array.of(0, 1, 0xab), 1, 3), "01ab");
});

test("UTF-8 is read whole or not at all, and cut between characters", () => {
  assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "\ufeffa");
  assert.equal(decodeUtf8(Uint8Array.of(0x61, 0xff)), undefined);
  assert.deepEqual(encodeUtf8Within("aé", 2), Uint8Array.of(0x61));
  assert.deepEqual(encodeUtf8Within("aé", 3), Uint8Array.of(0x61, 0xc3, 0xa9));
  assert.equal(encodeUtf8Within("\u{1f600}", 3).length, 0);
});
