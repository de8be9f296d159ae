/**
 * An echo server that hands its listener and its connections to a successor, for tests.
 *
 *     node handover-process.ts old PATH PORT-HOST [KEY]    prints "listening PORT"; serves until a successor connects
 *     node handover-process.ts new PATH                    prints "adopted COUNT"; serves until its stdin ends
 *
 * What the old one read and did not echo goes along with each connection.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

import {
  adoptServer,
  adoptSocket,
  DescriptorChannel,
  DescriptorListener,
  descriptorOf,
  MAX_DESCRIPTORS_PER_MESSAGE,
  quiesce,
  setMd5Key,
} from "../index.ts";

const BATCH = MAX_DESCRIPTORS_PER_MESSAGE;

function echo(server: Server, sockets: Set<Socket>): void {
  server.on("connection", (socket: Socket) => serve(socket, sockets));
}

function serve(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  socket.on("error", (error) => console.log(`error ${error.message}`));
  socket.on("data", (chunk: Buffer) => {
    // Slow on purpose, so that at any moment something was read and not yet answered.
    if (!socket.write(chunk)) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  });
}

async function oldProcess(path: string, host: string, key: string | undefined): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer();
  echo(server, sockets);
  server.listen({ port: 0, host, backlog: 1024 });
  await once(server, "listening");
  if (key !== undefined) {
    setMd5Key(server, { address: "0.0.0.0", prefix: 0 }, key);
  }
  const { promise, resolve, reject } = Promise.withResolvers<DescriptorChannel>();
  const listener = new DescriptorListener({ path, onChannel: resolve, onRefused: reject });
  console.log(`listening ${(server.address() as AddressInfo).port}`);
  const channel = await promise;
  // The listener first: from here on the kernel queues new connections for the successor.
  await channel.send(Buffer.from("listener"), [descriptorOf(server)]);
  server.close();
  const all = [...sockets];
  for (let from = 0; from < all.length; from += BATCH) await handOver(channel, all.slice(from, from + BATCH));
  await channel.send(Buffer.from("end"));
  channel.close();
  listener.close();
  console.log("handed over");
}

async function handOver(channel: DescriptorChannel, batch: readonly Socket[]): Promise<void> {
  const quiet = await Promise.all(batch.map((socket) => quiesce(socket)));
  const inputs = quiet.map(({ input }) => input.toString("base64"));
  await channel.send(
    Buffer.from(JSON.stringify(inputs)),
    batch.map((socket) => descriptorOf(socket)),
  );
  const reply = await channel.receive();
  if (reply === undefined) throw new Error("the successor ended");
  await Promise.all(quiet.map((each) => each.letGo()));
}

async function newProcess(path: string): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer();
  echo(server, sockets);
  const channel = DescriptorChannel.connect(path);
  let adopted = 0;
  for (;;) {
    const message = await channel.receive();
    const text = Buffer.from(message?.payload ?? []).toString();
    if (message === undefined || text === "end") break;
    if (text === "listener") {
      await adoptServer(server, message.descriptors[0]!);
      continue;
    }
    const inputs = JSON.parse(text) as string[];
    for (const [index, fd] of message.descriptors.entries()) {
      serve(adoptSocket(fd, { input: Buffer.from(inputs[index]!, "base64") }), sockets);
      adopted += 1;
    }
    await channel.send(Buffer.from("adopted"));
  }
  channel.close();
  console.log(`adopted ${adopted}`);
  process.stdin.resume();
  await once(process.stdin, "end");
  server.close();
  for (const socket of sockets) socket.destroy();
}

const [role, path = "", host = "127.0.0.1", key] = process.argv.slice(2);
await (role === "old" ? oldProcess(path, host, key) : newProcess(path));
