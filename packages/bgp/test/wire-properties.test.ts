import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeMessage, dissectMessage, encodeMessage, type WireNode, wireText } from "@netferry/bgp";
import fc from "fast-check";
import { messageInContext, mutate, mutations } from "./arbitraries.ts";

/** Leaves, each node's children being just what it is. */
function leaves(node: WireNode): WireNode[] {
  if (node.children.length === 0) return [node];
  let at = node.offset;
  for (const child of node.children) {
    assert.equal(child.offset, at, `${node.name} > ${child.name}`);
    at += child.length;
  }
  assert.equal(at, node.offset + node.length, node.name);
  return node.children.flatMap(leaves);
}

test("a wire view of a message names all of its octets by its fields", () => {
  fc.assert(
    fc.property(messageInContext, ({ codec, message }) => {
      const bytes = encodeMessage(message, codec);
      const view = dissectMessage(bytes, { context: codec });
      const all = leaves(view.root);
      assert.deepEqual(view.errors, []);
      for (const { name } of all) assert.doesNotMatch(name, /unreadable|cut short|behind/);
    }),
    { numRuns: 500 },
  );
});

test("a wire view of any octets has each once, and comes to the decoder's end", () => {
  fc.assert(
    fc.property(messageInContext, mutations, ({ codec, message }, changes) => {
      const bytes = mutate(encodeMessage(message, codec), changes);
      const view = dissectMessage(bytes, { context: codec });
      const total = leaves(view.root).reduce((sum, { length }) => sum + length, 0);
      assert.equal(total, bytes.length);
      assert.ok(wireText(view, bytes).length > 1);
      const decoded = decodeMessage(bytes, codec);
      if (!decoded.ok) assert.deepEqual(view.error, decoded.error);
      else if (decoded.message.type !== "open") {
        assert.equal(view.disposition, decoded.disposition);
        assert.deepEqual(view.errors, decoded.errors);
      }
    }),
    { numRuns: 1000 },
  );
});
