/**
 * A listener on port 179 that learns of its peers by their SYNs, for tests. Each line on stdin is the key from
 * then on, installed when a SYN comes.
 *
 *     node md5-speaker.ts INTERFACE    prints "ready", then "syn ADDRESS" and "connection ADDRESS"
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { encodeMessage, IPV4_UNICAST, IPV6_UNICAST, type OpenMessage } from "@netferry/bgp";

import { setMd5Key, SynCapture } from "../index.ts";

const OPEN: OpenMessage = {
  type: "open",
  version: 4,
  myAs: 65_002,
  holdTime: 240,
  bgpIdentifier: 0xc0_00_02_02,
  parameters: [IPV4_UNICAST, IPV6_UNICAST].map((family) => ({
    type: "capabilities",
    capabilities: [{ kind: "multiprotocol", family }],
  })),
  extendedParameters: false,
};

let key: string | undefined;
const server = createServer((socket) => {
  console.log(`connection ${socket.remoteAddress?.replace("::ffff:", "")}`);
  socket.on("error", () => {});
  socket.write(encodeMessage(OPEN));
  socket.on("data", () => socket.write(encodeMessage({ type: "keepalive" })));
});
server.listen(179, "::");
await once(server, "listening");
const capture = new SynCapture({
  ports: [179],
  interface: process.argv[2],
  onSyn: ({ sourceAddress }) => {
    console.log(`syn ${sourceAddress}`);
    if (key !== undefined) setMd5Key(server, sourceAddress, key);
  },
  onError: (error) => console.log(error.message),
});
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) key = line;
capture.close();
process.exit();
