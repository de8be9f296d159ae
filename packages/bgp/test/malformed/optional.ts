import {
  attribute,
  AS_PATH,
  AS_PATH_2,
  beside,
  caseOf,
  DUPLICATE,
  FLAGS,
  MALFORMED,
  type MalformedCase,
  MANDATORY,
  NEXT_HOP,
  ORIGIN,
  type Rest,
  UNEXPECTED,
} from "./case.ts";

const WITHDRAW = "treat-as-withdraw";
const IPV6_COMMUNITY = `0002 20010db8000000000000000000000001 0064`;

/** `[what, attribute]` of attributes whose errors withdraw the routes. */
const withdrawn = (rfc: string, list: readonly (readonly [what: string, hex: string])[]): MalformedCase[] =>
  list.map(([what, hex]) => beside(what, WITHDRAW, hex, MALFORMED, { rfc }));
const discarded = (
  rfc: string,
  list: readonly (readonly [what: string, hex: string])[],
  rest: Rest = {},
): MalformedCase[] => list.map(([what, hex]) => beside(what, "ok", hex, MALFORMED, { rfc, ...rest }));
const flags = (list: readonly (readonly [what: string, hex: string])[]): MalformedCase[] =>
  list.map(([what, hex]) => beside(what, WITHDRAW, hex, FLAGS, { rfc: "7606 3 c" }));
const fine = (rfc: string, list: readonly (readonly [what: string, hex: string])[]): MalformedCase[] =>
  list.map(([what, hex]) => beside(what, "ok", hex, [], { rfc }));

