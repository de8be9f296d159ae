/** What an agent's process tells of itself: memory, descriptors, how late its event loop is. */
import type { Daemon } from "./process.ts";

export interface Vitals {
  readonly residentBytes: number;
  /** The heap, and what buffers hold outside of it. */
  readonly heapBytes: number;
  readonly descriptors: number;
  /** What devices have sent and no ingest has acknowledged. */
  readonly bufferedBytes: number;
  /** The latest that the event loop was in the last ten seconds or more. */
  readonly lagMs: number;
}

/** Rejects where the agent does not answer in time. */
export async function vitalsOf(agent: Daemon, patienceMs = 10_000): Promise<Vitals> {
  const { status } = await agent.line("its status endpoint", (line) => typeof line["status"] === "string");
  const response = await fetch(`${String(status)}/metrics`, { signal: AbortSignal.timeout(patienceMs) });
  const text = await response.text();
  const value = (series: string): number => {
    const line = text.split("\n").find((each) => each.startsWith(`${series} `));
    if (line === undefined) throw new Error(`/metrics lacks ${series}`);
    return Number(line.slice(series.length + 1));
  };
  return {
    residentBytes: value("netferry_process_resident_memory_bytes"),
    heapBytes:
      value('netferry_process_memory_bytes{kind="heap_used"}') +
      value('netferry_process_memory_bytes{kind="external"}'),
    descriptors: value("netferry_process_open_descriptors"),
    bufferedBytes: value("netferry_agent_buffered_bytes"),
    lagMs: 1000 * value('netferry_event_loop_lag_seconds{quantile="1"}'),
  };
}
