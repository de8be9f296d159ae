import assert from "node:assert/strict";
import { test } from "node:test";
import { codecContext, decodeMessage, encodeMessage, type Message } from "@netferry/bgp";
import fc from "fast-check";
import { messagesFromExabgp } from "../from-json/message.ts";
import { messageToExabgp } from "../message-json.ts";
import { parseExabgpCommand } from "./command.ts";

const internal = { localAsn: 65000, peerAsn: 65000, localAddress: Uint8Array.of(192, 0, 2, 9) };

function onlyMessage(text: string, session: Parameters<typeof parseExabgpCommand>[1] = internal): Message {
  const result = parseExabgpCommand(text, session);
  assert.ok(result.ok, result.ok ? "" : result.problem);
  assert.equal(result.messages.length, 1);
  const [message] = result.messages;
  assert.ok(message);
  const context = codecContext({ fourOctetAs: session.fourOctetAs !== false });
  const decoded = decodeMessage(encodeMessage(message, context), context);
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.errors, []);
  return message;
}

test("AS paths with sets and confederations", () => {
  const message = onlyMessage(
    "announce route 10.0.0.0/8 next-hop self as-path [ 1 2 ( 3 4 ) 5 { 6 7 [ 8 ] } ]",
  );
  assert.ok(message.type === "update");
  assert.deepEqual(message.attributes.find((each) => each.type === "as-path")?.segments, [
    { type: "sequence", asns: [1, 2] },
    { type: "set", asns: [3, 4] },
    { type: "sequence", asns: [5] },
    { type: "confed-sequence", asns: [6, 7] },
    { type: "confed-set", asns: [8] },
  ]);
});

test("external sessions get the own AS number and no LOCAL_PREF", () => {
  const message = onlyMessage("announce route 10.0.0.0/8 next-hop 192.0.2.1 local-preference 5", {
    localAsn: 1,
    peerAsn: 2,
  });
  assert.ok(message.type === "update");
  assert.deepEqual(
    message.attributes.map((each) => each.type),
    ["origin", "as-path", "next-hop"],
  );
});

test("two-octet sessions carry long AS numbers along", () => {
  const session = { ...internal, fourOctetAs: false };
  const message = onlyMessage(
    "announce route 10.0.0.0/8 next-hop self as-path [ 70000 ] aggregator ( 70000:192.0.2.1 )",
    session,
  );
  assert.ok(message.type === "update");
  assert.deepEqual(
    message.attributes.map((each) => each.type),
    ["origin", "as-path", "as4-path", "next-hop", "local-pref", "aggregator", "as4-aggregator"],
  );
});

test("a flow's configuration form is the same as its text", () => {
  const text =
    "announce ipv4 flow destination-ipv4 10.0.0.0/8 protocol [ =tcp =udp ] extended-community [rate-limit:9600]";
  const braces =
    "announce flow route { match { destination 10.0.0.0/8; protocol [ tcp udp ]; } then { rate-limit 9600; } }";
  assert.deepEqual(onlyMessage(braces), onlyMessage(text));
});

test("routes are withdrawn, split, and refreshed", () => {
  const withdrawn = onlyMessage("withdraw route 10.0.0.0/8 next-hop 192.0.2.1");
  assert.deepEqual(withdrawn, {
    type: "update",
    withdrawn: [{ bytes: Uint8Array.of(8, 10) }],
    attributes: [],
    nlri: [],
  });
  const split = parseExabgpCommand("announce route 10.0.0.0/8 next-hop self split /10", internal);
  assert.ok(split.ok && split.messages.length === 4);
  assert.equal(onlyMessage("announce route-refresh ipv6 unicast").type, "route-refresh");
  const unreach = onlyMessage("withdraw ipv6 unicast 2001:db8::/32");
  assert.ok(unreach.type === "update" && unreach.attributes[0]?.type === "mp-unreach");
});

test("prefix SIDs and accumulated metrics", () => {
  const message = onlyMessage(
    "announce route 10.0.0.0/8 next-hop self aigp 10 bgp-prefix-sid [ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ]",
  );
  assert.ok(message.type === "update");
  assert.deepEqual(message.attributes.find((each) => each.type === "prefix-sid")?.tlvs, [
    { type: "label-index", value: { reserved: 0, flags: 0, index: 300 } },
    {
      type: "originator-srgb",
      value: {
        flags: 0,
        ranges: [
          { base: 800_000, size: 4096 },
          { base: 1_000_000, size: 5000 },
        ],
      },
    },
  ]);
  assert.deepEqual(message.attributes.find((each) => each.type === "aigp")?.tlvs, [
    { type: "metric", value: 10n },
  ]);
  const neighbor = { localAddress: "::1", peerAddress: "::2", localAsn: 1, peerAsn: 1 };
  const result = messagesFromExabgp(
    messageToExabgp(
      { ...message, attributes: message.attributes.filter((each) => each.type !== "aigp") },
      { version: 6, neighbor },
    ),
  );
  assert.ok(result.ok && result.messages[0]?.type === "update");
  assert.deepEqual(
    result.messages[0].attributes.find((each) => each.type === "prefix-sid"),
    message.attributes.find((each) => each.type === "prefix-sid"),
  );
});

const PROBLEMS: readonly (readonly [text: string, problem: RegExp])[] = [
  ["", /ends where announce or withdraw/],
  ["advertise route 10.0.0.0/8", /advertise is no command/],
  ["announce route 10.0.0.0/33 next-hop self", /more bits/],
  ["announce route ten next-hop self", /ten is no IP address/],
  ["announce route 10.0.0.0/8 next-hop self colour blue", /colour is no word/],
  ["announce route 10.0.0.0/8 next-hop self community [ 1:2", /ends where/],
  ["announce route 10.0.0.0/8 next-hop self community 1:70000", /70000 is no community's value/],
  ["announce route 10.0.0.0/8 next-hop self extended-community [ target:x:1 ]", /no extended community/],
  ["announce route 10.0.0.0/8 next-hop self as-path [ 1 a ]", /a is no AS number/],
  ["announce route 10.0.0.0/8 next-hop self split /32", /can't be split/],
  ["announce ipv4 mpls-vpn 10.0.0.0/8 next-hop self label 5", /needs rd/],
  ["announce ipv4 flow extended-community discard", /matches nothing/],
  ["announce ipv4 flow protocol =notcp", /no protocol of a flow/],
  ["announce eor ipv4 nothing", /no family/],
  ["announce attributes next-hop self nlri", /no prefix/],
  ["announce vpls rd 1:1 endpoint 1 base 1 offset 1 next-hop self", /needs size/],
];

test("problems are told in a line", () => {
  for (const [text, problem] of PROBLEMS) {
    const result = parseExabgpCommand(text, internal);
    assert.ok(!result.ok, text);
    assert.match(result.problem, problem);
    assert.ok(!result.problem.includes("\n"));
  }
});

const WORDS =
  "announce withdraw route ipv4 unicast flow vpls mup mup-t1st 10.0.0.0/8 next-hop self as-path [ ] ( ) { } ; community 1:2 label rd 1:1 5 eor attributes nlri group split /9 protocol =tcp source".split(
    " ",
  );

test("no words throw", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }), (words) => {
      parseExabgpCommand(`announce ${words.join(" ")}`, internal);
    }),
    { numRuns: 3000 },
  );
});