/** The attributes of RFC 4271 and 4456 beside the mandatory ones, communities of all kinds, OTC. */
export const optionalCases: readonly MalformedCase[] = [
  ...withdrawn("7606 7.4", [
    ["MED of no octet", "800400"],
    ["MED of three octets", "800403 000001"],
    ["MED of five octets", "800405 0000000001"],
    ["MED of eight octets", "800408 0000000100000001"],
  ]),
  ...withdrawn("7606 7.5", [
    ["LOCAL_PREF of no octet", "400500"],
    ["LOCAL_PREF of three octets", "400503 000064"],
    ["LOCAL_PREF of five octets", "400505 0000000001"],
  ]),
  beside("LOCAL_PREF from outside", "ok", "400504 00000001", UNEXPECTED, {
    rfc: "7606 7.5",
    session: "external",
  }),
  beside("malformed LOCAL_PREF from outside", "ok", "c00505 0000000001", UNEXPECTED, {
    rfc: "7606 7.5",
    session: "external",
  }),
  ...discarded("7606 7.6", [
    ["ATOMIC_AGGREGATE of one octet", "400601 00"],
    ["ATOMIC_AGGREGATE of four octets", "400604 00000000"],
  ]),
  ...discarded("7606 7.7", [
    ["AGGREGATOR of no octet", "c00700"],
    ["AGGREGATOR of six octets", "c00706 fde9 0a000001"],
    ["AGGREGATOR of seven octets", "c00707 0000fde9 0a0000"],
    ["AGGREGATOR of nine octets", "c00709 0000fde9 0a000001 00"],
  ]),
  ...discarded("7607 2", [["AGGREGATOR of AS 0", "c00708 00000000 0a000001"]]),
  caseOf(
    "AGGREGATOR of eight octets where AS numbers have two",
    "ok",
    `${ORIGIN}${AS_PATH_2}${NEXT_HOP} c00708 0000fde9 0a000001`,
    MALFORMED,
    { rfc: "7606 7.7", session: "two-octet-as" },
  ),
  caseOf(
    "AGGREGATOR of five octets where AS numbers have two",
    "ok",
    `${ORIGIN}${AS_PATH_2}${NEXT_HOP} c00705 fde9 0a0000`,
    MALFORMED,
    { rfc: "7606 7.7", session: "two-octet-as" },
  ),
  ...withdrawn("7606 7.8", [
    ["COMMUNITIES of no octet", "c00800"],
    ["COMMUNITIES of one octet", "c00801 fd"],
    ["COMMUNITIES of three octets", "c00803 fde800"],
    ["COMMUNITIES of six octets", "c00806 fde80001 fde8"],
    ["COMMUNITIES of no octet, Extended Length", "d0080000"],
  ]),
  ...withdrawn("7606 7.9", [
    ["ORIGINATOR_ID of no octet", "800900"],
    ["ORIGINATOR_ID of three octets", "800903 0a0000"],
    ["ORIGINATOR_ID of eight octets", "800908 0a0000010a000002"],
  ]),
  beside("ORIGINATOR_ID from outside", "ok", "800904 0a000001", UNEXPECTED, {
    rfc: "7606 7.9",
    session: "external",
  }),
  beside("malformed ORIGINATOR_ID from outside", "ok", "800903 0a0000", UNEXPECTED, {
    rfc: "7606 7.9",
    session: "external",
  }),
  ...withdrawn("7606 7.10", [
    ["CLUSTER_LIST of no octet", "800a00"],
    ["CLUSTER_LIST of two octets", "800a02 0a00"],
    ["CLUSTER_LIST of five octets", "800a05 0a00000100"],
  ]),
  beside("CLUSTER_LIST from outside", "ok", "800a04 0a000001", UNEXPECTED, {
    rfc: "7606 7.10",
    session: "external",
  }),
  beside("malformed CLUSTER_LIST from outside", "ok", "800a03 0a0000", UNEXPECTED, {
    rfc: "7606 7.10",
    session: "external",
  }),
  ...withdrawn("7606 7.14", [
    ["EXTENDED COMMUNITIES of no octet", "c01000"],
    ["EXTENDED COMMUNITIES of four octets", "c01004 0002fde8"],
    ["EXTENDED COMMUNITIES of seven octets", "c01007 0002fde8000000"],
    ["EXTENDED COMMUNITIES of nine octets", "c01009 0002fde80000000100"],
  ]),
  ...withdrawn("7606 7.15", [
    ["IPv6 EXTENDED COMMUNITIES of no octet", "c01900"],
    ["IPv6 EXTENDED COMMUNITIES of eight octets", "c01908 0002fde800000001"],
    ["IPv6 EXTENDED COMMUNITIES of 21 octets", attribute("c019", `${IPV6_COMMUNITY}00`)],
  ]),
  ...withdrawn("8092 6", [
    ["LARGE COMMUNITIES of no octet", "c02000"],
    ["LARGE COMMUNITIES of four octets", "c02004 00000001"],
    ["LARGE COMMUNITIES of eleven octets", "c0200b 0000000100000001000000"],
    ["LARGE COMMUNITIES of 13 octets", "c0200d 00000001000000010000000100"],
  ]),
  ...withdrawn("9234 5", [
    ["OTC of no octet", "c02300"],
    ["OTC of three octets", "c02303 00fde9"],
    ["OTC of eight octets", "c02308 0000fde90000fde9"],
  ]),
  ...flags([
    ["MED transitive", "c00404 00000001"],
    ["MED well-known", "400404 00000001"],
    ["LOCAL_PREF optional", "c00504 00000001"],
    ["LOCAL_PREF not transitive", "000504 00000001"],
    ["ATOMIC_AGGREGATE optional", "c00600"],
    ["AGGREGATOR not optional", "400708 0000fde9 0a000001"],
    ["AGGREGATOR not transitive", "800708 0000fde9 0a000001"],
    ["COMMUNITIES not transitive", "800804 fde80001"],
    ["COMMUNITIES well-known", "400804 fde80001"],
    ["ORIGINATOR_ID transitive", "c00904 0a000001"],
    ["CLUSTER_LIST transitive", "c00a04 0a000001"],
    ["EXTENDED COMMUNITIES not transitive", "801008 0002fde800000001"],
    ["LARGE COMMUNITIES not transitive", "80200c 000000010000000100000001"],
    ["OTC not transitive", "802304 0000fde9"],
  ]),
  ...fine("7606 3 c", [
    ["the Partial and unused bits don't matter", "ef0804 fde80001"],
    ["MED with an Extended Length", "90040004 00000001"],
  ]),
  ...fine("4271 5", [
    ["an unknown transitive attribute", "c0fa02 0102"],
    ["an unknown attribute that is not transitive", "80fa02 0102"],
    ["an unknown attribute without value", "c0fa00"],
    [
      "every well-formed one at once",
      "800404 00000001 400504 00000064 400600 c00708 0000fde9 0a000001 c00804 fde80001 800904 0a000001 800a04 0a000001",
    ],
  ]),
  caseOf("MED twice, the second malformed", "ok", `${MANDATORY} 800404 00000001 800403 000001`, DUPLICATE, {
    rfc: "7606 3 g",
  }),
  caseOf("ORIGIN twice", "ok", `${MANDATORY} 40010101`, DUPLICATE, { rfc: "7606 3 g" }),
  caseOf("AS_PATH twice", "ok", `${MANDATORY}${AS_PATH}`, DUPLICATE, { rfc: "7606 3 g" }),
  caseOf("NEXT_HOP twice", "ok", `${MANDATORY} 400304 c0000202`, DUPLICATE, { rfc: "7606 3 g" }),
  caseOf("COMMUNITIES twice", "ok", `${MANDATORY} c00804 fde80001 c00804 fde80002`, DUPLICATE, {
    rfc: "7606 3 g",
  }),
  caseOf(
    "an unknown attribute three times",
    "ok",
    `${MANDATORY} c0fa00 c0fa00 c0fa00`,
    [...DUPLICATE, ...DUPLICATE],
    { rfc: "7606 3 g" },
  ),
  caseOf(
    "the first of two is malformed",
    WITHDRAW,
    `40010103${ORIGIN}${AS_PATH}${NEXT_HOP}`,
    [...MALFORMED, ...DUPLICATE],
    { rfc: "7606 3 g" },
  ),
  caseOf(
    "discard and withdraw",
    WITHDRAW,
    `${MANDATORY} 400601ff 800403 000001`,
    [...MALFORMED, ...MALFORMED],
    { rfc: "7606 3 h" },
  ),
  caseOf(
    "two that withdraw",
    WITHDRAW,
    `${MANDATORY} c00803 fde800 800403 000001`,
    [...MALFORMED, ...MALFORMED],
    { rfc: "7606 3 h" },
  ),
  caseOf("two that are discarded", "ok", `${MANDATORY} 400601ff c00700`, [...MALFORMED, ...MALFORMED], {
    rfc: "7606 3 h",
  }),
];
