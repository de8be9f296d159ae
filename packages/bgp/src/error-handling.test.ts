import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "./bytes.ts";
import { type CodecContext, codecContext } from "./codec-context.ts";
import { IPV4_UNICAST, IPV6_UNICAST } from "./family.ts";
import { decodeMessage } from "./message-codec.ts";
import type { UpdateErrorCause } from "./update-error.ts";
import { UpdateScanner } from "./update-scan.ts";

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const size = (hex: string): number => octets(hex).length;
const field = (value: number): string => value.toString(16).padStart(4, "0");

/** An UPDATE of withdrawn routes, attributes and NLRI. */
function update(withdrawn: string, attributes: string, nlri: string): Uint8Array {
  const body = `${field(size(withdrawn))}${withdrawn}${field(size(attributes))}${attributes}${nlri}`;
  return octets(`${"ff".repeat(16)}${field(19 + size(body))}02${body}`);
}

const INTERNAL = codecContext({
  families: new Set([IPV4_UNICAST, IPV6_UNICAST]),
  extendedNextHop: new Set(),
});
const EXTERNAL: CodecContext = { ...INTERNAL, internal: false };
const TWO_OCTET: CodecContext = { ...INTERNAL, fourOctetAs: false };
const ADD_PATH: CodecContext = { ...INTERNAL, addPathReceive: new Set([IPV4_UNICAST, IPV6_UNICAST]) };
const IPV6_ONLY: CodecContext = { ...INTERNAL, families: new Set([IPV6_UNICAST]) };
const EXTENDED: CodecContext = { ...INTERNAL, extendedNextHop: new Set([IPV4_UNICAST, IPV6_UNICAST]) };

const ORIGIN = "40010100";
const AS_PATH = "400206 0201 0000fde9";
const NEXT_HOP = "400304 c0000201";
const MANDATORY = `${ORIGIN}${AS_PATH}${NEXT_HOP}`;
const V6_HOP = "20010db8000000000000000000000001";
const REACH = `800e1a 0002 01 10 ${V6_HOP} 00 2020010db8`;
const UNREACH = "800f08 0002 01 2020010db9";
const PREFIX = "18c00002";

interface Case {
  readonly what: string;
  readonly context?: CodecContext;
  readonly withdrawn?: string;
  readonly attributes?: string;
  readonly nlri?: string;
  /** What it comes to, and each error's cause. */
  readonly is: "ok" | "treat-as-withdraw" | "afi-safi-disable";
  readonly causes?: readonly UpdateErrorCause[];
}

const malformed = (what: string, attribute: string, more: Partial<Case> = {}): Case => ({
  what,
  attributes: MANDATORY + attribute,
  nlri: PREFIX,
  is: "treat-as-withdraw",
  causes: ["attribute-malformed"],
  ...more,
});
const instead = (what: string, attributes: string, more: Partial<Case> = {}): Case =>
  malformed(what, "", { attributes, ...more });
const discarded = { is: "ok" } as const;
const unexpected = { ...discarded, causes: ["attribute-unexpected"], context: EXTERNAL } as const;
const flags = { causes: ["attribute-flags"] } as const;

