// The fast path: find the routes of an UPDATE without making objects of them.
import {
  encodeMessage,
  familyName,
  formatNlri,
  NlriCursor,
  codecContext,
  parsePrefix,
  UpdateScanner,
} from "@netferry/bgp";

const nlri = (text: string): Uint8Array => parsePrefix(text)?.nlri ?? new Uint8Array();

const bytes = encodeMessage({
  type: "update",
  withdrawn: [{ bytes: nlri("198.51.100.0/24") }],
  attributes: [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: [{ type: "sequence", asns: [65001] }] },
    { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) },
  ],
  nlri: [{ bytes: nlri("192.0.2.0/24") }, { bytes: nlri("10.0.0.0/8") }],
});

const scanner = new UpdateScanner(codecContext());
const cursor = new NlriCursor();
console.log(scanner.scan(bytes, 0, bytes.length));
for (const run of scanner.announced.slice(0, scanner.announcedCount)) {
  cursor.open(run);
  while (cursor.next()) {
    const prefix = cursor.keyBuffer.slice(cursor.keyStart, cursor.keyEnd);
    console.log(familyName(run.family), formatNlri(run.family, prefix));
  }
}
