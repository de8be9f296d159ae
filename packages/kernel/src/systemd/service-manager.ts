/**
 * What a service tells the service manager that started it, and what it was given by it: sd_notify(3),
 * sd_listen_fds(3), the descriptor store, and the watchdog of systemd.service(5).
 */
import { setTimeout as sleep } from "node:timers/promises";

import { closeDescriptor, closeOnExec } from "../descriptor.ts";
import { DescriptorChannel } from "../handover/channel.ts";
import { sendDescriptors } from "../handover/message.ts";
import { connectUnixSocket, unixSocketPair } from "../handover/unix-socket.ts";

/** The variables that the manager set, as text; undefined where it did not. */
export interface ManagerEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
  readonly LISTEN_PID?: string | undefined;
  readonly LISTEN_FDS?: string | undefined;
  readonly LISTEN_FDNAMES?: string | undefined;
}

/** The first descriptor that a manager passes. */
const SD_LISTEN_FDS_START = 3;
/** More descriptors than any manager would pass. */
const MAX_LISTEN_FDS = 65_536;
/** The manager's socket is full for an instant at most. */
const SEND_RETRY_MS = 10;
const SEND_TRIES = 200;

export class ServiceManager {
  readonly #socket: string;
  readonly #environment: ManagerEnvironment;

  private constructor(socket: string, environment: ManagerEnvironment) {
    this.#socket = socket;
    this.#environment = environment;
  }

  /** The manager that started this process; undefined where none did that wants to be told. */
  static of(environment: ManagerEnvironment): ServiceManager | undefined {
    const socket = environment.NOTIFY_SOCKET;
    return socket === undefined || socket === "" ? undefined : new ServiceManager(socket, environment);
  }

  /** Milliseconds within which the manager wants a `WATCHDOG=1`; undefined where it does not watch this process. */
  get watchdogMs(): number | undefined {
    const { WATCHDOG_USEC, WATCHDOG_PID } = this.#environment;
    const microseconds = Number(WATCHDOG_USEC ?? "0");
    if (!(microseconds > 0)) return undefined;
    return WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid
      ? microseconds / 1000
      : undefined;
  }

  /** Says these lines (`READY=1`, `STATUS=...`), with descriptors that it may keep. */
  async notify(lines: readonly string[], descriptors: readonly number[] = []): Promise<void> {
    const socket = connectUnixSocket(this.#socket, "datagram");
    try {
      const payload = new TextEncoder().encode(lines.join("\n"));
      for (let tries = 0; !sendDescriptors(socket, descriptors, payload); tries += 1) {
        if (tries === SEND_TRIES) throw new Error(`the service manager does not read ${this.#socket}`);
        await sleep(SEND_RETRY_MS);
      }
    } finally {
      closeDescriptor(socket);
    }
  }

  /** Waits until the manager has worked off everything that it was told (`BARRIER=1`). */
  async barrier(signal: AbortSignal): Promise<void> {
    const [near, far] = unixSocketPair();
    const channel = new DescriptorChannel(near);
    const onAbort = (): void => channel.close();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      try {
        await this.notify(["BARRIER=1"], [far]);
      } finally {
        closeDescriptor(far);
      }
      signal.throwIfAborted();
      await channel.receive();
    } finally {
      signal.removeEventListener("abort", onAbort);
      channel.close();
    }
  }

  /**
   * Puts a descriptor into the manager's store (`FileDescriptorStoreMax=` of the unit), where it stays over a restart
   * whatever becomes of its other end. The caller still has its own.
   */
  async store(name: string, descriptor: number): Promise<void> {
    await this.notify(["FDSTORE=1", `FDNAME=${name}`, "FDPOLL=0"], [descriptor]);
  }

  /** Takes everything of this name out of the store again. */
  async removeStored(name: string): Promise<void> {
    await this.notify(["FDSTOREREMOVE=1", `FDNAME=${name}`]);
  }

  /** Descriptors that this process was started with, by their name. To be called once; the caller owns them. */
  takeDescriptors(): { readonly name: string; readonly descriptor: number }[] {
    const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = this.#environment;
    const count = Number(LISTEN_FDS ?? "0");
    if (Number(LISTEN_PID) !== process.pid || !Number.isInteger(count) || count > MAX_LISTEN_FDS) return [];
    const names = (LISTEN_FDNAMES ?? "").split(":");
    return Array.from({ length: count }, (_, index) => {
      const descriptor = SD_LISTEN_FDS_START + index;
      closeOnExec(descriptor);
      return { name: names[index] ?? "unknown", descriptor };
    });
  }
}
