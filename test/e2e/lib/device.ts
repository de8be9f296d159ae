/** A router that does just what a test says: no timers, no reconnects. */
import type { Socket } from "node:net";
import {
  type Attribute,
  codecContext,
  decodeMessage,
  encodeMessage,
  iterateMessages,
  IPV4_UNICAST,
  type Message,
  MessageFramer,
  parseAddress,
  parsePrefix,
  RefreshSubtype,
  sessionOpen,
  type SessionConfig,
} from "@netferry/bgp";
import { connectPrepared, setMd5Key } from "@netferry/kernel";
import { eventually } from "./process.ts";

export interface TestDeviceOptions {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
  /** Signs its segments (TCP MD5). */
  readonly md5Key?: string;
  readonly asn?: number;
  readonly session?: Partial<SessionConfig>;
}

export class TestDevice {
  readonly received: Message[] = [];
  readonly #socket: Socket;
  readonly #framer = new MessageFramer({ maxMessageLength: 65_535 });
  readonly #options: TestDeviceOptions;
  /** What is announced now, for those who ask again. */
  readonly #announced = new Map<string, Message>();
  #closed = false;

  private constructor(socket: Socket, options: TestDeviceOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("data", (chunk) => {
      for (const message of iterateMessages(this.#framer.push(chunk).messages)) {
        const decoded = decodeMessage(message);
        if (!decoded.ok) continue;
        this.received.push(decoded.message);
        if (decoded.message.type === "route-refresh" && decoded.message.subtype === RefreshSubtype.request) {
          this.#answerRefresh(decoded.message.family);
        }
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => (this.#closed = true));
  }

  static connect(options: TestDeviceOptions): Promise<TestDevice> {
    return new Promise((resolve, reject) => {
      const { host, port, localAddress, md5Key } = options;
      const socket = connectPrepared({ host, port, localAddress }, (fd) => {
        if (md5Key !== undefined) setMd5Key(fd, host, md5Key);
      });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new TestDevice(socket, options)));
    });
  }

  /** Dials and is not heard for so long; the device gives up then. */
  static async isUnheard(options: TestDeviceOptions, milliseconds: number): Promise<boolean> {
    const { host, port, localAddress, md5Key } = options;
    const socket = connectPrepared({ host, port, localAddress }, (fd) => {
      if (md5Key !== undefined) setMd5Key(fd, host, md5Key);
    });
    const unheard = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), milliseconds);
      const heard = (): void => {
        clearTimeout(timer);
        resolve(false);
      };
      socket.once("error", heard);
      socket.once("connect", heard);
    });
    socket.destroy();
    return unheard;
  }

  /** Another key from the next segment on. */
  changeMd5Key(key: string): void {
    setMd5Key(this.#socket, this.#options.host, key);
  }

  /** Connects and exchanges OPENs and KEEPALIVEs. */
  static async establish(options: TestDeviceOptions): Promise<TestDevice> {
    const device = await TestDevice.connect(options);
    device.sendOpen();
    await device.expect("open");
    device.send({ type: "keepalive" });
    await device.expect("keepalive");
    return device;
  }

  get closed(): boolean {
    return this.#closed;
  }

  sendOpen(): void {
    this.send(
      sessionOpen({
        localAsn: this.#options.asn ?? 65_001,
        localIdentifier: 0x0a000001,
        holdTime: 90,
        passive: false,
        families: [IPV4_UNICAST],
        ...this.#options.session,
      }),
    );
  }

  send(message: Message): void {
    this.#socket.write(encodeMessage(message, codecContext()));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  announce(prefix: string, asPath: readonly number[] = [], communities: readonly number[] = []): void {
    const update: Message = {
      type: "update",
      withdrawn: [],
      attributes: attributesOf(asPath, communities),
      nlri: [nlriOf(prefix)],
    };
    this.#announced.set(prefix, update);
    this.send(update);
  }

  withdraw(prefix: string): void {
    this.#announced.delete(prefix);
    this.send({ type: "update", withdrawn: [nlriOf(prefix)], attributes: [], nlri: [] });
  }

  /** Sends everything again, between the boundaries of RFC 7313. */
  #answerRefresh(family: number): void {
    this.send({ type: "route-refresh", family, subtype: RefreshSubtype.begin });
    for (const update of this.#announced.values()) this.send(update);
    this.send({ type: "route-refresh", family, subtype: RefreshSubtype.end });
  }

  /** The first message of a type, past or to come. */
  async expect<T extends Message["type"]>(type: T): Promise<Extract<Message, { type: T }>> {
    const find = () => this.received.find((message) => message.type === type);
    return (await eventually(`a message of type ${type}`, find, (found) => found !== undefined)) as Extract<
      Message,
      { type: T }
    >;
  }

  /** Closes as a router that ends does. */
  end(): void {
    this.#socket.end();
  }

  /** Vanishes: the other end sees a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

function nlriOf(prefix: string): { bytes: Uint8Array } {
  const parsed = parsePrefix(prefix);
  if (parsed === undefined) throw new Error(`${prefix} is no prefix`);
  return { bytes: parsed.nlri };
}

function attributesOf(asPath: readonly number[], communities: readonly number[]): Attribute[] {
  const nextHop = parseAddress("192.0.2.254") ?? new Uint8Array(4);
  const attributes: Attribute[] = [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: asPath.length === 0 ? [] : [{ type: "sequence", asns: [...asPath] }] },
    { type: "next-hop", address: nextHop },
    { type: "local-pref", value: 100 },
  ];
  if (communities.length > 0) attributes.push({ type: "communities", values: communities });
  return attributes;
}
