/** Sockets on loopback for tests. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Listens on a free port of this address, and closes with the test. */
export async function listening(
  test: { after(fn: () => void): void },
  host: string,
  onConnection: (socket: Socket) => void = () => {},
): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  server.listen({ port: 0, host });
  await once(server, "listening");
  test.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Connected, or the code of the error; `undefined` when nothing came within so many milliseconds. */
export async function outcome(socket: Socket, milliseconds: number): Promise<string | undefined> {
  const signal = AbortSignal.timeout(milliseconds);
  try {
    await once(socket, "connect", { signal });
    return "connected";
  } catch (error) {
    if (signal.aborted) return undefined;
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** So many octets, however they come; what comes after them is left. */
export async function readOctets(socket: Socket, count: number): Promise<Buffer> {
  let octets = Buffer.alloc(0);
  for (;;) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) octets = Buffer.concat([octets, chunk]);
    if (octets.length > count) socket.unshift(octets.subarray(count));
    if (octets.length >= count) return octets.subarray(0, count);
    await once(socket, "readable");
  }
}
