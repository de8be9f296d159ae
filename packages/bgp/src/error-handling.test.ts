import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "./bytes.ts";
import { codecContext } from "./codec-context.ts";
import { decodeMessage } from "./message-codec.ts";

// What each error comes to: test/malformed.

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const field = (value: number): string => value.toString(16).padStart(4, "0");

/** An UPDATE of attributes and NLRI. */
function update(attributes: string, nlri: string): Uint8Array {
  const body = `0000${field(octets(attributes).length)}${attributes}${nlri}`;
  return octets(`${"ff".repeat(16)}${field(19 + octets(body).length)}02${body}`);
}

const ORIGIN = "40010100";
const AS_PATH = "400206 0201 0000fde9";
const NEXT_HOP = "400304 c0000201";
const MANDATORY = `${ORIGIN}${AS_PATH}${NEXT_HOP}`;
const PREFIX = "18c00002";

const texts = (bytes: Uint8Array): string[] => {
  const decoded = decodeMessage(bytes, codecContext());
  return decoded.ok ? decoded.errors.map(({ text }) => text) : [decoded.error.text];
};

test("an error's text names the attribute, what is wrong with it, its octets, and what was done", () => {
  assert.deepEqual(texts(update(`40010103${AS_PATH}${NEXT_HOP}400601ff`, PREFIX)), [
    "origin is malformed (40010103): its routes count as withdrawn",
    "atomic-aggregate is malformed (400601ff): discarded",
  ]);
  assert.deepEqual(texts(update(MANDATORY, "21c000020180")), [
    "UPDATE has NLRI with a prefix too long or cut short (21c000020180): session reset",
  ]);
  const long = `c008ff${"00".repeat(20)}`;
  assert.deepEqual(texts(update(`${MANDATORY}${long}${"00".repeat(20)}`, PREFIX)), [
    `communities exceeds the path attributes (c008ff${"00".repeat(29)}...): its routes count as withdrawn`,
  ]);
});

test("an attribute that claims to be well-known is kept where messages are only looked at", () => {
  const bytes = update("609904 00000064", "");
  assert.equal(decodeMessage(bytes, codecContext()).ok, false);
  const decoded = decodeMessage(bytes, codecContext({ keepUnrecognized: true }));
  assert.ok(decoded.ok && decoded.message.type === "update");
  assert.deepEqual(decoded.message.attributes, [
    { type: "unknown", code: 0x99, flags: 0x60, value: Uint8Array.of(0, 0, 0, 100) },
  ]);
});
