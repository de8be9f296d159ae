import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "./bytes.ts";
import { type CodecContext, codecContext } from "./codec-context.ts";
import { decodeMessage } from "./message-codec.ts";
import type { UpdateErrorCause } from "./update-error.ts";
import { UpdateScanner } from "./update-scan.ts";

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const field = (value: number): string => value.toString(16).padStart(4, "0");
const hex = (octet: number): string => octet.toString(16).padStart(2, "0");

/** An UPDATE of attributes and NLRI. */
function update(attributes: string, nlri: string): Uint8Array {
  const length = octets(attributes).length;
  const body = `0000${field(length)}${attributes}${nlri}`;
  return octets(`${"ff".repeat(16)}${field(19 + octets(body).length)}02${body}`);
}

const ANY = codecContext({ extendedNextHop: new Set() });
const MANDATORY = "40010100 400206 0201 0000fde9 400304 c0000201";
const PREFIX = "18c00002";
const RD = "0000fde800000001";
const ESI = "00112233445566778899";
const V6 = "20010db8000000000000000000000001";

type Outcome = "ok" | "treat-as-withdraw" | "afi-safi-disable";

function check(
  what: string,
  bytes: Uint8Array,
  is: Outcome,
  causes: readonly UpdateErrorCause[],
  context: CodecContext = ANY,
): void {
  test(`${what}: ${is}`, () => {
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

/** By attribute: its malformed forms, as flags, code and value, and what its RFC makes of them. */
const ATTRIBUTES: readonly (readonly [name: string, is: Outcome, flagsAndCode: string, values: string[]])[] =
  [
    ["PMSI_TUNNEL, RFC 6514", "treat-as-withdraw", "c016", ["", "00", "00060000"]],
    [
      "TUNNEL_ENCAPSULATION, RFC 9012",
      "treat-as-withdraw",
      "c017",
      ["00", "000800", "00080001", "0008000201", "00080002 04ff", "00080002 8000"],
    ],
    ["TRAFFIC_ENGINEERING, RFC 7606 7.13", "treat-as-withdraw", "8018", ["", "01020000", "00".repeat(35)]],
    ["IPV6_EXTENDED_COMMUNITIES, RFC 7606 7.15", "treat-as-withdraw", "c019", ["", "00", "00".repeat(21)]],
    [
      "AIGP, RFC 7311",
      "ok",
      "801a",
      ["01", "0100", "010002", "01000a00000000000000", "01000c000000000000000000", "01000b00000000000000"],
    ],
    ["PE_DISTINGUISHER_LABELS, RFC 6514", "treat-as-withdraw", "c01b", ["", "00", "c0000201 003e81 c0"]],
    ["BGP-LS, RFC 9552", "ok", "801d", ["04", "040200", "04020002", "0402000272", "04020001 72 04"]],
    [
      "BGPSEC_PATH, RFC 8205",
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
        `0008 01 00 0000fde8 001a 01 ${"00".repeat(20)} 0002 00`,
        `000e 01 00 0000fde8 01 00 0000fde9 0019 01 ${"00".repeat(20)} 0000`,
      ],
    ],
    ["community containers", "treat-as-withdraw", "c022", ["", "00", "0001 00 00 0001"]],
    ["D-PATH", "treat-as-withdraw", "c024", ["", "00", "01 0000fde80001", "02 0000fde8000146"]],
    ["SFP, RFC 9015", "treat-as-withdraw", "c025", ["01", "0100", "010001"]],
    [
      "BFD_DISCRIMINATOR, RFC 9026",
      "ok",
      "c026",
      ["", "01000000", "01 00000007 01", "01 00000007 0104c00002"],
    ],
    ["next hop characteristics", "ok", "c027", ["", "000101", "00010104c00002", "00010100 0001"]],
    ["PREFIX_SID, RFC 8669", "ok", "c028", ["01", "0100", "010007", "01000700"]],
    ["BIER", "ok", "c029", ["00", "0001", "000100", "00010001"]],
    [
      "ATTR_SET, RFC 7606 7.16",
      "treat-as-withdraw",
      "c080",
      ["", "0000fd", "0000fde8 40", "0000fde8 400102 00", "0000fde8 500100"],
    ],
  ];

for (const [name, is, flagsAndCode, values] of ATTRIBUTES) {
  for (const value of values) {
    const attribute = `${flagsAndCode}${hex(octets(value).length)}${value}`;
    check(`malformed ${name} ${value}`, update(MANDATORY + attribute, PREFIX), is, ["attribute-malformed"]);
  }
  const [value = ""] = values;
  // The Transitive bit the other way.
  const flags = hex(Number.parseInt(flagsAndCode.slice(0, 2), 16) ^ 0x40);
  const attribute = `${flags}${flagsAndCode.slice(2)}${hex(octets(value).length)}${value}`;
  check(`${name} with wrong flags`, update(MANDATORY + attribute, PREFIX), "treat-as-withdraw", [
    "attribute-flags",
  ]);
}

/** NLRI that are none of their family (RFC 7606 section 5.3), with the octets of a next hop that is one. */
const NLRI: readonly (readonly [what: string, family: string, nextHop: string, nlri: string])[] = [
  ["IPv4 multicast of 33 bits", "000102", "c0000201", "21c000020180"],
  ["a label cut short", "000104", "c0000201", "100006"],
  ["no bottom of the stack", "000104", "c0000201", "30000640c00002"],
  ["a labelled prefix of 33 bits", "000104", "c0000201", "39000641c000020180"],
  ["a labelled IPv6 prefix of 129 bits", "000204", V6, `99000641${V6}80`],
  ["a VPN route without route distinguisher", "000180", `0000000000000000c0000201`, "30000641c00002"],
  ["a VPN route of 33 bits", "000180", "0000000000000000c0000201", `79000641${RD}c000020180`],
  ["a route target of 97 bits", "000184", "c0000201", `61${"00".repeat(13)}`],
  ["a route target of 31 bits", "000184", "c0000201", "1f00000000"],
  ["an unknown flow component", "000185", "", "030e8100"],
  ["flow components out of order", "000185", "", "06048119038106"],
  ["a flow test without end", "000185", "", "03030106"],
  ["a flow cut short", "000185", "", "04038106"],
  ["a flow with an offset beyond its length", "000285", "", "03012021"],
  ["a VPN flow without route distinguisher", "000186", "", "03038106"],
  ["an Ethernet A-D route cut short", "001946", "c0000201", `0118${RD}${ESI}000000640003`],
  ["a MAC address of 49 bits", "001946", "c0000201", `0221${RD}${ESI}000000643102005e005301000003e8`],
  ["an EVPN prefix of 33 bits", "001946", "c0000201", `0522${RD}${ESI}00000000210a000000c00002010003e8`],
  ["an EVPN originator of 33 bits", "001946", "c0000201", `0311${RD}0000000021c0000201`],
  ["an EVPN route beyond the end", "001946", "c0000201", "0c020a"],
  ["a VPLS of 13 octets", "001941", "c0000201", `000d${RD}c000020100`],
  ["an MCAST-VPN originator of three octets", "000105", "c0000201", `010b${RD}c00002`],
  ["an SR policy of the other family", "000149", "c0000201", `c0 00000001 000000c8 ${V6}`],
  ["a MUP address of three octets", "000155", "c0000201", `0100020b${RD}c00002`],
  ["a link-state TLV beyond its NLRI", "400447", "c0000201", "0001000e 03 0000000000000001 0100 0005 00"],
  ["a link-state NLRI beyond the end", "400447", "c0000201", "00090002 00"],
  ["a link-state VPN NLRI without route distinguisher", "400448", "c0000201", "00090002 0000"],
];

for (const [what, family, nextHop, nlri] of NLRI) {
  const value = `${family}${hex(octets(nextHop).length)}${nextHop}00${nlri}`;
  const reach = `800e${hex(octets(value).length)}${value}`;
  check(`${what}, announced`, update(`${MANDATORY}${reach}`, PREFIX), "afi-safi-disable", [
    "attribute-malformed",
  ]);
  const withdrawn = `${family}${nlri}`;
  const unreach = `800f${hex(octets(withdrawn).length)}${withdrawn}`;
  check(`${what}, withdrawn`, update(`${MANDATORY}${unreach}`, PREFIX), "afi-safi-disable", [
    "attribute-malformed",
  ]);
}

/** Next hops whose length is none of their family's (RFC 7606 section 7.11). */
const NEXT_HOPS: readonly (readonly [family: string, nextHop: string])[] = [
  ["000104", V6],
  ["000180", "c0000201"],
  ["000280", V6],
  ["001946", "c00002"],
  ["001941", `${RD}c0000201`],
  ["000184", ""],
  ["400447", `${RD}c0000201`],
  ["000149", "c000020100"],
];

for (const [family, nextHop] of NEXT_HOPS) {
  const value = `${family}${hex(octets(nextHop).length)}${nextHop}00`;
  const reach = `800e${hex(octets(value).length)}${value}`;
  check(`next hop ${nextHop} of ${family}`, update(`${MANDATORY}${reach}`, PREFIX), "afi-safi-disable", [
    "attribute-malformed",
  ]);
}

// RFC 7606 section 5.4: a type that is not known is no error.
check(
  "an EVPN route of an unknown type",
  update(`${MANDATORY}800e0d 001946 04 c0000201 00 c8020102`, PREFIX),
  "ok",
  [],
);
check("a flow with any next hop", update(`${MANDATORY}800e0a 000185 01 ff 00 03038106`, PREFIX), "ok", []);
