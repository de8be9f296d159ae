// What is wrong with an UPDATE is a value, with what RFC 7606 asks for.
import { decodeMessage, effectiveUpdate, fromHex } from "@netferry/bgp";

// ORIGIN has the value 3, which there isn't.
const bytes = fromHex(
  "ffffffffffffffffffffffffffffffff 002f 02 0000 0014" +
    "40010103 400206 0201 0000fde9 400304 c0000201 18c00002",
);
const decoded = decodeMessage(bytes ?? new Uint8Array());

if (decoded.ok && decoded.message.type === "update") {
  console.log(decoded.disposition);
  for (const { cause, text } of decoded.errors) console.log(`${cause}: ${text}`);
  const { withdrawn, nlri } = effectiveUpdate(decoded.message, decoded.errors);
  console.log("withdraws", withdrawn.length, "and announces", nlri.length);
} else if (!decoded.ok) {
  console.log("NOTIFICATION", decoded.error.code, decoded.error.subcode, decoded.error.text);
}
