// Make an UPDATE of a VPN route and encode it.
import {
  encodeMessage,
  encodeNlri,
  IPV4_VPN,
  labelField,
  parseAddress,
  parseRouteDistinguisher,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";

const rd = parseRouteDistinguisher("65000:1");
const address = parseAddress("10.0.0.0");
const nextHop = parseAddress("192.0.2.1");
if (rd === undefined || address === undefined || nextHop === undefined) throw new Error("no such address");

const route = encodeNlri(IPV4_VPN, {
  kind: "vpn",
  labels: [labelField(100, true)],
  rd,
  prefix: { length: 8, address },
});
const update: UpdateMessage = {
  type: "update",
  withdrawn: [],
  attributes: [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: [{ type: "sequence", asns: [65001] }] },
    // The next hop of a VPN route has a route distinguisher of 0 in front.
    {
      type: "mp-reach",
      family: IPV4_VPN,
      nextHop: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...nextHop),
      nlri: [{ bytes: route }],
    },
  ],
  nlri: [],
};
console.log(toHex(encodeMessage(update)));
