/** The metrics of a daemon: written by hot paths into typed arrays, read by OpenTelemetry at scrape. */
import { ValueType } from "@opentelemetry/api";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import { Counter, Gauge, Labelled, MAX_LABEL_LENGTH, MAX_SERIES } from "./series.ts";

/** Metrics of one registry. */
export const MAX_METRICS = 500;

/** Series that one observed metric may yield in a scrape; the rest is left out and counted. */
export const MAX_OBSERVED_SERIES = 10_000;

export interface Observation {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the value(s) at scrape; nothing (or NaN) where there is none now. */
export type Observe = () => number | undefined | Iterable<Observation>;

export interface MetricRegistryOptions {
  /** Named to OpenTelemetry as `service.name` and `service.version`. */
  readonly service?: string;
  readonly version?: string;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly exported?: boolean | undefined;
  /** Throws where an observing function does. */
  read(): Iterable<readonly [Readonly<Record<string, string>>, number]>;
}

export interface ObservedOptions {
  /** False: shown to whoever scrapes this process, and left out of what {@link MetricRegistry.collect} hands to exporters. */
  readonly exported?: boolean;
}

export interface SeriesOptions {
  /** Default {@link MAX_SERIES}. */
  readonly maxSeries?: number;
}

const METRIC_NAME = /^netferry_[a-z0-9]+(?:_[a-z0-9]+)*$/;
const LABEL_NAME = /^[a-z][a-z0-9_]*$/;

/** All metrics of one daemon; a {@link MetricProducer}, so that any OpenTelemetry reader can export them. */
export class MetricRegistry implements MetricProducer {
  readonly #metrics = new Map<string, Metric>();
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  readonly #resource;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #overflow: Labelled<Counter, readonly ["metric"]>;
  readonly #failures: Labelled<Counter, readonly ["metric"]>;
  readonly #labelled: { readonly name: string; readonly series: Labelled<unknown, readonly string[]> }[] = [];

