import { connect, type Socket } from "node:net";
import {
  type Capability,
  codecContext,
  decodeMessage,
  encodeMessage,
  type Family,
  iterateMessages,
  MAX_MESSAGE_LENGTH,
  MessageFramer,
  type NotificationMessage,
} from "@netferry/bgp";

export interface RawPeerOptions {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string;
  readonly asn: number;
  readonly families: readonly Family[];
  readonly fourOctetAs: boolean;
  /** Families whose routes we send with path identifiers. */
  readonly addPath: readonly Family[];
}

/** How long a daemon may take to come to Established, milliseconds: a guard against a hang. */
const ESTABLISH_MS = 15_000;

/** One BGP session that says what it is told, right or wrong; without a hold timer, so that it needs no clock. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #established = false;
  #ended = false;
  /** The NOTIFICATION that ended the session. */
  notification: NotificationMessage | undefined;

  private constructor(socket: Socket, options: RawPeerOptions, onEstablished: () => void) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    const framer = new MessageFramer({ maxMessageLength: MAX_MESSAGE_LENGTH });
    socket.setNoDelay(true);
    socket.on("connect", () => socket.write(encodeMessage(openOf(options))));
    socket.on("data", (chunk) => {
      for (const bytes of iterateMessages(framer.push(chunk).messages)) this.#receive(bytes, onEstablished);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#ended = true;
      resolve();
    });
  }

  /** Dials until the daemon takes the session: after an error it may refuse a while. */
  static async dial(options: RawPeerOptions): Promise<RawPeer> {
    const deadline = Date.now() + ESTABLISH_MS;
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const { host, port, localAddress } = options;
      const peer = new RawPeer(connect({ host, port, localAddress }), options, resolve);
      await Promise.race([promise, peer.#closed]);
      if (peer.#established && !peer.#ended) return peer;
      if (Date.now() > deadline) {
        throw new Error(
          `${host}:${port} takes no session from ${localAddress}: ${JSON.stringify(peer.notification)}`,
        );
      }
      await new Promise((next) => setTimeout(next, 100));
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(bytes: Uint8Array): void {
    if (!this.#ended) this.#socket.write(bytes);
  }

  async close(): Promise<void> {
    this.#socket.end(encodeMessage({ type: "notification", code: 6, subcode: 2, data: new Uint8Array() }));
    this.#socket.resume();
    await this.#closed;
  }

  #receive(bytes: Uint8Array, onEstablished: () => void): void {
    const decoded = decodeMessage(bytes, codecContext());
    if (!decoded.ok) return;
    const { message } = decoded;
    if (message.type === "open") this.#socket.write(encodeMessage({ type: "keepalive" }));
    else if (message.type === "keepalive") {
      this.#established = true;
      onEstablished();
    } else if (message.type === "notification") {
      this.notification = message;
      this.#ended = true;
      this.#socket.destroy();
    }
  }
}

function openOf({
  asn,
  families,
  fourOctetAs,
  addPath,
  localAddress,
}: RawPeerOptions): Parameters<typeof encodeMessage>[0] {
  const capabilities: Capability[] = families.map((family) => ({ kind: "multiprotocol", family }));
  if (fourOctetAs) capabilities.push({ kind: "four-octet-as", asn });
  if (addPath.length > 0) {
    capabilities.push({ kind: "add-path", families: addPath.map((family) => ({ family, mode: 2 })) });
  }
  return {
    type: "open",
    version: 4,
    myAs: asn,
    holdTime: 0,
    bgpIdentifier: localAddress.split(".").reduce((sum, part) => sum * 256 + Number(part), 0),
    parameters: [{ type: "capabilities", capabilities }],
    extendedParameters: false,
  };
}
