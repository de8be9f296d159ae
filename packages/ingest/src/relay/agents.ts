/**
 * The agents' control streams: heartbeats, verdicts, pushes. One {@link AgentLink} a stream; this is the owner of
 * what ingest knows about agents.
 */
import { formatAddress, parseAddress } from "@netferry/bgp";
import type { DeviceChange } from "@netferry/registry";
import {
  type AgentControl,
  Heartbeats,
  type IngestControl,
  MetadataKey,
  PURPOSE_CHECK,
  type ServerStream,
  type VerdictOutcome,
  type Welcome,
} from "@netferry/relay";
import type { Clock, Logger } from "@netferry/service";
import type { AgentView } from "../http/view.ts";
import type { VerdictQuestion } from "./verdict.ts";

/** Agents that are remembered after their control stream ended; the one gone longest is forgotten first. */
const MAX_AGENTS_REMEMBERED = 4_096;
const HEARTBEAT_INTERVAL_MS = 10_000;
/** Longest text that an agent may say of itself. */
const MAX_TEXT = 255;
const MAX_LISTENERS = 64;

type ControlServerStream = ServerStream<IngestControl, AgentControl>;

export interface AgentsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly welcome: Pick<Welcome, "ingestInstance" | "version" | "backendPin">;
  readonly verdict: (question: VerdictQuestion) => VerdictOutcome;
  /** Sessions that an agent relays now. */
  readonly sessionsOf: (instance: string) => number;
}

