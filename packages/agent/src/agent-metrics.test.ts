import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addHostMetrics, addProcessMetrics, MetricRegistry } from "@netferry/service";
import { addAgentMetrics } from "./agent-metrics.ts";
import { FakeKernel } from "./md5/testing/fake-kernel.ts";
import { makeAgent } from "./testing/make-agent.ts";

/** What an operator is promised, by what it is for; each with a label set that is there from the start. */
const PROMISED: Readonly<Record<string, readonly string[]>> = {
  "sessions by state": ["opening", "established", "detached", "closing"].map(
    (state) => `netferry_agent_sessions{state="${state}"} 0`,
  ),
  "bytes and messages each way": [
    'netferry_agent_bytes_total{direction="up"} 0',
    'netferry_agent_bytes_total{direction="down"} 0',
    'netferry_agent_messages_total{direction="up"} 0',
    'netferry_agent_messages_total{direction="down"} 0',
  ],
  reconnects: [
    'netferry_agent_control_streams_total{outcome="connected"} 0',
    'netferry_agent_control_streams_total{outcome="lost"} 0',
    'netferry_agent_session_events_total{event="resumed"} 0',
    'netferry_agent_session_events_total{event="taken-over"} 0',
  ],
  "denials by reason": [
    'netferry_agent_denials_total{cause="unknown-device"} 0',
    'netferry_agent_denied_devices{cause="not-peering"} 0',
    'netferry_agent_connections_total{outcome="blocked"} 0',
    'netferry_agent_md5_denials_total{reason="wrong-key"} 0',
  ],
  "bytes buffered": ["netferry_agent_buffered_bytes 0", "netferry_agent_retained_bytes 0"],
};

/** Read from the system: there, whatever the value. */
const MEASURED = [
  'netferry_event_loop_lag_seconds{quantile="0.5"}',
  'netferry_event_loop_lag_seconds{quantile="0.99"}',
  'netferry_event_loop_lag_seconds{quantile="1"}',
  "netferry_event_loop_busy_seconds_total",
  "netferry_process_resident_memory_bytes",
  "netferry_process_open_descriptors",
  'netferry_process_cpu_seconds_total{mode="user"}',
  'netferry_host_memory_bytes{kind="available"}',
  'netferry_host_disk_bytes{path="/",kind="available"}',
  'netferry_host_descriptors{kind="used"}',
  "netferry_host_load1",
];

/** Prometheus' base units, and counts of things. */
const UNITS = /_(bytes|seconds|ratio)(_total)?$/;
const WRONG_UNITS = /_(ms|milliseconds|us|minutes|kib|mib|kb|mb|percent)(_total)?$/;

function setUp(): MetricRegistry {
  const metrics = new MetricRegistry({ service: "netferry-agent" });
  addAgentMetrics(metrics, makeAgent(1, { md5: { interface: undefined, kernel: new FakeKernel() } }));
  addHostMetrics(metrics);
  const stop = addProcessMetrics(metrics, "1.2.3");
  stop();
  return metrics;
}

describe("the agent's metrics", () => {
  for (const [what, lines] of Object.entries(PROMISED)) {
    it(`tell of ${what}, from the start`, async () => {
      const shown = (await setUp().text()).split("\n");
      for (const line of lines) assert.ok(shown.includes(line), `${line} is not in\n${shown.join("\n")}`);
    });
  }

  it("tell of the event loop, the process and the host", async () => {
    const shown = await setUp().text();
    for (const name of MEASURED) assert.ok(shown.includes(`\n${name} `), `${name} is not in\n${shown}`);
  });

  it("each have a help text, a type, and a base unit where they measure", async () => {
    const lines = (await setUp().text()).split("\n");
    const names = lines.flatMap((line) => /^# TYPE (\S+) (?:counter|gauge)$/.exec(line)?.[1] ?? []);
    assert.ok(names.length > 35, `${names.length}`);
    for (const name of names) {
      assert.ok(
        lines.some((line) => new RegExp(`^# HELP ${name} \\S.{5,}`).test(line)),
        `${name} has no help`,
      );
      assert.doesNotMatch(name, WRONG_UNITS);
      if (/bytes|seconds|ratio/.test(name)) assert.match(name, UNITS);
    }
  });
});
