import { createServer, type Server, type Socket } from "node:net";
import { IPV4_UNICAST, IPV6_UNICAST, type SessionConfig } from "@netferry/bgp";
import { systemClock } from "@netferry/service";
import { Random } from "../random.ts";
import { LiveTable } from "../table/live-table.ts";
import { RouteTable } from "../table/route-table.ts";
import { BgpSpeaker, type SpeakerOptions } from "./bgp-speaker.ts";

/** What tests of speakers share: two of them on loopback, and waiting for what comes. */

export const SESSION: SessionConfig = {
  localAsn: 65001,
  localIdentifier: 1,
  holdTime: 90,
  passive: false,
  families: [IPV4_UNICAST, IPV6_UNICAST],
};

/** How long a test waits for something that does come, milliseconds. */
const PATIENCE_MS = 20_000;

/** Waits until something is so. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

export function smallTable(ipv4 = 3000, ipv6 = 1000): LiveTable {
  return new LiveTable(RouteTable.generate({ ipv4, ipv6, seed: 5 }), { seed: 6 });
}

/** Speakers and servers of one test, all closed at its end. */
export class Loopback implements AsyncDisposable {
  readonly #speakers: BgpSpeaker[] = [];
  readonly #servers: Server[] = [];
  readonly #sockets: Socket[] = [];

  /** A speaker on the system's clock unless told otherwise. */
  speaker(options: Partial<SpeakerOptions> = {}): BgpSpeaker {
    const random = new Random(1);
    const speaker = new BgpSpeaker({
      session: SESSION,
      clock: systemClock,
      random: () => random.float(),
      ...options,
    });
    this.#speakers.push(speaker);
    return speaker;
  }

  /** Listens on loopback; returns the port. */
  async listen(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      this.#sockets.push(socket);
      socket.on("error", () => undefined); // a reset is what some tests want
      onConnection(socket);
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    return address.port;
  }

  /** A speaker that waits for connections, and the port where it does. */
  async waiting(options: Partial<SpeakerOptions> = {}): Promise<{ speaker: BgpSpeaker; port: number }> {
    const speaker = this.speaker({ session: { ...SESSION, localIdentifier: 2 }, ...options });
    speaker.start();
    return { speaker, port: await this.listen((socket) => speaker.accept(socket)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#speakers.map(async (speaker) => {
        speaker.abort();
        await speaker.stop();
      }),
    );
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
  }
}
