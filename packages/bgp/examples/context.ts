// What octets mean depends on the two OPENs: negotiate a context, and decode with it.
import {
  decodeMessage,
  encodeMessage,
  familyName,
  IPV4_UNICAST,
  negotiate,
  type OpenMessage,
  parsePrefix,
} from "@netferry/bgp";

const open = (asn: number, mode: 1 | 2): OpenMessage => ({
  type: "open",
  version: 4,
  myAs: asn,
  holdTime: 90,
  bgpIdentifier: asn,
  parameters: [
    {
      type: "capabilities",
      capabilities: [
        { kind: "multiprotocol", family: IPV4_UNICAST },
        { kind: "four-octet-as", asn },
        { kind: "add-path", families: [{ family: IPV4_UNICAST, mode }] },
      ],
    },
  ],
  extendedParameters: false,
});

// We receive path identifiers (mode 1), the peer sends them (mode 2).
const ours = negotiate(open(65001, 1), open(65002, 2));
const theirs = negotiate(open(65002, 2), open(65001, 1));
console.log(
  "hold time",
  ours.holdTime,
  "with path identifiers",
  [...ours.addPathReceive].map((family) => familyName(family)),
);

const route = { pathId: 7, bytes: parsePrefix("192.0.2.0/24")?.nlri ?? new Uint8Array() };
const bytes = encodeMessage({ type: "update", withdrawn: [route], attributes: [], nlri: [] }, theirs);
const decoded = decodeMessage(bytes, ours);
if (decoded.ok && decoded.message.type === "update")
  console.log("path", decoded.message.withdrawn[0]?.pathId);
