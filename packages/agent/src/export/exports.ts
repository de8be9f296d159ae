/** What an agent exports: its log and its metrics, each to its endpoint, told of in status and metrics. */
import { hostname } from "node:os";
import {
  type Clock,
  type Logger,
  type LogRecord,
  logsRequest,
  type MetricRegistry,
  metricsRequest,
  type Observation,
  type OtlpResource,
} from "@netferry/service";
import { exportTarget, type ExportWay } from "./endpoint.ts";
import { LOGS_PATH, METRICS_PATH } from "./export-url.ts";
import { type PostOutcome, postJson } from "./http-post.ts";
import { LogExport } from "./log-export.ts";
import { MetricExport } from "./metric-export.ts";

/** What is being sent when the agent stops gets this long. */
const STOP_MS = 2_000;

export interface ExportOptions {
  readonly way: Omit<ExportWay, "url" | "path">;
  readonly logUrl: URL | undefined;
  readonly metricUrl: URL | undefined;
  /** False with `--disable-log-export`. */
  readonly logs: boolean;
  readonly instance: string;
  readonly version: string;
  readonly siteId: number;
  /** host:port of the ingest that the agent is connected to, or tries. */
  readonly target: () => string;
  readonly metrics: MetricRegistry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

export class Exports {
  readonly #options: ExportOptions;
  readonly #resource: OtlpResource;
  readonly #logs: LogExport | undefined;
  readonly #metrics: MetricExport;
  readonly #abort = new AbortController();

  constructor(options: ExportOptions) {
    this.#options = options;
    this.#resource = {
      "service.name": "netferry-agent",
      "service.version": options.version,
      "service.instance.id": options.instance,
      "host.name": hostname(),
      "netferry.site-id": String(options.siteId),
    };
    const { clock, random } = options;
    this.#logs = options.logs
      ? new LogExport({
          post: (records) => this.#post(options.logUrl, LOGS_PATH, logsRequest(this.#resource, records)),
          clock,
          random,
          onFailure: (outcome) => this.#tell("log lines", outcome),
        })
      : undefined;
    this.#metrics = new MetricExport({
      post: async () => {
        const { resourceMetrics } = await options.metrics.collect();
        return this.#post(options.metricUrl, METRICS_PATH, metricsRequest(this.#resource, resourceMetrics));
      },
      clock,
      random,
      onFailure: (outcome) => this.#tell("metrics", outcome),
    });
    addExportMetrics(options.metrics, this);
  }

  /** Takes a line of the log; the logger's `onRecord`. */
  log(record: LogRecord): void {
    this.#logs?.push(record);
  }

  /** For the status endpoint. */
  status(): object {
    const { counters, waiting } = this.#logs ?? {};
    return {
      Logs:
        counters === undefined
          ? { Enabled: false }
          : {
              Enabled: true,
              Sent: counters.sent,
              Waiting: waiting,
              DroppedFull: counters.droppedFull,
              DroppedRefused: counters.droppedRefused,
              Failures: counters.failures,
            },
      Metrics: { Sent: this.#metrics.counters.sent, Failures: this.#metrics.counters.failures },
    };
  }

  /** Log lines by what became of them; none where they are not exported. */
  logOutcomes(): Observation[] {
    if (this.#logs === undefined) return [];
    const { sent, droppedFull, droppedRefused } = this.#logs.counters;
    return outcomes({ sent, "dropped-full": droppedFull, "dropped-refused": droppedRefused });
  }

  metricOutcomes(): Observation[] {
    const { sent, failures } = this.#metrics.counters;
    return outcomes({ sent, failed: failures });
  }

  get waiting(): number | undefined {
    return this.#logs?.waiting;
  }

  async stop(): Promise<void> {
    this.#metrics.stop();
    const cancel = this.#options.clock.later(STOP_MS, () => this.#abort.abort());
    await this.#logs?.stop();
    cancel();
  }

  #post(url: URL | undefined, path: string, json: string): Promise<PostOutcome> {
    const { way, target } = this.#options;
    return postJson(exportTarget({ ...way, url, path }, target()), json, this.#abort.signal);
  }

  #tell(what: string, { kind, reason }: Exclude<PostOutcome, { kind: "taken" }>): void {
    const rest = kind === "later" ? "it is tried again" : "they are dropped";
    this.#options.logger
      .limited(`export ${what}`, 300)
      .warn({ module: "export" }, `${what} could not be exported, ${rest}: ${reason}`);
  }
}

function outcomes(values: Readonly<Record<string, number>>): Observation[] {
  return Object.entries(values).map(([outcome, value]) => ({ labels: { outcome }, value }));
}

function addExportMetrics(metrics: MetricRegistry, exported: Exports): void {
  metrics.observableCounter(
    "netferry_agent_exported_log_lines_total",
    "Log lines, by what became of them",
    () => exported.logOutcomes(),
  );
  metrics.observableGauge(
    "netferry_agent_export_waiting_log_lines",
    "Log lines that wait to be exported",
    () => exported.waiting,
  );
  metrics.observableCounter("netferry_agent_metric_reports_total", "Reports of metrics, by outcome", () =>
    exported.metricOutcomes(),
  );
}
