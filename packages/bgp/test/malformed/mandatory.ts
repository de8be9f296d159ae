import {
  AS_PATH,
  AS_PATH_2,
  caseOf,
  FLAGS,
  MALFORMED,
  type MalformedCase,
  MISSING,
  NEXT_HOP,
  ORIGIN,
  type Rest,
  V6_HOP,
} from "./case.ts";

const WITHDRAW = "treat-as-withdraw";
const origin = (name: string, hex: string, rest: Rest = { rfc: "7606 7.1" }): MalformedCase =>
  caseOf(`ORIGIN ${name}`, WITHDRAW, `${hex}${AS_PATH}${NEXT_HOP}`, rest.causes ?? MALFORMED, rest);
const path = (name: string, hex: string, rest: Rest = {}): MalformedCase =>
  caseOf(`AS_PATH ${name}`, WITHDRAW, `${ORIGIN}${hex}${NEXT_HOP}`, rest.causes ?? MALFORMED, {
    rfc: "7606 7.2",
    ...rest,
  });
const validPath = (name: string, hex: string, rest: Rest = {}): MalformedCase => ({
  ...path(name, hex, rest),
  is: "ok",
  causes: [],
});
const hop = (name: string, hex: string, rest: Rest = {}): MalformedCase =>
  caseOf(`NEXT_HOP ${name}`, WITHDRAW, `${ORIGIN}${AS_PATH}${hex}`, rest.causes ?? MALFORMED, {
    rfc: "7606 7.3",
    ...rest,
  });

/** ORIGIN, AS_PATH and NEXT_HOP. */
export const mandatoryCases: readonly MalformedCase[] = [
  origin("of no octet", "400100"),
  origin("of two octets", "4001020000"),
  origin("of four octets", "40010400000000"),
  origin("3", "40010103"),
  origin("255", "400101ff"),
  origin("of no octet, Extended Length", "50010000"),
  origin("optional", "c0010100", { causes: FLAGS }),
  origin("not transitive", "00010100", { causes: FLAGS }),
  origin("optional, not transitive", "80010100", { causes: FLAGS }),
  { ...origin("partial", "60010100"), is: "ok", causes: [] },
  { ...origin("of one octet, Extended Length", "5001000100"), is: "ok", causes: [] },

  path("with a segment type 5", "400206 0501 0000fde9"),
  path("with a segment type 0", "400206 0001 0000fde9"),
  path("with a segment type 255", "400206 ff01 0000fde9"),
  path("with an unknown segment behind a right one", "40020c 0201 0000fde9 0601 0000fde9"),
  path("with a segment too long", "400206 0202 0000fde9"),
  path("with 255 AS numbers told and one there", "400206 02ff 0000fde9"),
  path("with an octet left", "400207 0201 0000fde9 02"),
  path("with a segment header alone", "400202 0201"),
  path("of one octet", "400201 02"),
  path("with an empty segment", "400208 0200 0201 0000fde9"),
  path("of an empty segment alone", "400202 0200"),
  path("with an empty segment at its end", "400208 0201 0000fde9 0200"),
  path("with AS 0", "400206 0201 00000000", { rfc: "7607 2" }),
  path("with AS 0 among others", "40020e 0203 0000fde9 00000000 0000fdea", { rfc: "7607 2" }),
  path("with AS 0 in an AS_SET", "40020a 0102 0000fde9 00000000", { rfc: "7607 2" }),
  path("with AS 0, two octets", "400204 0201 0000", { rfc: "7607 2", session: "two-octet-as" }),
  path("in four octets where two were negotiated", "400206 0201 0000fde9", {
    rfc: "6793 6",
    session: "two-octet-as",
  }),
  path("in two octets where four were negotiated", AS_PATH_2, { rfc: "6793 6" }),
  path("with an odd octet, two octets", "400205 0201 fde9 01", { session: "two-octet-as" }),
  path("with a confederation from outside", "400206 0301 0000fde9", { rfc: "5065 5", session: "external" }),
  path("with a confederation set from outside", "40020c 0201 0000fde9 0401 0000fdea", {
    rfc: "5065 5",
    session: "external",
  }),
  path("optional", "c00206 0201 0000fde9", { causes: FLAGS }),
  path("not transitive", "000206 0201 0000fde9", { causes: FLAGS }),
  validPath("that is empty", "400200"),
  validPath("with an AS_SET", "40020c 0201 0000fde9 0101 0000fdea"),
  validPath("with a confederation from inside", "400206 0301 0000fde9", { rfc: "5065 5" }),
  validPath("with AS_TRANS", "400206 0201 00005ba0"),
  validPath("with the last AS number", "400206 0201 ffffffff"),
  validPath("with an Extended Length", "50020006 0201 0000fde9"),

  hop("of no octet", "400300"),
  hop("of three octets", "400303 c00002"),
  hop("of five octets", "400305 c000020100"),
  hop("of sixteen octets", `400310 ${V6_HOP}`),
  hop("optional", "c00304 c0000201", { causes: FLAGS }),
  hop("not transitive", "000304 c0000201", { causes: FLAGS }),

  caseOf("no ORIGIN", WITHDRAW, `${AS_PATH}${NEXT_HOP}`, MISSING, { rfc: "7606 3 d" }),
  caseOf("no AS_PATH", WITHDRAW, `${ORIGIN}${NEXT_HOP}`, MISSING, { rfc: "7606 3 d" }),
  caseOf("no NEXT_HOP", WITHDRAW, `${ORIGIN}${AS_PATH}`, MISSING, { rfc: "7606 3 d" }),
  caseOf("NEXT_HOP alone", WITHDRAW, NEXT_HOP, [...MISSING, ...MISSING], { rfc: "7606 3 d" }),
  caseOf("no attribute", WITHDRAW, "", [...MISSING, ...MISSING, ...MISSING], { rfc: "7606 3 d" }),
  caseOf("attributes out of order", "ok", `${NEXT_HOP}${AS_PATH}${ORIGIN}`, [], { rfc: "4271 5" }),
];
