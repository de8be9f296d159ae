import type { UpdateErrorCause } from "@netferry/bgp";
import {
  AS_PATH,
  beside,
  caseOf,
  FLAGS,
  MALFORMED,
  type MalformedCase,
  MANDATORY,
  MISSING,
  ORIGIN,
  reach,
  type Rest,
  unreach,
  V6_HOP,
  V6_PREFIX,
} from "./case.ts";

const IPV6 = "000201";
const RD = "0000fde800000001";
const DISABLE = "afi-safi-disable";
const REACH = reach(IPV6, V6_HOP, V6_PREFIX);
const UNREACH = unreach(IPV6, "2020010db9");

const bad = (what: string, hex: string, causes: readonly UpdateErrorCause[] = MALFORMED): MalformedCase =>
  beside(what, DISABLE, hex, causes, { rfc: "7606 3 j, 5.3, 7.11" });
const flagged = (what: string, hex: string): MalformedCase =>
  beside(what, "treat-as-withdraw", hex, FLAGS, { rfc: "7606 3 c" });
const reset = (
  what: string,
  hex: string,
  subcode: number,
  data: string,
  causes: readonly UpdateErrorCause[],
  rest: Rest = {},
): MalformedCase => beside(what, "reset", hex, causes, { rfc: "7606 3 g, 3 j, 5.3", subcode, data, ...rest });