/** By section of RFC 7606 and the RFCs that build on it. */
const CASES: readonly Case[] = [
  { what: "nothing wrong", attributes: MANDATORY, nlri: PREFIX, is: "ok" },
  { what: "nothing at all", is: "ok" },
  // 3 c: flags in conflict
  instead("ORIGIN optional", `c0010100${AS_PATH}${NEXT_HOP}`, flags),
  instead("ORIGIN not transitive", `00010100${AS_PATH}${NEXT_HOP}`, flags),
  instead("AS_PATH optional", `${ORIGIN}c00206 0201 0000fde9${NEXT_HOP}`, flags),
  instead("NEXT_HOP not transitive", `${ORIGIN}${AS_PATH}000304 c0000201`, flags),
  malformed("MED transitive", "c00404 00000001", flags),
  malformed("LOCAL_PREF optional", "c00504 00000001", flags),
  malformed("ATOMIC_AGGREGATE optional", "c00600", flags),
  malformed("AGGREGATOR not optional", "400708 0000fde9 0a000001", flags),
  malformed("COMMUNITIES not transitive", "800804 fde80001", flags),
  malformed("ORIGINATOR_ID transitive", "c00904 0a000001", flags),
  malformed("CLUSTER_LIST transitive", "c00a04 0a000001", flags),
  malformed("EXTENDED COMMUNITIES not transitive", "801008 0002fde800000001", flags),
  malformed("LARGE COMMUNITIES not transitive", "80200c 000000010000000100000001", flags),
  malformed("OTC not transitive", "802304 0000fde9", flags),
  malformed("AS4_PATH not transitive", "801106 0201 0000fde9", {
    ...flags,
    context: TWO_OCTET,
    attributes: "40010100 400204 0201fde9 400304c0000201 801106 0201 0000fde9",
  }),
  malformed("the Partial and unused bits don't matter", "ef0804 fde80001", { is: "ok", causes: [] }),
  // 3 d: missing
  instead("no ORIGIN", AS_PATH + NEXT_HOP, { causes: ["attribute-missing"] }),
  instead("no AS_PATH", ORIGIN + NEXT_HOP, { causes: ["attribute-missing"] }),
  instead("no NEXT_HOP", ORIGIN + AS_PATH, { causes: ["attribute-missing"] }),
  instead("no attribute", "", { causes: ["attribute-missing", "attribute-missing", "attribute-missing"] }),
  instead("no ORIGIN for MP_REACH_NLRI", AS_PATH + REACH, { nlri: "", causes: ["attribute-missing"] }),
  instead("MP_REACH_NLRI needs no NEXT_HOP", ORIGIN + AS_PATH + REACH, { nlri: "", is: "ok", causes: [] }),
  instead("LOCAL_PREF may be missing", MANDATORY, { is: "ok", causes: [] }),
  instead("withdrawing needs no attribute", "", { withdrawn: PREFIX, nlri: "", is: "ok", causes: [] }),
  // 3 g: twice
  malformed("ORIGIN twice", "40010101", { ...discarded, causes: ["attribute-duplicate"] }),
  malformed("COMMUNITIES twice", "c00804 00000001 c00804 00000002", {
    ...discarded,
    causes: ["attribute-duplicate"],
  }),
  malformed("an unknown attribute three times", "c0fa00 c0fa00 c0fa00", {
    ...discarded,
    causes: ["attribute-duplicate", "attribute-duplicate"],
  }),
  instead("the first of two is malformed", `40010103${ORIGIN}${AS_PATH}${NEXT_HOP}`, {
    causes: ["attribute-malformed", "attribute-duplicate"],
  }),
  // 3 h: the strongest action
  malformed("discard and withdraw", "400601ff 800403 000001", {
    causes: ["attribute-malformed", "attribute-malformed"],
  }),
  malformed("withdraw and disable", "800403 000001 800e05 0002 01 10 00", {
    is: "afi-safi-disable",
    causes: ["attribute-malformed", "attribute-malformed"],
  }),
  // 4: attribute lengths
  malformed("an attribute too long for the list", "c00808 fde80001", { causes: ["attribute-overrun"] }),
  malformed("one octet left", "c0", { causes: ["attribute-overrun"] }),
  malformed("two octets left", "c008", { causes: ["attribute-overrun"] }),
  malformed("three octets left with Extended Length", "d00800", { causes: ["attribute-overrun"] }),
  // 7.1
  instead("ORIGIN of no octet", `400100${AS_PATH}${NEXT_HOP}`),
  instead("ORIGIN of two octets", `4001020000${AS_PATH}${NEXT_HOP}`),
  instead("ORIGIN 3", `40010103${AS_PATH}${NEXT_HOP}`),
  // 7.2, RFC 7607, RFC 5065
  instead("AS_PATH with an unknown segment", `${ORIGIN}400206 0501 0000fde9${NEXT_HOP}`),
  instead("AS_PATH with a segment type 0", `${ORIGIN}400206 0001 0000fde9${NEXT_HOP}`),
  instead("AS_PATH with a segment too long", `${ORIGIN}400206 0202 0000fde9${NEXT_HOP}`),
  instead("AS_PATH with an octet left", `${ORIGIN}400207 0201 0000fde9 02${NEXT_HOP}`),
  instead("AS_PATH with an empty segment", `${ORIGIN}400208 0200 0201 0000fde9${NEXT_HOP}`),
  instead("AS_PATH with AS 0", `${ORIGIN}400206 0201 00000000${NEXT_HOP}`),
  instead("AS_PATH with AS 0, two octets", `${ORIGIN}400204 0201 0000${NEXT_HOP}`, { context: TWO_OCTET }),
  instead("AS_PATH in four octets where two were negotiated", MANDATORY, { context: TWO_OCTET }),
  instead("AS_PATH that is empty", `${ORIGIN}400200${NEXT_HOP}`, { is: "ok", causes: [] }),
  instead("a confederation in an external AS_PATH", `${ORIGIN}400206 0301 0000fde9${NEXT_HOP}`, {
    context: EXTERNAL,
  }),
  instead("a confederation in an internal AS_PATH", `${ORIGIN}400206 0301 0000fde9${NEXT_HOP}`, {
    is: "ok",
    causes: [],
  }),
  // 7.3
  instead("NEXT_HOP of three octets", `${ORIGIN}${AS_PATH}400303 c00002`),
  instead("NEXT_HOP of sixteen octets", `${ORIGIN}${AS_PATH}400310 ${V6_HOP}`),
  instead("NEXT_HOP that is no host's", `${ORIGIN}${AS_PATH}400304 ffffffff`, { is: "ok", causes: [] }),
  // 7.4
  malformed("MED of three octets", "800403 000001"),
  malformed("MED of no octet", "800400"),
  // 7.5
  malformed("LOCAL_PREF of five octets", "400505 0000000001"),
  malformed("LOCAL_PREF from outside", "400504 00000001", unexpected),
  malformed("malformed LOCAL_PREF from outside", "c00505 0000000001", unexpected),
  // 7.6
  malformed("ATOMIC_AGGREGATE with a value", "400601 00", discarded),
  // 7.7, RFC 6793, RFC 7607
  malformed("AGGREGATOR of six octets", "c00706 fde9 0a000001", discarded),
  malformed("AGGREGATOR of no octet", "c00700", discarded),
  malformed("AGGREGATOR of AS 0", "c00708 00000000 0a000001", discarded),
  malformed("AGGREGATOR of eight octets where AS numbers have two", "", {
    ...discarded,
    context: TWO_OCTET,
    attributes: `${ORIGIN}400204 0201 fde9${NEXT_HOP}c00708 0000fde9 0a000001`,
  }),
  // 7.8
  malformed("COMMUNITIES of no octet", "c00800"),
  malformed("COMMUNITIES of six octets", "c00806 fde80001 fde8"),
  // 7.9, 7.10
  malformed("ORIGINATOR_ID of three octets", "800903 0a0000"),
  malformed("ORIGINATOR_ID from outside", "800904 0a000001", unexpected),
  malformed("CLUSTER_LIST of no octet", "800a00"),
  malformed("CLUSTER_LIST of five octets", "800a05 0a00000100"),
  malformed("CLUSTER_LIST from outside", "800a04 0a000001", unexpected),
  // 7.14
  malformed("EXTENDED COMMUNITIES of no octet", "c01000"),
  malformed("EXTENDED COMMUNITIES of seven octets", "c01007 0002fde8000000"),
  // RFC 8092 section 6, RFC 9234 section 5
  malformed("LARGE COMMUNITIES of no octet", "c02000"),
  malformed("LARGE COMMUNITIES of eleven octets", "c0200b 0000000100000001000000"),
  malformed("OTC of three octets", "c02303 00fde9"),
  // RFC 6793 sections 4.1 and 6
  malformed("AS4_PATH from a four-octet speaker", "c01106 0201 0000fde9", {
    ...unexpected,
    context: INTERNAL,
  }),
  malformed("AS4_AGGREGATOR from a four-octet speaker", "c01208 0000fde9 0a000001", {
    ...unexpected,
    context: INTERNAL,
  }),
  ...["c01105 0201 0000fd", "c01104 0201 fde9", "c01106 0501 0000fde9", "c01106 0201 00000000", "c01100"].map(
    (attribute) =>
      malformed(`malformed AS4_PATH ${attribute}`, "", {
        ...discarded,
        context: TWO_OCTET,
        attributes: `${ORIGIN}400204 0201 fde9${NEXT_HOP}${attribute}`,
      }),
  ),
  malformed("malformed AS4_AGGREGATOR", "", {
    ...discarded,
    context: TWO_OCTET,
    attributes: `${ORIGIN}400204 0201 fde9${NEXT_HOP}c01206 fde90a000001`,
  }),
  // 5.3, 7.11: MP_REACH_NLRI
  ...[
    ["next hop of no octet", "800e05 0002 01 00 00"],
    ["IPv6 next hop of four octets", "800e0e 0002 01 04 c0000201 00 2020010db8"],
    ["next hop of fifteen octets", `800e19 0002 01 0f ${V6_HOP.slice(2)} 00 2020010db8`],
    ["next hop longer than the attribute", "800e09 0002 01 10 c0000201 00"],
    ["no reserved octet", `800e14 0002 01 10 ${V6_HOP}`],
    ["four octets", "800e04 0002 01 10"],
    ["prefix of 129 bits", `800e27 0002 01 10 ${V6_HOP} 00 81 20010db800000000000000000000000180`],
    ["prefix cut short", `800e19 0002 01 10 ${V6_HOP} 00 2020010d`],
    ["flags of an optional transitive attribute", REACH.replace("800e", "c00e")],
  ].map(([what = "", attribute = ""]) =>
    malformed(`MP_REACH_NLRI: ${what}`, attribute, {
      is: "afi-safi-disable",
      causes: [what.startsWith("flags") ? "attribute-flags" : "attribute-malformed"],
    }),
  ),
  malformed("IPv4 with an IPv6 next hop that was not negotiated", `800e17 0001 01 10 ${V6_HOP} 00 080a`, {
    is: "afi-safi-disable",
    causes: ["attribute-malformed", "family-disabled"],
  }),
  malformed("IPv4 with an IPv6 next hop that was", `800e17 0001 01 10 ${V6_HOP} 00 080a`, {
    context: EXTENDED,
    is: "ok",
    causes: [],
  }),
  // 5.3, 7.12: MP_UNREACH_NLRI
  malformed("MP_UNREACH_NLRI: prefix of 129 bits", "800f15 0002 01 81 20010db800000000000000000000000180", {
    is: "afi-safi-disable",
  }),
  malformed("MP_UNREACH_NLRI: prefix cut short", "800f07 0002 01 2020010d", { is: "afi-safi-disable" }),
  malformed("MP_UNREACH_NLRI: flags", UNREACH.replace("800f", "400f"), { is: "afi-safi-disable", ...flags }),
  instead("MP_UNREACH_NLRI alone: prefix cut short", "800f07 0002 01 2020010d", {
    nlri: "",
    is: "afi-safi-disable",
  }),
  malformed("both of a family, one malformed", `${UNREACH}800e05 0002 01 00 00`, {
    is: "afi-safi-disable",
    causes: ["attribute-malformed", "family-disabled"],
  }),
  // Families outside the session
  malformed("MP_REACH_NLRI of a family that was not negotiated", "800e09 0001 80 04 c0000201 00", {
    ...discarded,
    causes: ["family-not-negotiated"],
  }),
  malformed("even if it is malformed", "c00e04 0001 80 ff", {
    ...discarded,
    causes: ["family-not-negotiated"],
  }),
  malformed("NLRI field without IPv4 unicast", "", {
    ...discarded,
    context: IPV6_ONLY,
    withdrawn: "ff",
    causes: ["family-not-negotiated", "family-not-negotiated"],
  }),
];

