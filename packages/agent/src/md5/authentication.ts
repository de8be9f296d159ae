/**
 * TCP MD5 signatures (RFC 2385) of devices: who has which key is the registry's to say, the agent learns it when a signed
 * SYN comes, and the kernel signs and checks.
 *
 * A signed SYN to a listener without the sender's key is dropped by the kernel. It is seen here, the ingest is asked, and
 * the key is on the listeners when the SYN comes again, a second later.
 */
import type { Server, Socket } from "node:net";
import type { CapturedSyn, CaptureStatistics } from "@netferry/kernel";
import type { VerdictOutcome } from "@netferry/relay";
import { type Clock, errorText, type Logger, OperatorError } from "@netferry/service";
import type { VerdictSource } from "../verdict-source.ts";
import { CaptureKeeper } from "./capture-keeper.ts";
import { Confirmations } from "./confirmations.ts";
import { createMd5Counters, type Md5Counters } from "./counters.ts";
import type { Md5Kernel } from "./kernel.ts";
import { ListenerKeys } from "./listener-keys.ts";
import { type LiveConnection, LiveConnections } from "./live-connections.ts";
import { SilentDrops } from "./silent-drops.ts";
import { SynQuestions } from "./syn-questions.ts";

/** A key that no SYN and no connection uses for so long is taken off the listeners. */
export const KEY_IDLE_MS = 300_000;
/** How often keys are looked at. */
const SWEEP_MS = 15_000;
/** The same trouble of the same device is told once in this time. */
const TELL_AGAIN_SECONDS = 1_200;

export type Allow = Extract<VerdictOutcome, { kind: "allow" }>;

export interface Md5Options {
  /** One interface; undefined for all. */
  readonly interface: string | undefined;
  readonly kernel: Md5Kernel;
  readonly verdicts: Pick<VerdictSource, "known" | "ask">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** What another process of this agent has counted. */
  readonly counted?: Readonly<Record<string, number>>;
}

/** What status and metrics show. */
export interface Md5View {
  readonly interface: string;
  /** Why signed SYNs are not seen now. */
  readonly problem: string | undefined;
  readonly capture: CaptureStatistics;
  readonly keysInstalled: number;
  readonly counters: Md5Counters;
}

export class Md5Authentication {
  readonly counters: Md5Counters;
  readonly #options: Md5Options;
  readonly #logger: Logger;
  readonly #keys: ListenerKeys;
  readonly #connections = new LiveConnections();
  readonly #capture: CaptureKeeper;
  readonly #questions: SynQuestions;
  readonly #confirmations: Confirmations;
  readonly #drops: SilentDrops;
  readonly #inherited = new Set<string>();
  #cancelSweep: () => void = () => undefined;