/** MP_REACH_NLRI and MP_UNREACH_NLRI themselves. */
export const multiprotocolCases: readonly MalformedCase[] = [
  bad("MP_REACH_NLRI: next hop of no octet", "800e05 0002 01 00 00"),
  bad("MP_REACH_NLRI: IPv6 next hop of four octets", reach(IPV6, "c0000201", V6_PREFIX)),
  bad("MP_REACH_NLRI: next hop of fifteen octets", reach(IPV6, V6_HOP.slice(2), V6_PREFIX)),
  bad("MP_REACH_NLRI: next hop of seventeen octets", reach(IPV6, `${V6_HOP}00`, V6_PREFIX)),
  bad("MP_REACH_NLRI: next hop of 31 octets", reach(IPV6, `${V6_HOP}${V6_HOP.slice(2)}`, V6_PREFIX)),
  bad("MP_REACH_NLRI: next hop longer than the attribute", "800e09 0002 01 10 c0000201 00"),
  bad("MP_REACH_NLRI: no reserved octet", `800e14 0002 01 10 ${V6_HOP}`),
  bad("MP_REACH_NLRI: four octets", "800e04 0002 01 10"),
  bad("MP_REACH_NLRI: three octets", "800e03 0002 01"),
  bad("MP_REACH_NLRI: prefix of 129 bits", reach(IPV6, V6_HOP, `81 ${V6_HOP} 80`)),
  bad("MP_REACH_NLRI: prefix of 255 bits", reach(IPV6, V6_HOP, `ff ${V6_HOP}${V6_HOP}`)),
  bad("MP_REACH_NLRI: prefix cut short", reach(IPV6, V6_HOP, "2020010d")),
  bad("MP_REACH_NLRI: a second prefix cut short", reach(IPV6, V6_HOP, `${V6_PREFIX} 4020010db8`)),
  flagged("MP_REACH_NLRI: optional transitive", reach(IPV6, V6_HOP, V6_PREFIX, "c0")),
  flagged("MP_REACH_NLRI: well-known", reach(IPV6, V6_HOP, V6_PREFIX, "40")),
  bad("MP_REACH_NLRI: well-known and cut short", reach(IPV6, V6_HOP, "2020010d", "40")),
  caseOf(
    "MP_REACH_NLRI alone: optional transitive",
    "treat-as-withdraw",
    `${ORIGIN}${AS_PATH}${reach(IPV6, V6_HOP, V6_PREFIX, "c0")}`,
    FLAGS,
    { rfc: "7606 3 c", nlri: "" },
  ),
  bad("MP_UNREACH_NLRI: prefix of 129 bits", unreach(IPV6, `81 ${V6_HOP} 80`)),
  bad("MP_UNREACH_NLRI: prefix cut short", unreach(IPV6, "2020010d")),
  bad("MP_UNREACH_NLRI: a second prefix cut short", unreach(IPV6, `${V6_PREFIX} 4020010db8`)),
  flagged("MP_UNREACH_NLRI: well-known", unreach(IPV6, "2020010db9", "40")),
  flagged("MP_UNREACH_NLRI: optional transitive", unreach(IPV6, "2020010db9", "c0")),
  caseOf("MP_UNREACH_NLRI alone: prefix cut short", DISABLE, unreach(IPV6, "2020010d"), MALFORMED, {
    rfc: "7606 5.3",
    nlri: "",
  }),
  beside(
    "both of a family, one malformed",
    DISABLE,
    `${UNREACH}800e05 0002 01 00 00`,
    [...MALFORMED, "family-disabled"],
    { rfc: "7606 3 j" },
  ),
  beside(
    "withdraw and disable",
    DISABLE,
    "800403 000001 800e05 0002 01 10 00",
    [...MALFORMED, ...MALFORMED],
    { rfc: "7606 3 h" },
  ),
  beside(
    "IPv4 with an IPv6 next hop that was not negotiated",
    DISABLE,
    reach("000101", V6_HOP, "080a"),
    [...MALFORMED, "family-disabled"],
    { rfc: "8950 4" },
  ),
  beside("IPv4 with an IPv6 next hop that was", "ok", reach("000101", V6_HOP, "080a"), [], {
    rfc: "8950 4",
    session: "extended-next-hop",
  }),
  beside("MP_REACH_NLRI", "ok", REACH, [], { rfc: "4760 3" }),
  beside(
    "MP_REACH_NLRI with a reserved octet of 1",
    "ok",
    `800e1a 0002 01 10 ${V6_HOP} 01 ${V6_PREFIX}`,
    [],
    { rfc: "4760 3" },
  ),
  beside(
    "MP_REACH_NLRI with two next hops",
    "ok",
    reach(IPV6, `${V6_HOP}fe800000000000000000000000000001`, V6_PREFIX),
    [],
    { rfc: "2545 3" },
  ),
  beside("MP_UNREACH_NLRI", "ok", UNREACH, [], { rfc: "4760 4" }),
  caseOf("MP_REACH_NLRI without NEXT_HOP", "ok", `${ORIGIN}${AS_PATH}${REACH}`, [], {
    rfc: "4760 3",
    nlri: "",
  }),
  caseOf("no ORIGIN for MP_REACH_NLRI", "treat-as-withdraw", `${AS_PATH}${REACH}`, MISSING, {
    rfc: "7606 3 d",
    nlri: "",
  }),
  caseOf("no AS_PATH for MP_REACH_NLRI", "treat-as-withdraw", `${ORIGIN}${REACH}`, MISSING, {
    rfc: "7606 3 d",
    nlri: "",
  }),

  reset("MP_REACH_NLRI twice", `${REACH}${REACH}`, 1, REACH, ["attribute-duplicate"], { nlri: "" }),
  reset("MP_UNREACH_NLRI twice", `${UNREACH}${UNREACH}`, 1, UNREACH, ["attribute-duplicate"]),
  reset("MP_REACH_NLRI too long for the list", "800eff", 1, "800eff", ["attribute-overrun"]),
  reset("MP_UNREACH_NLRI too long for the list", "800f04 0002 01", 1, "800f04000201", ["attribute-overrun"]),
  reset("MP_REACH_NLRI too short for a family", "800e02 0002", 9, "800e020002", ["family-unreadable"]),
  reset("MP_REACH_NLRI of no octet", "800e00", 9, "800e00", ["family-unreadable"]),
  reset("MP_UNREACH_NLRI too short for a family", "800f00", 9, "800f00", ["family-unreadable"]),
  reset("MP_UNREACH_NLRI of two octets", "800f02 0002", 9, "800f020002", ["family-unreadable"]),

  beside(
    "MP_REACH_NLRI of a family that was not negotiated",
    "ok",
    reach("000142", "c0000201", ""),
    ["family-not-negotiated"],
    { rfc: "4760 6" },
  ),
  beside(
    "MP_UNREACH_NLRI of a family that was not negotiated",
    "ok",
    unreach("000142", "00"),
    ["family-not-negotiated"],
    { rfc: "4760 6" },
  ),
  beside(
    "of a family that was not negotiated, and malformed",
    "ok",
    "c00e04 0001 42 ff",
    ["family-not-negotiated"],
    { rfc: "4760 6" },
  ),
  caseOf(
    "NLRI field without IPv4 unicast",
    "ok",
    MANDATORY,
    ["family-not-negotiated", "family-not-negotiated"],
    { rfc: "4760 6", session: "ipv6-alone", withdrawn: "ff" },
  ),

  ...(
    [
      ["000104", V6_HOP],
      ["000180", "c0000201"],
      ["000280", V6_HOP],
      ["001946", "c00002"],
      ["001941", `${RD}c0000201`],
      ["000184", ""],
      ["400447", `${RD}c0000201`],
      ["000149", "c000020100"],
    ] as const
  ).map(([family, nextHop]) =>
    beside(
      `next hop ${nextHop || "of no octet"} of family ${family}`,
      DISABLE,
      reach(family, nextHop, ""),
      MALFORMED,
      { rfc: "7606 7.11" },
    ),
  ),
];
