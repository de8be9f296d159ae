/** The health of an agent's host, out of the metrics that it exports. */
import type { KeptMetrics } from "./agent-telemetry.ts";

export interface HostHealth {
  /** When the agent told of it, ISO 8601, UTC. */
  readonly at: string;
  readonly cpus?: number;
  /** Share of CPU time that was not idle, 0 to 1. */
  readonly cpuUtilization?: number;
  readonly load1?: number;
  readonly memoryBytes?: number;
  readonly memoryAvailableBytes?: number;
  /** Of the agent's process, and how many it may have. */
  readonly descriptors?: number;
  readonly maxDescriptors?: number;
  readonly residentBytes?: number;
  readonly eventLoopLagSeconds?: number;
  readonly disks: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly availableBytes: number;
  }[];
}

export function hostHealth({ at, samples }: KeptMetrics): HostHealth {
  const find = (name: string, labels: Readonly<Record<string, string>> = {}): number | undefined =>
    samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )?.value;
  const numbers = {
    cpus: find("netferry_host_cpus"),
    cpuUtilization: find("netferry_host_cpu_utilization_ratio"),
    load1: find("netferry_host_load1"),
    memoryBytes: find("netferry_host_memory_bytes", { kind: "total" }),
    memoryAvailableBytes: find("netferry_host_memory_bytes", { kind: "available" }),
    descriptors: find("netferry_process_open_descriptors"),
    maxDescriptors: find("netferry_process_max_descriptors"),
    residentBytes: find("netferry_process_resident_memory_bytes"),
    eventLoopLagSeconds: find("netferry_event_loop_lag_seconds", { quantile: "0.99" }),
  };
  const disk = "netferry_host_disk_bytes";
  const paths = new Set(
    samples.filter(({ name }) => name === disk).map(({ labels }) => labels["path"] ?? ""),
  );
  return {
    at: new Date(at).toISOString(),
    ...(Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)) as Partial<
      Record<keyof typeof numbers, number>
    >),
    disks: [...paths].map((path) => ({
      path,
      bytes: find(disk, { path, kind: "total" }) ?? 0,
      availableBytes: find(disk, { path, kind: "available" }) ?? 0,
    })),
  };
}
