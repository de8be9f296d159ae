/** What becomes of a daemon's log lines. */
import type { Logger } from "../log/logger.ts";
import type { MetricRegistry } from "./registry.ts";

export function addLogMetrics(registry: MetricRegistry, logger: Logger): void {
  registry.observableCounter(
    "netferry_log_lines_total",
    "Log lines written, and held back as repetitions",
    () => {
      const { written, suppressed } = logger.statistics();
      return [
        { labels: { outcome: "written" }, value: written },
        { labels: { outcome: "suppressed" }, value: suppressed },
      ];
    },
  );
  registry.observableCounter(
    "netferry_log_lost_lines_total",
    "Log lines that were lost, by cause: their reader is gone or does not read, its disk is full",
    () => Object.entries(logger.statistics().lost).map(([cause, value]) => ({ labels: { cause }, value })),
  );
}
