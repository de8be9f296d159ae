import { fromHex } from "../bytes.ts";
import { IPV4_UNICAST } from "../family.ts";
import type { Attribute } from "./attribute.ts";

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const RD = "0000fde800000001";
const KEY = "00112233445566778899aabbccddeeff00112233";
const SID = "fc000000000000000000000000000001";
const V6 = "20010db8000000000000000000000001";

/** Flags, code, length and value, and what they are: the attributes beside those of RFC 4271 and the communities. */
export const GOLDEN_LATER: readonly (readonly [hex: string, attribute: Attribute])[] = [
  [
    "c01609 00 06 003e81 c0000201",
    {
      type: "pmsi-tunnel",
      pmsiFlags: 0,
      tunnelType: 6,
      label: 0x3e81,
      identifier: { kind: "endpoint", address: octets("c0000201") },
    },
  ],
  // VXLAN with an egress; an SR policy of ExaBGP's form
  [
    "c0171e 0008 001a 060a 00000000 0001 c0000201 0408 030b000000000064 0802 12b5",
    {
      type: "tunnel-encapsulation",
      tunnels: [
        {
          tunnelType: 8,
          tlvs: [
            { type: "egress-endpoint", value: { reserved: 0, afi: 1, address: octets("c0000201") } },
            { type: "color", value: octets("030b000000000064") },
            { type: "udp-destination-port", value: 4789 },
          ],
        },
      ],
    },
  ],
  [
    "c0173b 000f 0037 0c06 0000 000000c8 0d06 0000 003e8000 800019 00 0906 0000 00000002 0106 0000 003e8000 0306 80ff c0000201 810008 00 7072696d617279",
    {
      type: "tunnel-encapsulation",
      tunnels: [
        {
          tunnelType: 15,
          tlvs: [
            { type: "preference", value: { flags: 0, reserved: 0, preference: 200 } },
            { type: "binding-sid", value: { flags: 0, reserved: 0, sid: octets("003e8000") } },
            {
              type: "segment-list",
              value: {
                reserved: 0,
                segments: [
                  { type: "weight", value: { flags: 0, reserved: 0, weight: 2 } },
                  { type: "mpls-label", value: { flags: 0, reserved: 0, label: 0x3e8000 } },
                  { type: "ipv4-node", value: { flags: 0x80, algorithm: 255, node: octets("c0000201") } },
                ],
              },
            },
            { type: "candidate-path-name", value: { reserved: 0, name: "primary" } },
          ],
        },
      ],
    },
  ],
  [
    `801824 01 02 0000 ${"4cee6b28".repeat(8)}`,
    {
      type: "traffic-engineering",
      switchingCapability: 1,
      encoding: 2,
      reserved: 0,
      descriptor: octets("4cee6b28".repeat(8)),
    },
  ],
  [`c01914 0002 ${V6} 0064`, { type: "ipv6-extended-communities", values: [octets(`0002 ${V6} 0064`)] }],
  ["801a0b 01 000b 0000000000000064", { type: "aigp", tlvs: [{ type: "metric", value: 100n }] }],
  [
    "801a10 01 000b 0000000000000064 02 0005 0102",
    {
      type: "aigp",
      tlvs: [
        { type: "metric", value: 100n },
        { type: "unknown", code: 2, value: octets("0102") },
      ],
    },
  ],
  [
    "c01b07 c0000201 003e81",
    { type: "pe-distinguisher-labels", entries: [{ address: octets("c0000201"), label: 0x3e81 }] },
  ],
  [
    "801d13 0102 0008 00000172 000001bb 0447 0003 001388",
    {
      type: "bgp-ls",
      tlvs: [
        { type: "link-identifiers", value: { local: 370, remote: 443 } },
        { type: "igp-metric", value: { octets: 3, metric: 5000 } },
      ],
    },
  ],
  [
    "801d1e 0402 0002 7231 0441 0004 4e9502f9 040a 000c 8000 001f40 0489 0003 003e80",
    {
      type: "bgp-ls",
      tlvs: [
        { type: "node-name", value: "r1" },
        { type: "maximum-bandwidth", value: 1250000000 },
        {
          type: "sr-capabilities",
          value: { flags: 0x80, ranges: [{ size: 8000, first: { kind: "label", value: 16000 } }] },
        },
      ],
    },
  ],
  // RFC 9351 section 3, RFC 9085 section 2.3.4
  [
    "801d23 040f 000c 80000064 0411 0004 00000001 0487 000f 00000008 0486 0007 00000000 000064",
    {
      type: "bgp-ls",
      tlvs: [
        {
          type: "flexible-algorithm",
          value: {
            algorithm: 128,
            metricType: 0,
            calculationType: 0,
            priority: 100,
            subTlvs: [{ type: "include-any", value: [1] }],
          },
        },
        {
          type: "sid-range",
          value: {
            flags: 0,
            reserved: 0,
            size: 8,
            subTlvs: [
              {
                type: "prefix-sid",
                value: { flags: 0, algorithm: 0, reserved: 0, sid: { kind: "label", value: 100 } },
              },
            ],
          },
        },
      ],
    },
  ],
  // Reserved bits that the field has no room for: the TLV as bytes
  [
    "801d06 040a 0002 8001",
    { type: "bgp-ls", tlvs: [{ type: "unknown", code: 1034, value: octets("8001") }] },
  ],
  [
    `802125 0008 01 80 0000fde8 001d 01 ${KEY} 0004 01020304`,
    {
      type: "bgpsec-path",
      path: [{ count: 1, segmentFlags: 0x80, asn: 65000 }],
      blocks: [
        {
          algorithmSuite: 1,
          signatures: [{ keyIdentifier: octets(KEY), signature: octets("01020304") }],
        },
      ],
    },
  ],
  [
    // A target of two ASes and a text; and a container of a kind that nobody has assigned.
    "c02233 0001 80 00 0029 00000001 0000fde8 0000fde9 01 000b 01 0008 0000fdea 0000fdeb 03 0006 08 0003 7a7572 0005 00 00 000a 00000001",
    {
      type: "community-containers",
      containers: [
        {
          kind: "wide",
          containerFlags: 0x80,
          reserved: 0,
          community: 1,
          sourceAs: 65000,
          contextAs: 65001,
          tlvs: [
            { type: "targets", value: [{ type: "as-numbers", value: [65002, 65003] }] },
            { type: "parameters", value: [{ type: "text", value: "zur" }] },
          ],
        },
        { kind: "unknown", containerFlags: 0, reserved: 0, code: 5, value: octets("00000001") },
      ],
    },
  ],
  [
    "c02408 01 0000fde8 0001 46",
    {
      type: "d-path",
      segments: [[{ globalAdministrator: 65000, localAdministrator: 1, safi: 70 }]],
    },
  ],
  [
    `c02520 01 000c 01 ${RD} 000064 02 000e ff 03 000a 0007 ${RD}`,
    {
      type: "service-function-path",
      tlvs: [
        {
          type: "association",
          value: { associationType: 1, rd: octets(RD), servicePathIdentifier: 100 },
        },
        {
          type: "hop",
          value: {
            serviceIndex: 255,
            details: [{ type: "service-function-type", value: { serviceFunctionType: 7, rds: octets(RD) } }],
          },
        },
      ],
    },
  ],
  [
    "c0260b 01 00000007 01 04 c0000201",
    {
      type: "bfd-discriminator",
      mode: 1,
      discriminator: 7,
      tlvs: [{ type: "source-address", value: octets("c0000201") }],
    },
  ],
  [
    "c0270c 0001 01 04 c0000201 0001 0000",
    {
      type: "next-hop-characteristics",
      family: IPV4_UNICAST,
      nextHop: octets("c0000201"),
      tlvs: [{ type: "entropy-label", value: true }],
    },
  ],
  // RFC 8669 section 3; RFC 9252 section 3
  [
    "c02815 01 0007 00 0000 00000064 03 0008 0000 003e80 001f40",
    {
      type: "prefix-sid",
      tlvs: [
        { type: "label-index", value: { reserved: 0, flags: 0, index: 100 } },
        { type: "originator-srgb", value: { flags: 0, ranges: [{ base: 16000, size: 8000 }] } },
      ],
    },
  ],
  [
    `c02825 05 0022 00 01 001e 00 ${SID} 00 0013 00 01 0006 20 10 10 00 10 30`,
    {
      type: "prefix-sid",
      tlvs: [
        {
          type: "srv6-l3-service",
          value: {
            reserved: 0,
            subTlvs: [
              {
                type: "sid",
                value: {
                  reserved1: 0,
                  sid: octets(SID),
                  flags: 0,
                  behavior: 19,
                  reserved2: 0,
                  subTlvs: [
                    {
                      type: "structure",
                      value: {
                        locatorBlock: 32,
                        locatorNode: 16,
                        function: 16,
                        argument: 0,
                        transpositionLength: 16,
                        transpositionOffset: 48,
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      ],
    },
  ],
  [
    // Sub-domain 1, BFR-id 2: bit strings of 256 bits, labels from 16 on, by 192.0.2.1
    "c02918 0001 0014 01 0002 00 0001 0004 00 300010 0003 0004 c0000201",
    {
      type: "bier",
      tlvs: [
        {
          type: "sub-domain",
          value: {
            subDomain: 1,
            bfrId: 2,
            reserved: 0,
            subTlvs: [
              {
                type: "mpls-encapsulation",
                value: { maxSetIdentifier: 0, bitStringLength: 3, first: 16 },
              },
              { type: "next-hop", value: octets("c0000201") },
            ],
          },
        },
      ],
    },
  ],
  ["802a03 010203", { type: "edge-metadata", value: octets("010203") }],
  [
    "c0800f 0000fde8 400101 00 800404 00000064",
    { type: "attribute-set", originAs: 65000, attributes: octets("40010100 800404 00000064") },
  ],
];
