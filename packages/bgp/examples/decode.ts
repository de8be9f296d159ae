// Decode one message and look at what it says.
import { decodeMessage, formatAsPath, formatNlri, fromHex, IPV4_UNICAST } from "@netferry/bgp";

const bytes = fromHex(
  "ffffffffffffffffffffffffffffffff 0033 02 0000 0018" +
    "40010100 40020a02020000fde90000fdea 400304c0000201 18c00002",
);
const decoded = decodeMessage(bytes ?? new Uint8Array());

if (decoded.ok && decoded.message.type === "update") {
  for (const attribute of decoded.message.attributes) {
    if (attribute.type === "as-path") console.log("AS path", formatAsPath(attribute.segments));
    else console.log(attribute.type);
  }
  for (const { bytes: nlri } of decoded.message.nlri)
    console.log("announces", formatNlri(IPV4_UNICAST, nlri));
}
