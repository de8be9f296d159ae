import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codecContext,
  decodeAttributes,
  decodeMessage,
  encodeAttributes,
  encodeMessage,
  MessageDecoder,
  originAsOf,
  pathView,
} from "@netferry/bgp";
import fc from "fast-check";
import { laterAttributes } from "./attribute-arbitraries.ts";
import { context, messageInContext, mutate, mutations, update } from "./arbitraries.ts";

test("decode of encode is the message, and encode of that the same octets", () => {
  fc.assert(
    fc.property(messageInContext, ({ codec, message }) => {
      const bytes = encodeMessage(message, codec);
      const decoded = decodeMessage(bytes, codec);
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.errors, []);
      assert.equal(decoded.disposition, "ok");
      assert.deepEqual(decoded.message, message);
      assert.deepEqual(encodeMessage(decoded.message, codec), bytes);
    }),
    { numRuns: 1000 },
  );
});

test("every kind of attribute and TLV goes to octets and back as what it is", () => {
  for (const attribute of laterAttributes) {
    fc.assert(
      fc.property(attribute, (value) => {
        const bytes = encodeAttributes([value]);
        assert.deepEqual(decodeAttributes(bytes), [value]);
      }),
      { numRuns: 20 },
    );
  }
});

test("what a decoder returns does not depend on what it decoded before", () => {
  const codec = codecContext();
  const decoder = new MessageDecoder(codec);
  fc.assert(
    fc.property(update(codec), mutations, (message, changes) => {
      const bytes = mutate(encodeMessage(message, codec), changes);
      assert.deepEqual(decoder.decode(bytes), decodeMessage(bytes, codec));
    }),
  );
});

test("mutated messages give a value; one without errors encodes to its own octets", () => {
  let whole = 0;
  fc.assert(
    fc.property(messageInContext, mutations, ({ codec, message }, changes) => {
      const bytes = mutate(encodeMessage(message, codec), changes);
      const decoded = decodeMessage(bytes, codec);
      if (!decoded.ok) {
        assert.ok(decoded.error.code >= 1 && decoded.error.code <= 7);
        assert.match(decoded.error.text, /^[^\n]+$/);
        return;
      }
      if (decoded.errors.length > 0) {
        for (const error of decoded.errors) assert.match(error.text, /^[^\n]+$/);
        return;
      }
      assert.equal(decoded.disposition, "ok");
      // Reserved fields of OPEN are not kept: what is read again is the same.
      const again = encodeMessage(decoded.message, codec);
      assert.deepEqual(decodeMessage(again, codec), decoded);
      if (decoded.message.type === "update") assert.deepEqual(again, bytes);
      if (again.length === bytes.length) whole++;
    }),
    { numRuns: 2000 },
  );
  assert.ok(whole > 0);
});

test("any octets behind a header give a value", () => {
  fc.assert(
    fc.property(
      context,
      fc.constantFrom(1, 2, 3, 4, 5, 6),
      fc.uint8Array({ maxLength: 300 }),
      (codec, type, body) => {
        const bytes = new Uint8Array(19 + body.length).fill(0xff, 0, 16);
        bytes[16] = bytes.length >>> 8;
        bytes[17] = bytes.length;
        bytes[18] = type;
        bytes.set(body, 19);
        assert.equal(typeof decodeMessage(bytes, codec).ok, "boolean");
      },
    ),
    { numRuns: 1000 },
  );
});

test("any octets as attributes give values", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), context, (bytes, codec) => {
      // What fits comes back as it was.
      const list = decodeAttributes(bytes, codec);
      const again = encodeAttributes(list, codec);
      assert.deepEqual(again, bytes.subarray(0, again.length));
      assert.ok(Array.isArray(pathView(bytes).nextHops));
      const originAs = originAsOf(bytes);
      assert.ok(originAs === undefined || originAs >= 0);
    }),
    { numRuns: 1000 },
  );
});
