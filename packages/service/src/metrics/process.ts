/** What each daemon tells of its own process. */
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MetricRegistry, Observation } from "./registry.ts";

/** Event loop lag is told for a window that ends at the scrape and is at least this long. */
const LAG_WINDOW_MS = 10_000;

/** How often lateness is sampled. The histogram counts this wait as well. */
const LAG_RESOLUTION_MS = 10;

const NANOSECONDS = 1e9;
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
  const histogram = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  histogram.enable();
  let since = performance.now();
  registry.observableGauge(
    "netferry_event_loop_lag_seconds",
    "How late the event loop runs what is due, in the seconds before the scrape",
    () => {
      const observations = [
        { labels: { quantile: "0.5" }, value: lag(histogram, histogram.percentile(50)) },
        { labels: { quantile: "0.99" }, value: lag(histogram, histogram.percentile(99)) },
        { labels: { quantile: "1" }, value: lag(histogram, histogram.max) },
      ];
      if (performance.now() - since >= LAG_WINDOW_MS) {
        histogram.reset();
        since = performance.now();
      }
      return observations;
    },
  );
  return () => histogram.disable();
}

/** Seconds beyond the wait that was asked for; 0 before the first sample. */
function lag({ count }: { readonly count: number }, nanoseconds: number): number {
  return count === 0 ? 0 : Math.max(0, nanoseconds / NANOSECONDS - LAG_RESOLUTION_MS / 1000);
}
