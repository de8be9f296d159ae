import type { Disposition } from "@netferry/bgp";
import { attribute, beside, FLAGS, MALFORMED, type MalformedCase } from "./case.ts";

/** An attribute, what its errors lead to, flags and code, and values that are malformed. */
type Row = readonly [
  name: string,
  rfc: string,
  is: Disposition,
  flagsAndCode: string,
  values: readonly string[],
];

const SKI = "00".repeat(20);

const ROWS: readonly Row[] = [
  ["PMSI_TUNNEL", "6514 5", "treat-as-withdraw", "c016", ["", "00", "00060000"]],
  [
    "TUNNEL_ENCAPSULATION",
    "9012 13",
    "treat-as-withdraw",
    "c017",
    ["00", "000800", "00080001", "0008000201", "00080002 04ff", "00080002 8000"],
  ],
  ["TRAFFIC_ENGINEERING", "7606 7.13", "treat-as-withdraw", "8018", ["", "01020000", "00".repeat(35)]],
  [
    "AIGP",
    "7311 3",
    "ok",
    "801a",
    ["01", "0100", "010002", "01000a00000000000000", "01000c000000000000000000", "01000b00000000000000"],
  ],
  ["PE_DISTINGUISHER_LABELS", "6514 8", "treat-as-withdraw", "c01b", ["", "00", "c0000201 003e81 c0"]],
  ["BGP-LS", "9552 8.2.2", "ok", "801d", ["04", "040200", "04020002", "0402000272", "04020001 72 04"]],
  [
    "BGPSEC_PATH",
    "8205 5.2",
    "treat-as-withdraw",
    "8021",
    [
      "",
      "00",
      "0002",
      "0007 01 00 0000fd",
      "0008 01 00 0000fde8", // no signature block
      "0008 01 00 0000fde8 0003 01", // no signature
      "0008 01 00 0000fde8 0002 01",
      `0008 01 00 0000fde8 001a 01 ${SKI} 0002 00`,
      `000e 01 00 0000fde8 01 00 0000fde9 0019 01 ${SKI} 0000`,
    ],
  ],
  ["community containers", "7606 2, draft", "treat-as-withdraw", "c022", ["", "00", "0001 00 00 0001"]],
  [
    "D-PATH",
    "7606 2, draft",
    "treat-as-withdraw",
    "c024",
    ["", "00", "01 0000fde80001", "02 0000fde8000146"],
  ],
  ["SFP", "9015 3.2.1", "treat-as-withdraw", "c025", ["01", "0100", "010001"]],
  [
    "BFD_DISCRIMINATOR",
    "9026 3.1.6",
    "ok",
    "c026",
    ["", "01000000", "01 00000007 01", "01 00000007 0104c00002"],
  ],
  ["next hop characteristics", "draft", "ok", "c027", ["", "000101", "00010104c00002", "00010100 0001"]],
  ["PREFIX_SID", "8669 6", "ok", "c028", ["01", "0100", "010007", "01000700"]],
  ["BIER", "draft", "ok", "c029", ["00", "0001", "000100", "00010001"]],
  [
    "ATTR_SET",
    "7606 7.16",
    "treat-as-withdraw",
    "c080",
    ["", "0000fd", "0000fde8 40", "0000fde8 400102 00", "0000fde8 500100"],
  ],
];

/** The attributes of later RFCs: each malformed form, and the Transitive bit the other way. */
export const laterCases: readonly MalformedCase[] = ROWS.flatMap(([name, rfc, is, flagsAndCode, values]) => {
  const [first = ""] = values;
  const flags = (Number.parseInt(flagsAndCode.slice(0, 2), 16) ^ 0x40).toString(16).padStart(2, "0");
  const cases = values.map((value) =>
    beside(`${name} malformed: ${value || "no octet"}`, is, attribute(flagsAndCode, value), MALFORMED, {
      rfc,
    }),
  );
  cases.push(
    beside(
      `${name} with wrong flags`,
      "treat-as-withdraw",
      attribute(`${flags}${flagsAndCode.slice(2)}`, first),
      FLAGS,
      { rfc: "7606 3 c" },
    ),
  );
  return cases;
});
