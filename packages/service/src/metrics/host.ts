/** What a daemon tells of the machine that it runs on. */
import { readFileSync, statfsSync } from "node:fs";
import { cpus, freemem, loadavg, totalmem } from "node:os";
import { maxDescriptors } from "../net/descriptors.ts";
import type { MetricRegistry, Observation } from "./registry.ts";

/** Utilization is told for a time that is at least this long, whoever reads how often. */
const CPU_WINDOW_MS = 10_000;

/** Where a host's values come from; the system's, unless a test gives others. */
export interface HostSources {
  readonly cpuTimes: () => { readonly idle: number; readonly total: number };
  /** Text of a file, undefined where it is not there. */
  readonly file: (path: string) => string | undefined;
  /** Octets of the file system that holds the path. */
  readonly disk: (path: string) => { readonly total: number; readonly available: number };
  readonly monotonic: () => number;
}

/** Adds metrics of CPU, memory, descriptors and disk. `paths` are those whose file systems matter to the daemon. */
export function addHostMetrics(
  registry: MetricRegistry,
  paths: readonly string[] = ["/"],
  sources: HostSources = SYSTEM,
): void {
  const utilization = cpuUtilization(sources);
  registry.observableGauge("netferry_host_cpus", "Processors of the host", () => cpus().length);
  registry.observableGauge(
    "netferry_host_cpu_utilization_ratio",
    "Share of the host's CPU time that was not idle, over 10 seconds or more",
    utilization,
  );
  registry.observableGauge("netferry_host_load1", "Load average of one minute", () => loadavg()[0]);
  registry.observableGauge("netferry_host_memory_bytes", "Memory of the host", () => [
    { labels: { kind: "total" }, value: totalmem() },
    { labels: { kind: "available" }, value: freemem() },
  ]);
  registry.observableGauge("netferry_host_descriptors", "File descriptors of the host", () =>
    hostDescriptors(sources.file("/proc/sys/fs/file-nr")),
  );
  registry.observableGauge(
    "netferry_process_max_descriptors",
    "File descriptors that the process may have",
    () => maxDescriptors(sources.file("/proc/self/limits")),
  );
  registry.observableGauge("netferry_host_disk_bytes", "Size of file systems, and what is left", () =>
    paths.flatMap((path) => {
      const { total, available } = sources.disk(path);
      return [
        { labels: { path, kind: "total" }, value: total },
        { labels: { path, kind: "available" }, value: available },
      ];
    }),
  );
}

function cpuUtilization(sources: HostSources): () => number | undefined {
  let before = { at: sources.monotonic(), ...sources.cpuTimes() };
  let ratio: number | undefined;
  return () => {
    const now = { at: sources.monotonic(), ...sources.cpuTimes() };
    const total = now.total - before.total;
    if (total > 0 && (ratio === undefined || now.at - before.at >= CPU_WINDOW_MS)) {
      ratio = Math.min(1, Math.max(0, 1 - (now.idle - before.idle) / total));
      before = now;
    }
    return ratio;
  };
}

/** `1234 0 9223372036854775807`: allocated, unused, most. */
function hostDescriptors(text: string | undefined): Observation[] {
  const [used, , most] = (text ?? "").trim().split(/\s+/).map(Number);
  if (used === undefined || most === undefined || Number.isNaN(used) || Number.isNaN(most)) return [];
  return [
    { labels: { kind: "used" }, value: used },
    { labels: { kind: "max" }, value: most },
  ];
}

const SYSTEM: HostSources = {
  cpuTimes() {
    let idle = 0;
    let total = 0;
    for (const { times } of cpus()) {
      idle += times.idle;
      total += times.user + times.nice + times.sys + times.idle + times.irq;
    }
    return { idle, total };
  },
  file(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
  disk(path) {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { total: bsize * blocks, available: bsize * bavail };
  },
  monotonic: () => performance.now(),
};