export class Agents {
  readonly #options: AgentsOptions;
  /** By instance, oldest first. */
  readonly #links = new Map<string, AgentLink>();
  /** Counts changes of the registry. */
  #registryRevision = 1;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  /** Takes a control stream whose credentials were found good. */
  accept(stream: ControlServerStream, email: string): void {
    if (stream.metadata.get(MetadataKey.purpose) === PURPOSE_CHECK) {
      welcomeOnly(stream, this.#options.welcome);
      return;
    }
    const instance = (stream.metadata.get(MetadataKey.instance) ?? "").slice(0, MAX_TEXT);
    const link = new AgentLink(stream, instance, email, this.#options);
    this.#links.get(instance)?.replaced();
    this.#links.delete(instance);
    this.#links.set(instance, link);
    if (this.#links.size > MAX_AGENTS_REMEMBERED) this.#forgetOldest();
    link.start(this.#registryRevision);
  }

  views(): AgentView[] {
    return [...this.#links.values()].map((link) => link.view());
  }

  get connected(): number {
    let connected = 0;
    for (const link of this.#links.values()) if (link.connected) connected += 1;
    return connected;
  }

  roundTripMs(instance: string): number | undefined {
    return this.#links.get(instance)?.roundTripMs;
  }

  /** Tells every agent that what it was told about the device's addresses is void. Never what its MD5 key is. */
  deviceChanged({
    kind,
    deviceId,
    addressesBefore,
    addressesAfter,
    before,
    after,
    md5KeyChanged,
  }: DeviceChange): void {
    this.#registryRevision += 1;
    const addresses = [...new Set([...addressesBefore, ...addressesAfter])];
    const message: IngestControl = {
      type: "device-changed",
      deviceAddresses: addresses.map(parseAddress).filter((address) => address !== undefined),
      kind: kind === "changed" && md5KeyChanged ? "key-rotated" : kind,
      deviceId,
      deviceName: (after ?? before)?.name ?? "",
      registryRevision: this.#registryRevision,
    };
    for (const link of this.#links.values()) link.send(message);
  }

  /** Tells every agent that this ingest is about to stop, and ends the control streams. */
  drain(reason: string, deadlineMs: number): void {
    for (const link of this.#links.values()) {
      link.send({ type: "drain", reason, deadlineMs });
      link.end();
    }
  }

  #forgetOldest(): void {
    for (const [instance, link] of this.#links) {
      if (link.connected) continue;
      this.#links.delete(instance);
      return;
    }
  }
}

/** Answers somebody who only asks whether they would be welcome. */
function welcomeOnly(stream: ControlServerStream, welcome: AgentsOptions["welcome"]): void {
  stream.listen({
    onMessage: () => undefined,
    onDrain: () => undefined,
    onHalfClose: () => stream.end({ code: "ok", message: "" }),
    onEnd: () => undefined,
  });
  // There is no cache that a revision could void.
  stream.send({
    type: "welcome",
    heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    registryRevision: 0,
    ...welcome,
  });
  stream.end({ code: "ok", message: "" });
}

class AgentLink {
  readonly #stream: ControlServerStream;
  readonly #instance: string;
  readonly #email: string;
  readonly #options: AgentsOptions;
  readonly #logger: Logger;
  readonly #siteId: number;
  #connected = true;
  #since: number;
  #hostname = "";
  #listeners: readonly string[] = [];
  readonly #heartbeats: Heartbeats;
  #lastHeartbeatAt: number | undefined;

  constructor(stream: ControlServerStream, instance: string, email: string, options: AgentsOptions) {
    this.#stream = stream;
    this.#instance = instance;
    this.#email = email;
    this.#options = options;
    this.#since = options.clock.now();
    const siteId = Number(stream.metadata.get(MetadataKey.siteId) ?? 0);
    this.#siteId = Number.isSafeInteger(siteId) && siteId > 0 ? siteId : 0;
    this.#logger = options.logger.child({ "agent-instance": instance, remote: stream.peer });
    this.#heartbeats = new Heartbeats({
      intervalMs: HEARTBEAT_INTERVAL_MS,
      monotonic: () => options.clock.monotonic(),
      later: (delayMs, run) => options.clock.later(delayMs, run),
      send: (heartbeat) => this.send(heartbeat),
      onSilence: () => stream.end({ code: "unavailable", message: "heartbeats stay unanswered" }),
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  get roundTripMs(): number | undefined {
    return this.#heartbeats.roundTripMs;
  }

  start(registryRevision: number): void {
    this.#stream.listen({
      onMessage: (message) => this.#received(message),
      onDrain: () => undefined,
      onHalfClose: () => this.end(),
      onEnd: (status) => this.#gone(status.message),
    });
    this.send({
      type: "welcome",
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
      registryRevision,
      ...this.#options.welcome,
    });
    this.#heartbeats.start();
  }

  send(message: IngestControl): void {
    if (this.#connected) this.#stream.send(message);
  }

  end(): void {
    if (this.#connected) this.#stream.end({ code: "ok", message: "" });
  }

  /** The same agent process has opened another control stream. */
  replaced(): void {
    if (this.#connected)
      this.#stream.end({ code: "cancelled", message: "replaced by a newer control stream" });
  }

  view(): AgentView {
    return {
      instance: this.#instance,
      version: (this.#stream.metadata.get(MetadataKey.version) ?? "").slice(0, MAX_TEXT),
      connected: this.#connected,
      since: new Date(this.#since).toISOString(),
      remote: this.#stream.peer,
      email: this.#email,
      listeners: this.#listeners,
      sessions: this.#options.sessionsOf(this.#instance),
      ...(this.#siteId === 0 ? {} : { siteId: this.#siteId }),
      ...(this.#hostname === "" ? {} : { hostname: this.#hostname }),
      ...(this.roundTripMs === undefined ? {} : { roundTripMs: this.roundTripMs }),
      ...(this.#lastHeartbeatAt === undefined
        ? {}
        : { lastHeartbeatAt: new Date(this.#lastHeartbeatAt).toISOString() }),
    };
  }

  #received(message: AgentControl): void {
    switch (message.type) {
      case "hello":
        this.#hostname = message.hostname.slice(0, MAX_TEXT);
        this.#listeners = message.listeners.slice(0, MAX_LISTENERS).map((text) => text.slice(0, MAX_TEXT));
        this.#logger.info({ hostname: this.#hostname, "site-id": this.#siteId }, "agent connected");
        return;
      case "heartbeat":
        this.#lastHeartbeatAt = this.#options.clock.now();
        this.send({ type: "heartbeat-reply", sequence: message.sequence });
        return;
      case "heartbeat-reply":
        this.#lastHeartbeatAt = this.#options.clock.now();
        this.#heartbeats.answered(message.sequence);
        return;
      case "verdict-request": {
        const { requestId, deviceAddress, wantsMd5Key } = message;
        if (deviceAddress.length !== 4 && deviceAddress.length !== 16) return;
        const address = formatAddress(deviceAddress);
        const outcome = this.#options.verdict({ address, siteId: this.#siteId, wantsMd5Key });
        this.send({ type: "verdict", requestId, deviceAddress, outcome });
      }
    }
  }

  #gone(reason: string): void {
    this.#connected = false;
    this.#since = this.#options.clock.now();
    this.#heartbeats.stop();
    this.#logger.info({ reason }, "agent disconnected");
  }
}
