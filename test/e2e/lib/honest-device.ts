/** A router that behaves: it keeps its session alive, changes a route now and then, and minds its hold timer. */
import { eventually } from "./process.ts";
import type { Deployment } from "./deployment.ts";
import { TestDevice } from "./device.ts";

/** Seconds. Short, so that an agent or an ingest that is kept from its work is noticed. */
const HOLD_TIME = 9;
const CHANGING = "198.51.100.0/24";

export class HonestDevice {
  readonly name: string;
  readonly #net: Deployment;
  readonly #device: TestDevice;
  readonly #timer: NodeJS.Timeout;
  #fault: string | undefined;
  #version = 0;
  #heard = 0;
  #heardAt = performance.now();
  #longestSilenceMs = 0;

  private constructor(net: Deployment, name: string, device: TestDevice) {
    this.#net = net;
    this.name = name;
    this.#device = device;
    let beats = 0;
    this.#timer = setInterval(() => {
      beats += 1;
      if (beats % 10 === 0) device.send({ type: "keepalive" });
      this.#listen();
    }, 100);
  }

  /** Registered, established, and with three routes at the ingest. */
  static async establish(
    net: Deployment,
    at: { readonly host: string; readonly port: number },
    name: string,
    address: string,
  ): Promise<HonestDevice> {
    await net.addDevice({ name, addresses: [address], asn: 65_001, holdTime: HOLD_TIME });
    const device = await TestDevice.establish({
      ...at,
      localAddress: address,
      session: { holdTime: HOLD_TIME },
    });
    device.announce("203.0.113.0/24", [64_500]);
    device.announce("192.0.2.0/24", [64_501]);
    const honest = new HonestDevice(net, name, device);
    await honest.changeRoute();
    return honest;
  }

  /** What went wrong with its session, in words; undefined while all is well. */
  get fault(): string | undefined {
    return this.#device.closed ? (this.#fault ?? "its connection was closed") : this.#fault;
  }

  /** Messages that came from the other end. */
  get heard(): number {
    return this.#heard;
  }

  get longestSilenceMs(): number {
    return this.#longestSilenceMs;
  }

  /** Announces a route anew, and waits until the ingest has it; the others must still be there, none of them stale. */
  async changeRoute(): Promise<void> {
    this.#version += 1;
    const path = [64_500, 65_000 + (this.#version % 500)];
    this.#device.announce(CHANGING, path);
    await eventually(
      `the routes of ${this.name}`,
      () => this.#net.routes(this.name),
      (routes) =>
        routes.length === 3 &&
        routes.every(({ stale }) => !stale) &&
        routes.some(({ prefix, asPathText }) => prefix === CHANGING && asPathText === path.join(" ")),
    );
  }

  end(): void {
    clearInterval(this.#timer);
    this.#device.end();
  }

  #listen(): void {
    const now = performance.now();
    const { length } = this.#device.received;
    this.#longestSilenceMs = Math.max(this.#longestSilenceMs, now - this.#heardAt);
    if (length > this.#heard) {
      this.#heard = length;
      this.#heardAt = now;
    } else if (now - this.#heardAt > HOLD_TIME * 1000) {
      this.#fault ??= `it heard nothing for ${HOLD_TIME} s`;
    }
    const notification = this.#device.received.find(({ type }) => type === "notification");
    if (notification?.type === "notification")
      this.#fault ??= `it was sent NOTIFICATION ${notification.code}/${notification.subcode}`;
  }
}
