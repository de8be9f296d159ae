/** What agents told of themselves: their last log lines and their last metrics, in memory and within bounds. */
import type { AgentLogLine, AgentSample, AgentSource, LogsMessage, MetricsMessage } from "./otlp-json.ts";

/** Agents whose telemetry is kept; the one heard of longest ago is forgotten first. */
export const MAX_TELEMETRY_AGENTS = 1_024;
/** Lines of one agent. */
export const MAX_LINES_PER_AGENT = 5_000;
/** Octets of the lines of one agent, and of all agents' lines and samples, roughly as JSON. */
export const MAX_OCTETS_PER_AGENT = 2 * 1024 * 1024;
export const MAX_OCTETS = 64 * 1024 * 1024;
/** Samples of one agent. */
export const MAX_SAMPLES_PER_AGENT = 5_000;

/** A log line, when it came, and its number: later lines have higher ones. */
export interface KeptLine extends AgentLogLine {
  readonly sequence: number;
}

export interface KeptMetrics {
  /** When they came, milliseconds since 1970. */
  readonly at: number;
  readonly samples: readonly AgentSample[];
}

export interface TelemetryCounters {
  lines: number;
  samples: number;
  /** Not as OTLP has them, or beyond the bounds of a request. */
  rejected: number;
  /** Lines that made room for later ones. */
  evictedLines: number;
  /** Samples beyond the bound of an agent. */
  droppedSamples: number;
  forgottenAgents: number;
}

interface Kept {
  source: AgentSource;
  /** The account it came by. */
  readonly email: string;
  lines: { readonly line: KeptLine; readonly octets: number }[];
  lineOctets: number;
  metrics: KeptMetrics | undefined;
  metricOctets: number;
}

export class AgentTelemetry {
  readonly counters: TelemetryCounters = {
    lines: 0,
    samples: 0,
    rejected: 0,
    evictedLines: 0,
    droppedSamples: 0,
    forgottenAgents: 0,
  };
  readonly #now: () => number;
  /** By instance; the one heard of last is last. */
  readonly #agents = new Map<string, Kept>();
  #octets = 0;
  #sequence = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Roughly what is kept, in octets. */
  get octets(): number {
    return this.#octets;
  }

  get agents(): number {
    return this.#agents.size;
  }

  /** Everyone that was heard of, the latest last. */
  sources(): AgentSource[] {
    return [...this.#agents.values()].map(({ source }) => source);
  }

  /** False where another account's agent goes by this instance. */
  addLogs(email: string, { source, lines, rejected }: LogsMessage): boolean {
    const kept = this.#keep(email, source);
    if (kept === undefined) return false;
    this.counters.rejected += rejected;
    for (const line of lines) {
      this.#sequence += 1;
      const octets = sizeOf(line.message, line.fields);
      kept.lines.push({ line: { ...line, sequence: this.#sequence }, octets });
      kept.lineOctets += octets;
      this.#octets += octets;
      this.counters.lines += 1;
    }
    let surplus = 0;
    let left = kept.lineOctets;
    while (kept.lines.length - surplus > MAX_LINES_PER_AGENT || left > MAX_OCTETS_PER_AGENT) {
      left -= kept.lines[surplus]?.octets ?? 0;
      surplus += 1;
    }
    if (surplus > 0) {
      kept.lines = kept.lines.slice(surplus);
      this.#octets -= kept.lineOctets - left;
      kept.lineOctets = left;
      this.counters.evictedLines += surplus;
    }
    this.#forgetBeyondBounds();
    return true;
  }

  /** False where another account's agent goes by this instance. */
  addMetrics(email: string, { source, samples, rejected }: MetricsMessage): boolean {
    const kept = this.#keep(email, source);
    if (kept === undefined) return false;
    const taken = samples.slice(0, MAX_SAMPLES_PER_AGENT);
    this.counters.rejected += rejected;
    this.counters.samples += taken.length;
    this.counters.droppedSamples += samples.length - taken.length;
    this.#octets -= kept.metricOctets;
    kept.metricOctets = taken.reduce((sum, { name, labels }) => sum + sizeOf(name, labels), 0);
    this.#octets += kept.metricOctets;
    kept.metrics = { at: this.#now(), samples: taken };
    this.#forgetBeyondBounds();
    return true;
  }

  /** Oldest first. */
  lines(instance: string): KeptLine[] {
    return (this.#agents.get(instance)?.lines ?? []).map(({ line }) => line);
  }

  metrics(instance: string): KeptMetrics | undefined {
    return this.#agents.get(instance)?.metrics;
  }

  #keep(email: string, source: AgentSource): Kept | undefined {
    const known = this.#agents.get(source.instance);
    if (known !== undefined && known.email !== email) return undefined;
    const kept = known ?? { source, email, lines: [], lineOctets: 0, metrics: undefined, metricOctets: 0 };
    kept.source = source;
    this.#agents.delete(source.instance);
    this.#agents.set(source.instance, kept);
    return kept;
  }

  #forgetBeyondBounds(): void {
    while (this.#agents.size > 1 && (this.#agents.size > MAX_TELEMETRY_AGENTS || this.#octets > MAX_OCTETS)) {
      const [oldest] = this.#agents;
      if (oldest === undefined) return;
      const [instance, { lineOctets, metricOctets }] = oldest;
      this.#agents.delete(instance);
      this.#octets -= lineOctets + metricOctets;
      this.counters.forgottenAgents += 1;
    }
  }
}

/** What an entry of a list costs beside its text. */
const ENTRY_OCTETS = 100;

function sizeOf(text: string, fields: object): number {
  return ENTRY_OCTETS + text.length + JSON.stringify(fields).length;
}
