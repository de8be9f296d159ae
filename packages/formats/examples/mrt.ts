// Read an MRT file in pieces, as it comes, and print what bgpdump -m does.
import { encodeMessage, parseAddress, parsePrefix } from "@netferry/bgp";
import { BgpdumpLines, encodeMrtRecord, MrtReader } from "@netferry/formats";

const withdrawn = parsePrefix("10.0.0.0/8");
const address = parseAddress("192.0.2.1");
if (withdrawn === undefined || address === undefined) throw new Error("no such prefix or address");
const file = encodeMrtRecord({
  type: "bgp4mp-message",
  timestamp: 1_700_000_000,
  fourOctetAs: true,
  local: false,
  addPath: false,
  peerAs: 65001,
  localAs: 65002,
  interfaceIndex: 0,
  peerAddress: address,
  localAddress: address,
  message: encodeMessage({
    type: "update",
    withdrawn: [{ bytes: withdrawn.nlri }],
    attributes: [],
    nlri: [],
  }),
});

const reader = new MrtReader();
const lines = new BgpdumpLines();
for (const chunk of [file.subarray(0, 20), file.subarray(20)]) {
  reader.push(chunk);
  while (reader.next()) lines.write(reader);
}
console.log(new TextDecoder().decode(lines.take()).trimEnd());