  constructor(options: Md5Options) {
    const { kernel, clock, random } = options;
    const now = (): number => clock.monotonic();
    this.#options = options;
    this.counters = createMd5Counters(options.counted);
    this.#logger = options.logger.child({ module: "proxy/md5" });
    this.#keys = new ListenerKeys({
      kernel,
      counters: this.counters,
      now,
      inUse: (address) => this.#connections.has(address),
    });
    this.#capture = new CaptureKeeper({
      kernel,
      interface: options.interface,
      onSyn: (syn) => this.#sawSyn(syn),
      counters: this.counters,
      clock,
      random,
      logger: options.logger,
    });
    this.#questions = new SynQuestions(now);
    this.#confirmations = new Confirmations((address) => this.#confirm(address));
    this.#drops = new SilentDrops(clock, (address) => this.#wrongKey(address));
  }

  get view(): Md5View {
    return {
      interface: this.#options.interface ?? "any",
      problem: this.#capture.problem,
      capture: this.#capture.statistics(),
      keysInstalled: this.#keys.size,
      counters: this.counters,
    };
  }

  /** Watches for signed SYNs to these listeners. Throws `OperatorError`, in one line with the remedy, where it can't. */
  start(servers: readonly Server[]): void {
    this.#keys.listenOn(servers);
    try {
      this.#capture.open(servers.flatMap(portOf));
    } catch (error) {
      throw new OperatorError(`TCP MD5 (--enable-md5-support) can't be had: ${errorText(error)}`, {
        cause: error,
        complete: true,
      });
    }
    this.#sweepLater();
  }

  /** Other listeners than those that it was started with. */
  listenOn(servers: readonly Server[]): void {
    this.#keys.listenOn(servers);
  }

  stop(): void {
    this.#cancelSweep();
    this.#capture.close();
    this.#drops.close();
    this.#confirmations.clear();
  }

  /** Addresses whose keys the listeners have; they stay there when the listeners go to another process. */
  get addressesWithKeys(): readonly string[] {
    return [...new Set([...this.#keys.addresses(), ...this.#inherited])];
  }

  /** Another process has left keys of these addresses on the listeners; they are looked after as soon as an ingest is there. */
  inherit(addresses: readonly string[]): void {
    for (const address of addresses) this.#inherited.add(address);
  }

  /** A device has connected. */
  connected(address: string, port: number): void {
    if (this.#keys.get(address) === undefined) return;
    this.#drops.connected(address, port);
    this.#keys.touch(address);
  }

  /**
   * Judges a connection by the verdict on its device; a text says why it must not go on. A device with a key must have
   * signed: the key may have come to the listener only after the connection did.
   */
  refusal(socket: Socket, address: string, allow: Allow): string | undefined {
    try {
      return this.#isSigned(socket, address, allow) === false ? this.#unsigned(address, allow) : undefined;
    } catch (error) {
      return this.#keyRefused(address, error);
    }
  }

  /**
   * Keeps the key of a session's connection in step with the registry, until the connection closes.
   *
   * @param inherited it comes from another process, so whether it is signed has to be found out
   */
  watch(
    socket: Socket,
    ends: { readonly address: string; readonly localAddress: string; readonly inherited?: boolean },
    end: (reason: string) => void,
  ): void {
    const { address, localAddress } = ends;
    const signed = ends.inherited === true ? undefined : this.#keys.get(address) !== undefined;
    const connection: LiveConnection = { socket, localAddress, signed, end };
    this.#connections.add(address, connection);
    socket.once("close", () => {
      this.#connections.delete(address, connection);
      this.#keys.touch(address);
    });
    if (signed === undefined) this.#confirmations.add(address);
  }

  /** The registry has changed what it says about these addresses. */
  deviceChanged(addresses: readonly string[]): void {
    for (const address of addresses) {
      if (this.#connections.has(address) || this.#keys.get(address) !== undefined)
        this.#confirmations.add(address);
    }
  }

  /** An ingest is there again: what it has pushed meanwhile is lost. */
  ingestConnected(): void {
    const addresses = [...this.#keys.addresses(), ...this.#connections.addresses(), ...this.#inherited];
    for (const address of new Set(addresses)) this.#confirmations.add(address);
  }

  #sawSyn(syn: CapturedSyn): void {
    const { sourceAddress: address, sourcePort } = syn;
    this.counters.syns += 1;
    if (this.#keys.get(address) !== undefined) {
      this.#keys.touch(address);
      this.#drops.syn(address, sourcePort);
      return;
    }
    const known = this.#options.verdicts.known(address);
    if (known !== undefined) this.#answer(address, known);
    else void this.#askFor(syn);
  }

  async #askFor(syn: CapturedSyn): Promise<void> {
    const address = syn.sourceAddress;
    if (this.#questions.has(address)) return;
    if (!this.#questions.begin(address)) {
      this.counters.synsUnasked += 1;
      this.#logger
        .limited("syn questions", 60)
        .warn("more senders of signed SYNs than can be asked about; those that are devices try again");
      return;
    }
    const ends = {
      deviceIp: address,
      devicePort: syn.sourcePort,
      proxyIp: syn.destinationAddress,
      proxyPort: syn.destinationPort,
    };
    const outcome = await this.#options.verdicts.ask(ends);
    this.#questions.end(address);
    if (outcome === undefined) this.counters.synsUnanswered += 1;
    else this.#answer(address, outcome);
  }

  /** A signed SYN has come for which the listeners have no key. */
  #answer(address: string, outcome: VerdictOutcome): void {
    if (outcome.kind === "block") {
      this.counters.synsBlocked += 1;
    } else if (outcome.md5Key.length === 0) {
      this.counters.noKey += 1;
      this.#tell("no key", address).warn(
        { device: outcome.label, "device-ip": address },
        `the device signs (TCP MD5) and has no key in the registry, so its connections are dropped; set it: netferry device set ${outcome.deviceName} --md5-key-file FILE, or take the password off the device`,
      );
    } else {
      this.#guarded(address, () => this.#install(address, outcome));
    }
  }

  /** Throws what the kernel says where it takes no key. */
  #install(address: string, { md5Key, label, ttlSeconds }: Allow): void {
    const confirmedUntil = this.#options.clock.monotonic() + ttlSeconds * 1000;
    const done = this.#keys.install(address, md5Key, confirmedUntil);
    if (done === "same") return;
    this.#logger.info({ device: label, "device-ip": address }, `TCP MD5 key ${done} on the listeners`);
  }

  /** Whether a connection is signed as its device must; undefined where the device need not. */
  #isSigned(socket: Socket, address: string, allow: Allow): boolean | undefined {
    if (allow.md5Key.length === 0) {
      // Taken away since: the device may come without from now on.
      this.#keys.remove(address);
      return allow.md5Required ? false : undefined;
    }
    this.#install(address, allow);
    return this.#options.kernel.replaceMd5Key(socket, address, allow.md5Key);
  }

  async #confirm(address: string): Promise<void> {
    const proxyIp =
      this.#connections.of(address)[0]?.localAddress ?? (address.includes(":") ? "::" : "0.0.0.0");
    const outcome = await this.#options.verdicts.ask({ deviceIp: address, proxyIp });
    if (outcome === undefined) return;
    this.#inherited.delete(address);
    if (outcome.kind === "block" || outcome.md5Key.length === 0) this.#revoke(address, outcome);
    else this.#rotate(address, outcome);
  }

  /** The registry has no key for the address any more. Sessions of a device that is gone are the ingest's to end. */
  #revoke(address: string, outcome: VerdictOutcome): void {
    if (this.#keys.remove(address)) {
      this.counters.keysRevoked += 1;
      this.#logger.info(
        { "device-ip": address },
        "TCP MD5 key taken off the listeners: the registry has none",
      );
    }
    if (outcome.kind === "block") return;
    for (const connection of this.#connections.of(address)) {
      this.#guarded(address, () => {
        if (connection.signed !== false) this.#options.kernel.removeMd5Key(connection.socket, address);
        connection.signed = false;
      });
    }
  }

  /** Sessions that are signed go on with the key; the others can't go on. */
  #rotate(address: string, allow: Allow): void {
    this.#guarded(address, () => this.#install(address, allow));
    const { kernel } = this.#options;
    for (const connection of this.#connections.of(address)) {
      this.#guarded(address, () => {
        if (connection.signed === true) kernel.setMd5Key(connection.socket, address, allow.md5Key);
        else connection.signed = kernel.replaceMd5Key(connection.socket, address, allow.md5Key);
        if (!connection.signed) connection.end(this.#unsigned(address, allow));
      });
    }
  }

  #guarded(address: string, change: () => void): void {
    try {
      change();
    } catch (error) {
      this.#keyRefused(address, error);
    }
  }

  #keyRefused(address: string, error: unknown): string {
    const reason = `its TCP MD5 key was not taken: ${errorText(error)}`;
    this.#tell("key refused", address).error({ "device-ip": address }, reason);
    return reason;
  }

  #unsigned(address: string, { label, deviceName }: Allow): string {
    this.counters.unsigned += 1;
    const reason = "the device has an MD5 key in the registry and does not sign";
    this.#tell("unsigned", address).warn(
      { device: label, "device-ip": address },
      `connection refused: ${reason}; set the password on the device, or take the key away: netferry device set ${deviceName} --unset md5-key`,
    );
    return reason;
  }

  #wrongKey(address: string): void {
    const known = this.#options.verdicts.known(address);
    if (this.#keys.get(address) === undefined) return;
    this.counters.wrongKey += 1;
    const device = known?.kind === "allow" ? known.label : undefined;
    this.#tell("wrong key", address).warn(
      { ...(device === undefined ? {} : { device }), "device-ip": address },
      "the kernel drops the device's signed SYNs: its key is not the one in the registry (or a firewall or NAT is on the way); set the same on both",
    );
  }

  #tell(what: string, address: string): Logger {
    return this.#logger.limited(`md5 ${what} ${address}`, TELL_AGAIN_SECONDS);
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#options.clock.later(SWEEP_MS, () => {
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    for (const address of this.#keys.unusedSince(now - KEY_IDLE_MS)) {
      if (this.#connections.has(address) || !this.#keys.remove(address)) continue;
      this.counters.keysExpired += 1;
    }
    for (const address of this.#keys.unconfirmedAt(now)) this.#confirmations.add(address);
  }
}

function portOf(server: Server): number[] {
  const address = server.address();
  return address === null || typeof address === "string" ? [] : [address.port];
}
