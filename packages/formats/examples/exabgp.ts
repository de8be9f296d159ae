// A command of ExaBGP's, as the message that it leads to, as JSON.
import { encodeMessage, toHex } from "@netferry/bgp";
import { messageToJson, parseExabgpCommand, writeJson } from "@netferry/formats";

const parsed = parseExabgpCommand("announce route 10.0.0.0/8 next-hop 192.0.2.1 community [65000:1]", {
  localAsn: 65001,
  peerAsn: 65002,
});
if (!parsed.ok) throw new Error(parsed.problem);
for (const message of parsed.messages) {
  console.log(toHex(encodeMessage(message)));
  console.log(writeJson(messageToJson(message)));
}
