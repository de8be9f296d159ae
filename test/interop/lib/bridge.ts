/**
 * Joins a Unix socket to a TCP port inside this process's network namespace, so that a test outside of
 * it can speak HTTP with what listens there. Usage: node bridge.ts SOCKET PORT (on 127.0.0.1).
 */
import { connect, createServer } from "node:net";

const [socketPath = "", port = ""] = process.argv.slice(2);

createServer((client) => {
  const server = connect({ host: "127.0.0.1", port: Number(port) });
  client.on("error", () => server.destroy());
  server.on("error", () => client.destroy());
  // A client that is given up ends its side of the server, too.
  client.on("close", () => server.destroy());
  client.pipe(server).pipe(client);
}).listen(socketPath);
