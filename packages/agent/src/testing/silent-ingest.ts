/** An ingest that welcomes agents and answers their heartbeats, or not, as a test says. */
import { RelayServer } from "@netferry/relay";

export class SilentIngest {
  /** Whether heartbeats are answered. */
  answers = true;
  readonly port: number;
  readonly #server: RelayServer;

  private constructor(server: RelayServer, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @param port the system chooses one for 0 */
  static async start(heartbeatIntervalMs: number, port = 0): Promise<SilentIngest> {
    const server = new RelayServer({
      certificate: undefined,
      onHttp1: (socket) => socket.destroy(),
      maxConnections: 100,
      onRefused: () => undefined,
      handlers: {
        onControl(stream) {
          stream.listen({
            onMessage(message) {
              if (message.type !== "heartbeat" || !ingest.answers) return;
              stream.send({ type: "heartbeat-reply", sequence: message.sequence });
            },
            onDrain: () => undefined,
            onHalfClose: () => stream.end({ code: "ok", message: "" }),
            onEnd: () => undefined,
          });
          stream.send({
            type: "welcome",
            ingestInstance: "silent",
            version: "1",
            heartbeatIntervalMs,
            backendPin: "",
            registryRevision: 1,
          });
        },
        onData: (stream) => stream.end({ code: "unavailable", message: "no sessions here" }),
      },
    });
    const ingest: SilentIngest = new SilentIngest(server, await server.listen("127.0.0.1", port));
    return ingest;
  }

  close(): void {
    this.#server.close();
  }
}
