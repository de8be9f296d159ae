/** What each daemon tells of its own process. */
import { readdirSync } from "node:fs";
import { LagMeter } from "./lag-meter.ts";
import type { MetricRegistry, Observation } from "./registry.ts";

/** Event loop lag is told for a window that ends at the scrape and is at least this long. */
const LAG_WINDOW_MS = 10_000;

const MICROSECONDS = 1e6;

/** Adds the metrics of the process; the returned function ends the measuring of event loop lag. */
export function addProcessMetrics(registry: MetricRegistry, version: string): () => void {
  registry.observableGauge(
    "netferry_build_info",
    "Version of the program and of its runtime; always 1",
    () => [{ labels: { version, node: process.versions.node }, value: 1 }],
  );
  registry.observableGauge("netferry_process_resident_memory_bytes", "Resident memory", () =>
    process.memoryUsage.rss(),
  );
  registry.observableGauge("netferry_process_memory_bytes", "Memory of the runtime by kind", runtimeMemory);
  registry.observableCounter("netferry_process_cpu_seconds_total", "CPU time spent", () => {
    const { user, system } = process.cpuUsage();
    return [
      { labels: { mode: "user" }, value: user / MICROSECONDS },
      { labels: { mode: "system" }, value: system / MICROSECONDS },
    ];
  });
  registry.observableGauge("netferry_process_uptime_seconds", "Time since the process started", () =>
    process.uptime(),
  );
  registry.observableGauge(
    "netferry_process_open_descriptors",
    "Open file descriptors, sockets included",
    openDescriptors,
  );
  return addEventLoopLag(registry);
}

function* runtimeMemory(): Generator<Observation> {
  const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  yield { labels: { kind: "heap_used" }, value: heapUsed };
  yield { labels: { kind: "heap_total" }, value: heapTotal };
  yield { labels: { kind: "external" }, value: external };
  yield { labels: { kind: "array_buffers" }, value: arrayBuffers };
}

/** Nothing where the system has no /proc. */
export function openDescriptors(): number | undefined {
  try {
    // One of them is the directory that is being read.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}

function addEventLoopLag(registry: MetricRegistry): () => void {
  const meter = new LagMeter();
  registry.observableGauge(
    "netferry_event_loop_lag_seconds",
    "How late the event loop runs what is due, in the time before the scrape: half of it, 99 % of it, the worst",
    () => {
      const { p50, p99, max } = meter.windowMs >= LAG_WINDOW_MS ? meter.take() : meter.peek();
      return [
        { labels: { quantile: "0.5" }, value: p50 / 1000 },
        { labels: { quantile: "0.99" }, value: p99 / 1000 },
        { labels: { quantile: "1" }, value: max / 1000 },
      ];
    },
  );
  registry.observableCounter(
    "netferry_event_loop_busy_seconds_total",
    "Time that the event loop worked instead of waiting",
    () => performance.eventLoopUtilization().active / 1000,
  );
  return () => meter.stop();
}
