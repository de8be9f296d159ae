import type { UpdateErrorCause } from "@netferry/bgp";
import {
  AS_PATH,
  beside,
  caseOf,
  type MalformedCase,
  MANDATORY,
  MISSING,
  NEXT_HOP,
  ORIGIN,
  OVERRUN,
  PREFIX,
  reach,
  type Rest,
  unreach,
  V6_HOP,
} from "./case.ts";

const UNREACH = unreach("000201", "2020010db9");

const reset = (
  what: string,
  subcode: number,
  causes: readonly UpdateErrorCause[],
  rest: Rest,
): MalformedCase => caseOf(what, "reset", rest.attributes ?? MANDATORY, causes, { subcode, ...rest });
const overrun = (what: string, hex: string): MalformedCase =>
  beside(what, "treat-as-withdraw", hex, OVERRUN, { rfc: "7606 4" });

/** The UPDATE's fields: their lengths, the lengths of attributes in them, the two fields of NLRI. */
export const fieldCases: readonly MalformedCase[] = [
  caseOf("nothing wrong", "ok", MANDATORY, [], { rfc: "4271 4.3" }),
  caseOf("nothing at all", "ok", "", [], { rfc: "4724 2", nlri: "" }),
  caseOf("a withdrawal needs no attribute", "ok", "", [], { rfc: "4271 4.3", withdrawn: PREFIX, nlri: "" }),
  caseOf("a withdrawal beside an announcement", "ok", MANDATORY, [], { rfc: "4271 4.3", withdrawn: "080a" }),
  caseOf("a default route", "ok", MANDATORY, [], { rfc: "4271 4.3", nlri: `00${PREFIX}` }),

  reset("withdrawn routes too long", 1, ["field-lengths"], { raw: "0001 0000", rfc: "7606 3 b" }),
  reset("withdrawn routes to the very end", 1, ["field-lengths"], { raw: "0003 000000", rfc: "7606 3 b" }),
  reset("withdrawn routes of 65535 octets", 1, ["field-lengths"], { raw: "ffff 0000", rfc: "7606 3 b" }),
  reset("attributes too long", 1, ["field-lengths"], { raw: "0000 0001", rfc: "7606 3 b" }),
  reset("attributes one octet too long", 1, ["field-lengths"], {
    raw: `0000 0015 ${MANDATORY}`,
    rfc: "7606 3 b",
  }),
  reset("attributes of 65535 octets", 1, ["field-lengths"], {
    raw: `0000 ffff ${MANDATORY}`,
    rfc: "7606 3 b",
  }),

  overrun("an attribute too long for the list", "c00808 fde80001"),
  overrun("an attribute of 255 octets in a list of eight", "c008ff fde80001 00"),
  overrun("one octet left", "c0"),
  overrun("two octets left", "c008"),
  overrun("three octets left with Extended Length", "d00800"),
  overrun("an Extended Length too long", "d0080100 fde80001"),
  overrun("a known attribute cut off", "800404 000000"),
  caseOf(
    "AS_PATH too long for the list",
    "treat-as-withdraw",
    `${ORIGIN}${NEXT_HOP} 4002ff 0201`,
    [...OVERRUN, ...MISSING],
    {
      rfc: "7606 4",
    },
  ),

  reset("NLRI of 33 bits", 10, ["nlri-syntax"], { nlri: "21c000020180", rfc: "7606 5.3" }),
  reset("NLRI of 255 bits", 10, ["nlri-syntax"], { nlri: `ff${"00".repeat(32)}`, rfc: "7606 5.3" }),
  reset("NLRI cut short", 10, ["nlri-syntax"], { nlri: "18c000", rfc: "7606 5.3" }),
  reset("a second NLRI cut short", 10, ["nlri-syntax"], { nlri: `${PREFIX}18c000`, rfc: "7606 5.3" }),
  reset("a length without NLRI", 10, ["nlri-syntax"], { nlri: "08", rfc: "7606 5.3" }),
  reset("withdrawn routes of 33 bits", 10, ["withdrawn-syntax"], {
    withdrawn: "21c000020180",
    attributes: "",
    nlri: "",
    rfc: "7606 5.3",
  }),
  reset("withdrawn routes cut short", 10, ["withdrawn-syntax"], {
    withdrawn: "18c000",
    attributes: "",
    nlri: "",
    rfc: "7606 5.3",
  }),
  reset("withdrawn routes cut short beside an announcement", 10, ["withdrawn-syntax"], {
    withdrawn: "18c000",
    rfc: "7606 5.3",
  }),
  reset("path identifiers where none were negotiated", 10, ["nlri-syntax"], {
    nlri: `00000001${PREFIX}`,
    rfc: "7911 3",
  }),
  reset("no path identifiers where they were negotiated", 10, ["nlri-syntax"], {
    session: "add-path",
    rfc: "7911 3",
  }),
  reset("a path identifier without prefix", 10, ["nlri-syntax"], {
    session: "add-path",
    nlri: "00000001",
    rfc: "7911 3",
  }),
  caseOf("path identifiers", "ok", MANDATORY, [], {
    session: "add-path",
    nlri: `00000001${PREFIX}`,
    rfc: "7911 3",
  }),

  reset("a well-known attribute that nobody knows", 2, ["attribute-unrecognized"], {
    attributes: `${MANDATORY} 40fa0102`,
    data: "40fa0102",
    rfc: "4271 6.3",
  }),
  reset("an error and nothing announced", 1, ["no-reachable-nlri"], {
    withdrawn: PREFIX,
    attributes: "40010103",
    nlri: "",
    rfc: "7606 5.2",
  }),
  reset("an error beside MP_UNREACH_NLRI", 1, ["no-reachable-nlri"], {
    attributes: `40010103${UNREACH}`,
    nlri: "",
    rfc: "7606 5.2",
  }),
  reset("an error beside an MP_REACH_NLRI that announces nothing", 1, ["no-reachable-nlri"], {
    attributes: `40010103${AS_PATH}${reach("000201", V6_HOP, "")}`,
    nlri: "",
    rfc: "7606 5.2",
  }),
  reset("attributes cut short before MP_REACH_NLRI", 1, ["no-reachable-nlri"], {
    attributes: `${ORIGIN}4002ff00`,
    nlri: "",
    rfc: "7606 5.2",
  }),
];
