/**
 * The wide area network between agent and ingest: hands the datagrams of one tunnel end to the other and, when told so,
 * loses, delays and reorders them. Usage: node wire.ts CONTROL_SOCKET PORT LEFT RIGHT.
 *
 * A tunnel end (VXLAN) puts each packet of the relay into one UDP datagram, so that TCP above it meets true packet
 * loss; nothing of the kernel's own traffic control is needed.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

import { SeededRandom } from "../../interop/lib/random.ts";
import { CLEAR_WIRE, type Impairment } from "./impairment.ts";

/** Largest receive queue that is asked for, in bytes; the kernel gives what it allows. */
const RECEIVE_QUEUE = 4 * 1024 * 1024;

const [controlPath = "", portText = "", left = "", right = ""] = process.argv.slice(2);
const port = Number(portText);
const random = new SeededRandom(1);
let impairment: Impairment = CLEAR_WIRE;

const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_QUEUE, sendBufferSize: RECEIVE_QUEUE });
socket.on("message", (datagram, from) => {
  const to = from.address === left ? right : left;
  if (impairment.loss > 0 && random.chance(impairment.loss)) return;
  const { delayMs, reorderShare, reorderMs } = impairment;
  const extra = reorderShare > 0 && random.chance(reorderShare) ? reorderMs : 0;
  if (delayMs + extra === 0) socket.send(datagram, port, to);
  else setTimeout(() => socket.send(datagram, port, to), delayMs + extra);
});
// A datagram that can't be sent is one that was lost.
socket.on("error", () => undefined);
socket.bind(port);

createServer((client) => {
  let text = "";
  client.on("error", () => client.destroy());
  client.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    if (!text.endsWith("\n")) return;
    impairment = JSON.parse(text) as Impairment;
    client.end("done\n");
  });
}).listen(controlPath);
