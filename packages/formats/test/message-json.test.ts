import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Capability,
  codecContext,
  decodeMessage,
  encodeMessage,
  familyOf,
  fromHex,
  IPV6_UNICAST,
  type Message,
  toHex,
} from "@netferry/bgp";
import {
  type JsonObject,
  messageFromJson,
  messageSchema,
  decodedSchema,
  messageToJson,
  readJson,
  writeJson,
} from "@netferry/formats";
import { decodingFiles, encodingScripts } from "./exabgp-files.ts";
import { update } from "./mrt-arbitraries.ts";
import { schemaProblem } from "../src/json/testing/schema-check.ts";

test("the published schemas are those of this code", () => {
  for (const [name, schema] of [
    ["message", messageSchema],
    ["decoded", decodedSchema],
  ] as const) {
    const published = readFileSync(
      new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url),
      "utf8",
    );
    assert.deepEqual(
      JSON.parse(published),
      JSON.parse(JSON.stringify(schema)),
      "run packages/formats/scripts/write-schema.ts",
    );
  }
});

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

const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const capability: fc.Arbitrary<Capability> = fc.oneof(
  fc.constantFrom<Capability>(
    { kind: "multiprotocol", family: IPV6_UNICAST },
    { kind: "multiprotocol", family: familyOf(25, 99) },
    { kind: "route-refresh" },
    { kind: "enhanced-route-refresh" },
    { kind: "extended-message" },
    { kind: "add-path", families: [{ family: IPV6_UNICAST, mode: 3 }] },
    { kind: "hostname", hostname: "r1", domain: "example" },
    { kind: "role", role: 3 },
  ),
  fc.nat(0xffffffff).map((asn): Capability => ({ kind: "four-octet-as", asn })),
  octets(9).map((value): Capability => ({ kind: "unknown", code: 240, value })),
);
const open: fc.Arbitrary<Message> = fc
  .tuple(
    fc.nat(0xffff),
    fc.nat(0xffff),
    fc.nat(0xffffffff),
    fc.array(fc.array(capability, { maxLength: 3 }), { maxLength: 4 }),
    fc.boolean(),
  )
  .map(([myAs, holdTime, bgpIdentifier, groups, extendedParameters]) => ({
    type: "open",
    version: 4,
    myAs,
    holdTime,
    bgpIdentifier,
    parameters: groups.map((capabilities) => ({ type: "capabilities", capabilities })),
    extendedParameters,
  }));
const notification: fc.Arbitrary<Message> = fc
  .tuple(fc.nat(255), fc.nat(255), octets(40))
  .map(([code, subcode, data]) => ({ type: "notification", code, subcode, data }));
const decodedUpdate: fc.Arbitrary<Message> = update({ fourOctetAs: true, local: false, addPath: false }).map(
  (bytes) => {
    const decoded = decodeMessage(bytes);
    return decoded.ok ? decoded.message : { type: "keepalive" };
  },
);

test("messages go through JSON without a loss", () => {
  fc.assert(
    fc.property(fc.oneof(decodedUpdate, open, notification), (message) => void assertLossless(message)),
    { numRuns: 600 },
  );
  assertLossless({ type: "keepalive" });
  assertLossless({ type: "route-refresh", family: IPV6_UNICAST, subtype: 1 });
});

test("ExaBGP's messages go through JSON without a loss", () => {
  for (const { context, steps } of encodingScripts()) {
    for (const { raw } of steps) {
      const decoded = decodeMessage(raw, context);
      assert.ok(decoded.ok);
      assertLossless(decoded.message);
    }
  }
  for (const { kind, bytes } of decodingFiles()) {
    const decoded = kind === "nlri" ? undefined : decodeMessage(bytes);
    if (decoded?.ok === true) assertLossless(decoded.message);
  }
});

test("a message reads like this", () => {
  const bytes = fromHex(
    "ffffffffffffffffffffffffffffffff003402000000144001010040020602010000fde9400304c0000201180a0001200a000001",
  );
  const decoded = decodeMessage(bytes ?? new Uint8Array(0), codecContext());
  assert.ok(decoded.ok);
  assert.deepEqual(JSON.parse(writeJson(assertLossless(decoded.message))), {
    type: "update",
    withdrawn: [],
    attributes: [
      { type: "origin", origin: "igp" },
      { type: "as-path", segments: [{ type: "sequence", asns: [65001] }] },
      { type: "next-hop", address: "192.0.2.1" },
    ],
    nlri: [{ prefix: "10.0.1.0/24" }, { prefix: "10.0.0.1/32" }],
  });
});

const PROBLEMS: readonly (readonly [json: string, problem: RegExp])[] = [
  ["1", /no object/],
  ["{}", /type is none of/],
  ['{"type":"notification","code":256,"subcode":0,"data":""}', /code is no number from 0 to 255/],
  ['{"type":"update","withdrawn":[],"attributes":[],"nlri":[{"prefix":"10.0.0.0/33"}]}', /prefix/],
  ['{"type":"update","withdrawn":[],"attributes":[],"nlri":[{"prefix":"::/0"}]}', /not of the family/],
  ['{"type":"update","withdrawn":[],"attributes":[{"type":"origin","origin":"x"}],"nlri":[]}', /origin/],
  ['{"type":"update","withdrawn":[],"attributes":[{"type":"nothing"}],"nlri":[]}', /code/],
  [
    '{"type":"update","withdrawn":[],"attributes":[{"type":"bgp-ls","tlvs":[{"type":"node-name","value":1}]}],"nlri":[]}',
    /node-name is no text/,
  ],
  [
    '{"type":"update","withdrawn":[],"attributes":[{"type":"bgp-ls","tlvs":[{"type":"x","value":1}]}],"nlri":[]}',
    /tlvs: x/,
  ],
];

test("problems are told, never thrown", () => {
  for (const [text, problem] of PROBLEMS) {
    const result = messageFromJson(readJson(text) ?? null);
    assert.ok(!result.ok, text);
    assert.match(result.problem, problem);
  }
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = readJson(JSON.stringify(value));
      if (read !== undefined) messageFromJson(read);
    }),
  );
});
