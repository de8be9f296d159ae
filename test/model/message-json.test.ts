import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Attribute, attributeCodecs, encodeMessage, type Message, toHex } from "@netferry/bgp";
import {
  type JsonObject,
  messageFromJson,
  messageSchema,
  messageToJson,
  readJson,
  writeJson,
} from "@netferry/formats";
import { schemaProblem } from "@netferry/formats/testing";
import { capability } from "../../packages/bgp/test/arbitraries.ts";
import { laterAttributes } from "../../packages/bgp/test/attribute-arbitraries.ts";
import { record } from "../../packages/bgp/test/nlri-arbitraries.ts";
import { membersOf } from "../../packages/bgp/test/shape-arbitraries.ts";

/** Through text and back, to the same octets; the JSON is of the schema. */
function assertLossless(message: Message): JsonObject {
  const json = messageToJson(message);
  const text = writeJson(json);
  const read = readJson(text);
  assert.ok(read !== undefined);
  assert.equal(schemaProblem(messageSchema, read), undefined, text);
  const again = messageFromJson(read);
  assert.ok(again.ok, again.ok ? "" : `${again.problem}: ${text}`);
  assert.equal(toHex(encodeMessage(again.message)), toHex(encodeMessage(message)));
  assert.deepEqual(messageToJson(again.message), json);
  return json;
}

function updateWith(attribute: Attribute): Message {
  return { type: "update", withdrawn: [], attributes: [attribute], nlri: [] };
}

test("every kind of attribute and TLV goes through JSON without a loss, as fields", () => {
  for (const arbitrary of laterAttributes) {
    const property = fc.property(arbitrary, (attribute) => {
      const { attributes } = assertLossless(updateWith(attribute));
      assert.match(writeJson(attributes ?? null), new RegExp(`"type":"${attribute.type}"`));
    });
    fc.assert(property, { numRuns: 15 });
  }
});

test("every kind of capability goes through JSON without a loss", () => {
  const property = fc.property(fc.array(capability, { maxLength: 4 }), (capabilities) => {
    assertLossless({
      type: "open",
      version: 4,
      myAs: 23456,
      holdTime: 90,
      bgpIdentifier: 0xc0000201,
      parameters: [{ type: "capabilities", capabilities }],
      extendedParameters: true,
    });
  });
  fc.assert(property, { numRuns: 300 });
});

test("values that contradict each other are told, never thrown", () => {
  for (const { type, shape } of attributeCodecs) {
    if (shape === undefined) continue;
    fc.assert(
      fc.property(record(membersOf(shape)), (members) => {
        const made: unknown = { type, ...members };
        const result = messageFromJson(messageToJson(updateWith(made as Attribute)));
        if (result.ok) assertLossless(result.message);
      }),
    );
  }
});
