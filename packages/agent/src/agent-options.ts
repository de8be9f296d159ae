/** What an agent is made of, and what it becomes when another process goes on. */
import type { Target, TrustSettings } from "@netferry/relay";
import type { Clock, HostPort, Logger } from "@netferry/service";
import type { Cargo } from "./handover/transfer.ts";
import type { Md5Settings } from "./md5/settings.ts";
import type { RetentionLimits } from "./retention.ts";

export interface AgentOptions {
  readonly listen: readonly HostPort[];
  readonly targets: readonly Target[];
  readonly trust: TrustSettings;
  readonly email: string;
  readonly token: string;
  readonly siteId: number;
  readonly version: string;
  /** Sessions that share one HTTP/2 connection. */
  readonly multi: number;
  /** How long a session may go without an ingest, milliseconds. */
  readonly maxOutageMs: number;
  readonly retention: RetentionLimits;
  /** File descriptors that the process may have, where that is known: they bound the connections. */
  readonly maxDescriptors?: number | undefined;
  /** TCP MD5 signatures of devices; undefined: devices that must sign are refused. */
  readonly md5: Md5Settings | undefined;
  /** The control stream came or went, or could not be had. */
  readonly onControlChange: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** What another process of this agent has handed over. */
  readonly inherited?: Inheritance | undefined;
}

export interface Inheritance {
  readonly cargo: Cargo;
  /** Called when everything is adopted, and before anything is read or written. */
  readonly onAdopted: () => Promise<void>;
}

/** An agent that has come to rest, for another process to go on. */
export interface RestingAgent {
  /** The descriptors are still this process's. */
  readonly cargo: Cargo;
  /** Closes everything without a word to any device. */
  letGo(): Promise<void>;
  /** Goes on after all. */
  resume(): Promise<void>;
}