for (const {
  what,
  context = INTERNAL,
  withdrawn = "",
  attributes = "",
  nlri = "",
  is,
  causes = [],
} of CASES) {
  test(`${what}: ${is}`, () => {
    const bytes = update(withdrawn, attributes, nlri);
    const decoded = decodeMessage(bytes, context);
    assert.ok(decoded.ok);
    assert.equal(decoded.disposition, is);
    assert.deepEqual(
      decoded.errors.map(({ cause }) => cause),
      causes,
    );
    assert.equal(new UpdateScanner(context).scan(bytes, 0, bytes.length), is);
  });
}

interface ResetCase {
  readonly what: string;
  readonly context?: CodecContext;
  readonly bytes: Uint8Array;
  readonly subcode: number;
  readonly data?: string;
}

const resets: readonly ResetCase[] = [
  // 3 b, of RFC 4271 section 6.3
  { what: "withdrawn routes too long", bytes: octets(`${"ff".repeat(16)}0017 02 0001 0000`), subcode: 1 },
  {
    what: "withdrawn routes to the very end",
    bytes: octets(`${"ff".repeat(16)}0018 02 0003 000000`),
    subcode: 1,
  },
  { what: "attributes too long", bytes: octets(`${"ff".repeat(16)}0017 02 0000 0001`), subcode: 1 },
  // 3 g
  {
    what: "MP_REACH_NLRI twice",
    bytes: update("", `${MANDATORY}${REACH}${REACH}`, ""),
    subcode: 1,
    data: REACH,
  },
  { what: "MP_UNREACH_NLRI twice", bytes: update("", UNREACH + UNREACH, ""), subcode: 1, data: UNREACH },
  // RFC 4271 section 6.3
  {
    what: "a well-known attribute that nobody knows",
    bytes: update("", `${MANDATORY}40fa0102`, PREFIX),
    subcode: 2,
    data: "40fa0102",
  },
  // 5.2
  { what: "an error and nothing announced", bytes: update(PREFIX, "40010103", ""), subcode: 1 },
  { what: "an error beside MP_UNREACH_NLRI", bytes: update("", `40010103${UNREACH}`, ""), subcode: 1 },
  {
    what: "an error beside an MP_REACH_NLRI that announces nothing",
    bytes: update("", `40010103${AS_PATH}800e15 0002 01 10 ${V6_HOP} 00`, ""),
    subcode: 1,
  },
  {
    what: "attributes cut short before MP_REACH_NLRI",
    bytes: update("", `${ORIGIN}4002ff00`, ""),
    subcode: 1,
  },
  // 3 i, 3 j, 5.3
  { what: "NLRI of 33 bits", bytes: update("", MANDATORY, "21c000020180"), subcode: 10 },
  { what: "NLRI cut short", bytes: update("", MANDATORY, "18c000"), subcode: 10 },
  { what: "withdrawn routes of 33 bits", bytes: update("21c000020180", "", ""), subcode: 10 },
  { what: "withdrawn routes cut short", bytes: update("18c000", "", ""), subcode: 10 },
  {
    what: "path identifiers where none were negotiated",
    bytes: update("", MANDATORY, `00000001${PREFIX}`),
    subcode: 10,
  },
  {
    what: "no path identifiers where they were negotiated",
    context: ADD_PATH,
    bytes: update("", MANDATORY, PREFIX),
    subcode: 10,
  },
  {
    what: "MP_REACH_NLRI too long for the list",
    bytes: update("", `${MANDATORY}800eff`, PREFIX),
    subcode: 1,
    data: "800eff",
  },
  {
    what: "MP_REACH_NLRI too short for a family",
    bytes: update("", `${MANDATORY}800e02 0002`, PREFIX),
    subcode: 9,
    data: "800e020002",
  },
  {
    what: "MP_UNREACH_NLRI too short for a family",
    bytes: update("", `${MANDATORY}800f00`, PREFIX),
    subcode: 9,
    data: "800f00",
  },
];

