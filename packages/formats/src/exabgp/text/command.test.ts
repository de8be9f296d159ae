import assert from "node:assert/strict";
import { test } from "node:test";
import { codecContext, decodeMessage, encodeMessage, type Message, toHex } from "@netferry/bgp";
import fc from "fast-check";
import { writeJson } from "../../json/json-text.ts";
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

/** Commands and the messages that ExaBGP makes of them, with a session of one AS. */
const MESSAGES: readonly (readonly [command: string, hex: string])[] = [
  [
    "announce ipv4 sr-policy distinguisher 0 color 100 endpoint 10.0.0.1 next-hop 192.0.2.1 preference 100 binding-sid mpls 24000 segment-list weight 1 segment type-a mpls 16001",
    "006902000000524001010040020040050400000064c01728000f00240c060000000000640d06100005dc01008000110009060000000000010106000003e81100800e1600014904c0000201006000000000000000640a000001",
  ],
  [
    "announce ipv4 rtc origin-as 65533 route-target target:4200000000:300 next-hop 192.0.2.1",
    "003e02000000274001010040020040050400000064800e1600018404c000020100600000fffd0202fa56ea00012c",
  ],
  [
    "announce ipv4 rtc default next-hop 192.0.2.1",
    "0032020000001b4001010040020040050400000064800e0a00018404c00002010000",
  ],
  [
    "announce ipv4 mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 2001::1 extended-community [target:10:10] bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] )",
    "008002000000694001010040020040050400000064c010080002000a0000000ac028250500220001001e0020010db800010001000000000000000000004800010006401810000000800e250001551020010000000000000000000000000001000100010c0000006400000064180a0001",
  ],
  [
    "announce ipv4 mup mup-t2st 10.0.0.1 rd 100:100 teid 12345/23 next-hop 10.0.0.2",
    "004c0200000035400101004002004003040a00000240050400000064800e1d000155040a00000200010004100000006400000064370a000001003039",
  ],
  [
    "announce route 10.0.0.0/8 next-hop 192.0.2.1 extended-community [ target:70000:1 origin:70000L:2 target:192.0.2.9:3 ]",
    "0049020000003040010100400200400304c000020140050400000064c010180102c0000209000302020001117000010203000111700002080a",
  ],
  [
    "announce route 111.111.111.111/32 next-hop 192.168.1.100 attribute [0x99 0x70 0x00000064]",
    "0039020000001d40010100400200400304c0a80164400504000000647099000400000064206f6f6f6f",
  ],
];

test("routes of SR policies, route targets, SRv6 services and by attributes' octets", () => {
  for (const [command, hex] of MESSAGES) {
    const result = parseExabgpCommand(command, { localAsn: 65533, peerAsn: 65533 });
    assert.ok(result.ok, result.ok ? "" : `${result.problem}: ${command}`);
    assert.equal(toHex(encodeMessage(result.messages[0]!)), "ff".repeat(16) + hex, command);
  }
});

test("each type of a policy's segments has a text, and goes through JSON", () => {
  const segments = [
    "type-a mpls 16001",
    "type-b srv6 fc00::1 endpoint-behavior 65 32 0 16 0",
    "type-c ipv4 10.0.0.1 algorithm 1 sid 16003",
    "type-d ipv6 fc00::2 algorithm 0",
    "type-e local-if-id 7 ipv4 10.0.0.1 sid 16004",
    "type-f local 10.0.0.1 remote 10.0.0.2",
    "type-g local-if-id 7 local-ipv6 fc00::1 remote-if-id 8 remote-ipv6 fc00::2 sid 16005",
    "type-h local fc00::1 remote fc00::2 sid 16006",
    "type-i ipv6 fc00::1 algorithm 1 sid fc00::3",
    "type-j local-if-id 7 local-ipv6 fc00::1 remote-if-id 8 remote-ipv6 fc00::2 algorithm 0 sid fc00::3 endpoint-behavior 0x41 32 0 16 0",
    "type-k local fc00::1 remote fc00::2 algorithm 128",
  ];
  for (const segment of segments) {
    const command = `announce ipv6 sr-policy distinguisher 1 color 2 endpoint fc00::9 next-hop fc00::8 binding-sid null enlp no-push priority 7 segment-list weight 1 segment ${segment}`;
    const result = parseExabgpCommand(command, { localAsn: 1, peerAsn: 1 });
    assert.ok(result.ok, result.ok ? "" : `${result.problem}: ${command}`);
    const bytes = encodeMessage(result.messages[0]!);
    const decoded = decodeMessage(bytes);
    assert.ok(decoded.ok);
    const neighbor = { localAddress: "::1", peerAddress: "::2", localAsn: 1, peerAsn: 1 };
    const json = messageToExabgp(decoded.message, { version: 6, neighbor });
    const letter = segment.charAt(5).toUpperCase();
    assert.match(writeJson(json), new RegExp(`"type": ?"${letter}"`));
    const again = messagesFromExabgp(json);
    assert.ok(again.ok, again.ok ? "" : again.problem);
    assert.deepEqual(messageToExabgp(again.messages[0]!, { version: 6, neighbor }), json);
  }
});

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