  constructor(options: MetricRegistryOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#startedAt = this.#now();
    this.#resource = resourceFromAttributes({
      "service.name": options.service ?? "netferry",
      "service.version": options.version ?? "",
    });
    this.#overflow = this.counter(
      "netferry_metrics_overflow_total",
      "Label sets and observations beyond the bound of a metric, which are not told apart",
      ["metric"],
    );
    this.#failures = this.counter(
      "netferry_metrics_failures_total",
      "Reads of an observed metric that failed, so that it was left out of the scrape",
      ["metric"],
    );
  }

  /** A number that only grows; the name ends in `_total`. With label names, call `with(...values)` for a slot. */
  counter(name: string, help: string): Counter;
  counter<const Names extends readonly [string, ...string[]]>(
    name: string,
    help: string,
    labelNames: Names,
    options?: SeriesOptions,
  ): Labelled<Counter, Names>;
  counter(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    options: SeriesOptions = {},
  ): Counter | Labelled<Counter, readonly string[]> {
    return this.#series(
      "counter",
      name,
      help,
      labelNames,
      options,
      (slots, index) => new Counter(slots, index),
    );
  }

  /** A number that goes up and down. */
  gauge(name: string, help: string): Gauge;
  gauge<const Names extends readonly [string, ...string[]]>(
    name: string,
    help: string,
    labelNames: Names,
    options?: SeriesOptions,
  ): Labelled<Gauge, Names>;
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    options: SeriesOptions = {},
  ): Gauge | Labelled<Gauge, readonly string[]> {
    return this.#series("gauge", name, help, labelNames, options, (slots, index) => new Gauge(slots, index));
  }

  /** A number that is read from elsewhere at scrape. */
  observableGauge(name: string, help: string, observe: Observe, { exported }: ObservedOptions = {}): void {
    this.#add({ name, help, kind: "gauge", exported, read: () => this.#observed(name, observe) });
  }

  /** As {@link observableGauge} for a number that only grows; the name ends in `_total`. */
  observableCounter(name: string, help: string, observe: Observe, { exported }: ObservedOptions = {}): void {
    this.#add({ name, help, kind: "counter", exported, read: () => this.#observed(name, observe) });
  }

  /** The Prometheus text format (version 0.0.4). */
  text(): Promise<string> {
    const { resourceMetrics } = this.#collect(() => true);
    return Promise.resolve(`${this.#serializer.serialize(resourceMetrics).trimEnd()}\n`);
  }

  collect(): Promise<CollectionResult> {
    return Promise.resolve(this.#collect(({ exported }) => exported !== false));
  }

  #collect(chosen: (metric: Metric) => boolean): CollectionResult {
    const errors: unknown[] = [];
    const metrics: MetricData[] = [];
    const now = this.#now();
    for (const metric of this.#metrics.values()) {
      if (!chosen(metric)) continue;
      try {
        const data = this.#data(metric, now);
        if (data.dataPoints.length > 0) metrics.push(data);
      } catch (error) {
        errors.push(error);
        this.#failures.with(metric.name).add();
      }
    }
    const scopeMetrics = [{ scope: { name: "netferry" }, metrics }];
    return { resourceMetrics: { resource: this.#resource, scopeMetrics }, errors };
  }

  #series<Series>(
    kind: Metric["kind"],
    name: string,
    help: string,
    labelNames: readonly string[],
    options: SeriesOptions,
    make: (slots: Float64Array, index: number) => Series,
  ): Series | Labelled<Series, readonly string[]> {
    for (const label of labelNames) {
      if (!LABEL_NAME.test(label)) throw new TypeError(`metric ${name}: ${label} is no label name`);
    }
    const labelled = new Labelled<Series, readonly string[]>(
      labelNames,
      labelNames.length === 0 ? 1 : (options.maxSeries ?? MAX_SERIES),
      make,
    );
    this.#add({ name, help, kind, read: () => labelled.entries() });
    if (labelNames.length === 0) return labelled.with();
    this.#labelled.push({ name, series: labelled });
    return labelled;
  }

  #add(metric: Metric): void {
    if (!METRIC_NAME.test(metric.name)) throw new TypeError(`metric ${metric.name}: name it netferry_...`);
    if (metric.name.endsWith("_total") !== (metric.kind === "counter")) {
      throw new TypeError(`metric ${metric.name}: counters end in _total, and only they`);
    }
    if (this.#metrics.has(metric.name)) throw new TypeError(`metric ${metric.name} is there already`);
    if (this.#metrics.size >= MAX_METRICS) throw new TypeError(`more than ${MAX_METRICS} metrics`);
    this.#metrics.set(metric.name, metric);
  }

  *#observed(name: string, observe: Observe): Generator<readonly [Readonly<Record<string, string>>, number]> {
    const observed = observe();
    if (observed === undefined) return;
    if (typeof observed === "number") {
      if (!Number.isNaN(observed)) yield [{}, observed];
      return;
    }
    let count = 0;
    for (const { labels, value } of observed) {
      if (count === MAX_OBSERVED_SERIES) {
        this.#overflow.with(name).add();
        return;
      }
      count += 1;
      if (!Number.isNaN(value)) yield [shortened(labels), value];
    }
  }

  #data(
    metric: Metric,
    nowMs: number,
  ): Extract<MetricData, { dataPointType: DataPointType.GAUGE | DataPointType.SUM }> {
    const startTime = hrTime(this.#startedAt);
    const endTime = hrTime(nowMs);
    const dataPoints = [...this.#read(metric)].map(([attributes, value]) => ({
      startTime,
      endTime,
      attributes,
      value,
    }));
    const common = {
      descriptor: { name: metric.name, description: metric.help, unit: "", valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints,
    };
    return metric.kind === "counter"
      ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true }
      : { ...common, dataPointType: DataPointType.GAUGE };
  }

  /** The overflow counter also tells of label sets, which the series count by themselves. */
  #read(metric: Metric): Iterable<readonly [Readonly<Record<string, string>>, number]> {
    if (metric.name !== "netferry_metrics_overflow_total") return metric.read();
    const counts = new Map<string, number>();
    for (const [{ metric: name = "" }, count] of this.#overflow.entries()) counts.set(name, count);
    for (const { name, series } of this.#labelled) {
      if (series.overflowed > 0) counts.set(name, (counts.get(name) ?? 0) + series.overflowed);
    }
    return [...counts].map(([name, count]) => [{ metric: name }, count] as const);
  }
}

function shortened(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, value.slice(0, MAX_LABEL_LENGTH)]),
  );
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
