import assert from "node:assert/strict";
import { test } from "node:test";
import { addHostMetrics, type HostSources } from "./host.ts";
import { MetricRegistry } from "./registry.ts";

test("a host's CPU, memory, descriptors and disk are told", async () => {
  let at = 0;
  let times = { idle: 100, total: 100 };
  const sources: HostSources = {
    cpuTimes: () => times,
    file: (path) =>
      path === "/proc/sys/fs/file-nr"
        ? "1200\t0\t9223\n"
        : "Limit  Soft  Hard\nMax open files   1024   4096   files\n",
    disk: () => ({ total: 1000, available: 400 }),
    monotonic: () => at,
  };
  const metrics = new MetricRegistry();
  addHostMetrics(metrics, ["/data"], sources);
  times = { idle: 175, total: 200 };
  const text = await metrics.text();
  for (const line of [
    "netferry_host_cpu_utilization_ratio 0.25",
    'netferry_host_descriptors{kind="used"} 1200',
    'netferry_host_descriptors{kind="max"} 9223',
    "netferry_process_max_descriptors 1024",
    'netferry_host_disk_bytes{path="/data",kind="available"} 400',
  ]) {
    assert.ok(text.split("\n").includes(line), `${line} is not in\n${text}`);
  }
  assert.match(text, /netferry_host_memory_bytes\{kind="available"\} \d{6,}/);
  // Another reader soon after gets the same share; a later one that of the time between.
  times = { idle: 175, total: 300 };
  assert.match(await metrics.text(), /utilization_ratio 0\.25\n/);
  at = 10_000;
  assert.match(await metrics.text(), /utilization_ratio 1\n/);
});