for (const { what, context = INTERNAL, bytes, subcode, data = "" } of resets) {
  test(`${what}: reset`, () => {
    const decoded = decodeMessage(bytes, context);
    assert.ok(!decoded.ok);
    assert.deepEqual([decoded.error.code, decoded.error.subcode], [3, subcode]);
    assert.equal(toHex(decoded.error.data), data.replaceAll(" ", ""));
    assert.equal(new UpdateScanner(context).scan(bytes, 0, bytes.length), "reset");
  });
}

const texts = (bytes: Uint8Array): string[] => {
  const decoded = decodeMessage(bytes, INTERNAL);
  return decoded.ok ? decoded.errors.map(({ text }) => text) : [decoded.error.text];
};

test("an error's text names the attribute, what is wrong with it, its octets, and what was done", () => {
  assert.deepEqual(texts(update("", `40010103${AS_PATH}${NEXT_HOP}400601ff`, PREFIX)), [
    "origin is malformed (40010103): its routes count as withdrawn",
    "atomic-aggregate is malformed (400601ff): discarded",
  ]);
  assert.deepEqual(texts(update("", MANDATORY, "21c000020180")), [
    "UPDATE has NLRI with a prefix too long or cut short (21c000020180): session reset",
  ]);
  const long = `c008ff${"00".repeat(20)}`;
  assert.deepEqual(texts(update("", `${MANDATORY}${long}${"00".repeat(20)}`, PREFIX)), [
    `communities exceeds the path attributes (c008ff${"00".repeat(29)}...): its routes count as withdrawn`,
  ]);
});
