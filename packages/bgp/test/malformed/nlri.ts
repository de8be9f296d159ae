import { beside, MALFORMED, type MalformedCase, reach, unreach, V6_HOP as V6 } from "./case.ts";

const RD = "0000fde800000001";
const ESI = "00112233445566778899";
const V4 = "c0000201";
const VPN_HOP = `0000000000000000${V4}`;

/** NLRI that are none of their family (RFC 7606 section 5.3), with a next hop that is one. */
const ROWS: readonly (readonly [what: string, family: string, nextHop: string, nlri: string])[] = [
  ["IPv4 multicast of 33 bits", "000102", V4, "21c000020180"],
  ["IPv6 multicast of 129 bits", "000202", V6, `81${V6}80`],
  ["a label cut short", "000104", V4, "100006"],
  ["no bottom of the stack", "000104", V4, "30000640c00002"],
  ["a labelled prefix of 33 bits", "000104", V4, "39000641c000020180"],
  ["a labelled prefix without label", "000104", V4, "08c0"],
  ["a labelled IPv6 prefix of 129 bits", "000204", V6, `99000641${V6}80`],
  ["a VPN route without route distinguisher", "000180", VPN_HOP, "30000641c00002"],
  ["a VPN route of 33 bits", "000180", VPN_HOP, `79000641${RD}c000020180`],
  ["a VPN route cut short", "000180", VPN_HOP, `70000641${RD}c0`],
  ["a VPN route for IPv6 of 129 bits", "000280", `0000000000000000${V6}`, `d9000641${RD}${V6}80`],
  ["a route target of 97 bits", "000184", V4, `61${"00".repeat(13)}`],
  ["a route target of 31 bits", "000184", V4, "1f00000000"],
  ["a route target cut short", "000184", V4, `60${"00".repeat(11)}`],
  ["an unknown flow component", "000185", "", "030e8100"],
  ["flow components out of order", "000185", "", "06048119038106"],
  ["a flow component twice", "000185", "", "06038106038111"],
  ["a flow test without end", "000185", "", "03030106"],
  ["a flow cut short", "000185", "", "04038106"],
  ["a flow whose length needs a second octet", "000185", "", "f0"],
  ["a flow's prefix of 33 bits", "000185", "", "070121c000020180"],
  ["a flow with an offset beyond its length", "000285", "", "03012021"],
  ["a VPN flow without route distinguisher", "000186", "", "03038106"],
  ["an Ethernet A-D route cut short", "001946", V4, `0118${RD}${ESI}000000640003`],
  ["a MAC address of 49 bits", "001946", V4, `0221${RD}${ESI}000000643102005e005301000003e8`],
  [
    "a MAC/IP route with an address of 33 bits",
    "001946",
    V4,
    `0222${RD}${ESI}0000006430 02005e005301 21 c0 0003e8`,
  ],
  ["an EVPN prefix of 33 bits", "001946", V4, `0522${RD}${ESI}00000000210a000000c00002010003e8`],
  ["an EVPN prefix route of 33 octets", "001946", V4, `0521${RD}${ESI}00000000180a000000c000020100 03`],
  ["an EVPN originator of 33 bits", "001946", V4, `0311${RD}0000000021c0000201`],
  ["an EVPN route beyond the end", "001946", V4, "0c020a"],
  ["an EVPN route without length", "001946", V4, "02"],
  ["a VPLS of 13 octets", "001941", V4, `000d${RD}c000020100`],
  ["a VPLS beyond the end", "001941", V4, `0011${RD}0001`],
  ["an MCAST-VPN originator of three octets", "000105", V4, `010b${RD}c00002`],
  ["an MCAST-VPN route beyond the end", "000105", V4, `010c${RD}`],
  ["an SR policy of the other family", "000149", V4, `c0 00000001 000000c8 ${V6}`],
  ["an SR policy cut short", "000149", V4, "60 00000001 000000c8 c000"],
  ["a MUP address of three octets", "000155", V4, `0100020b${RD}c00002`],
  ["a MUP route beyond the end", "000155", V4, `0100020c${RD}`],
  ["a link-state TLV beyond its NLRI", "400447", V4, "0001000e 03 0000000000000001 0100 0005 00"],
  ["a link-state NLRI beyond the end", "400447", V4, "00090002 00"],
  ["a link-state NLRI without identifier", "400447", V4, "00010004 03 000000"],
  ["a link-state VPN NLRI without route distinguisher", "400448", V4, "00090002 0000"],
];

/** Each announced and each withdrawn; and two of RFC 7606 section 5.4: a type that is not known is no error. */
export const nlriCases: readonly MalformedCase[] = [
  ...ROWS.flatMap(([what, family, nextHop, nlri]) => [
    beside(`${what}, announced`, "afi-safi-disable", reach(family, nextHop, nlri), MALFORMED, {
      rfc: "7606 5.3",
    }),
    beside(`${what}, withdrawn`, "afi-safi-disable", unreach(family, nlri), MALFORMED, { rfc: "7606 5.3" }),
  ]),
  beside("an EVPN route of an unknown type", "ok", reach("001946", V4, "c8020102"), [], { rfc: "7606 5.4" }),
  beside("a flow with any next hop", "ok", reach("000185", "00", "03038106"), [], { rfc: "8955 4" }),
];
