import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { addProcessMetrics, openDescriptors } from "./process.ts";
import { MAX_METRICS, MAX_OBSERVED_SERIES, MetricRegistry } from "./registry.ts";
import { MAX_LABEL_LENGTH, MAX_SERIES } from "./series.ts";

/** Lines of the scrape that carry values, by series. */
async function scrape(registry: MetricRegistry): Promise<Map<string, number>> {
  const samples = (await registry.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

describe("counters and gauges", () => {
  it("show what hot paths wrote", async () => {
    const registry = new MetricRegistry();
    const updates = registry.counter("netferry_updates_total", "UPDATE messages");
    const sessions = registry.gauge("netferry_sessions", "Sessions");
    updates.add();
    updates.add(4);
    sessions.set(7);
    sessions.add(-2);
    const samples = await scrape(registry);
    assert.equal(samples.get("netferry_updates_total"), 5);
    assert.equal(samples.get("netferry_sessions"), 5);
    assert.deepEqual([updates.value, sessions.value], [5, 5]);
  });

  it("stand under their help and type", async () => {
    const registry = new MetricRegistry();
    registry.counter("netferry_updates_total", "UPDATE messages").add();
    registry.gauge("netferry_sessions", "Sessions");
    assert.equal(
      await registry.text(),
      [
        "# HELP netferry_updates_total UPDATE messages",
        "# TYPE netferry_updates_total counter",
        "netferry_updates_total 1",
        "# HELP netferry_sessions Sessions",
        "# TYPE netferry_sessions gauge",
        "netferry_sessions 0",
        "",
      ].join("\n"),
    );
  });

  it("only grow where they are counters", () => {
    const counter = new MetricRegistry().counter("netferry_x_total", "x");
    for (const amount of [2, -1, 0, Number.NaN]) counter.add(amount);
    assert.equal(counter.value, 2);
  });

  it("have a slot for each label set", async () => {
    const registry = new MetricRegistry();
    const drops = registry.counter("netferry_drops_total", "Drops", ["cause", "family"]);
    const slot = drops.with("too-long", "ipv4-unicast");
    slot.add(2);
    assert.equal(drops.with("too-long", "ipv4-unicast"), slot);
    drops.with('quote " back \\ line\n', "x").add();
    const samples = await scrape(registry);
    assert.equal(samples.get('netferry_drops_total{cause="too-long",family="ipv4-unicast"}'), 2);
    assert.equal(samples.get('netferry_drops_total{cause="quote \\" back \\\\ line\\n",family="x"}'), 1);
  });
});

describe("bounds", () => {
  it("put further label sets into one series, and count them", async () => {
    const registry = new MetricRegistry();
    const byPeer = registry.counter("netferry_peer_total", "x", ["peer"]);
    for (let index = 0; index < MAX_SERIES + 5; index += 1) byPeer.with(`p${index}`).add();
    byPeer.with("p0").add();
    const samples = await scrape(registry);
    assert.equal(samples.get('netferry_peer_total{peer="p0"}'), 2);
    assert.equal(samples.get('netferry_peer_total{peer="other"}'), 5);
    assert.equal(samples.get('netferry_metrics_overflow_total{metric="netferry_peer_total"}'), 5);
    assert.equal(
      [...samples.keys()].filter((key) => key.startsWith("netferry_peer_total")).length,
      MAX_SERIES + 1,
    );
  });

  it("may be set for each metric", async () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge("netferry_g", "x", ["a"], { maxSeries: 1 });
    gauge.with("1").set(1);
    gauge.with("2").set(2);
    gauge.with("3").set(3);
    const samples = await scrape(registry);
    assert.equal(samples.get('netferry_g{a="1"}'), 1);
    assert.equal(samples.get('netferry_g{a="other"}'), 3);
  });

  it("cut label values", async () => {
    const registry = new MetricRegistry();
    registry.gauge("netferry_g", "x", ["a"]).with("y".repeat(1000)).set(1);
    assert.ok((await scrape(registry)).has(`netferry_g{a="${"y".repeat(MAX_LABEL_LENGTH)}"}`));
  });

  it("cut what an observed metric yields, and count that", async () => {
    const registry = new MetricRegistry();
    registry.observableGauge("netferry_routes", "x", function* endless() {
      for (let index = 0; ; index += 1) yield { labels: { device: String(index) }, value: index };
    });
    await scrape(registry);
    const samples = await scrape(registry);
    assert.equal(
      [...samples.keys()].filter((key) => key.startsWith("netferry_routes")).length,
      MAX_OBSERVED_SERIES,
    );
    assert.equal(samples.get('netferry_metrics_overflow_total{metric="netferry_routes"}'), 1);
  });

  it("hold for the number of metrics", () => {
    const registry = new MetricRegistry();
    assert.throws(() => {
      for (let index = 0; index <= MAX_METRICS; index += 1) registry.gauge(`netferry_g${index}`, "x");
    }, /more than 500 metrics/);
  });
});

describe("observed metrics", () => {
  it("are read at each scrape, and series that are gone are gone", async () => {
    const registry = new MetricRegistry();
    let devices = ["r1", "r2"];
    registry.observableGauge("netferry_routes", "x", () =>
      devices.map((device, index) => ({ labels: { device }, value: index + 1 })),
    );
    registry.observableCounter("netferry_bytes_total", "x", () => devices.length);
    assert.equal((await scrape(registry)).get('netferry_routes{device="r2"}'), 2);
    devices = ["r2"];
    const samples = await scrape(registry);
    assert.equal(samples.has('netferry_routes{device="r1"}'), false);
    assert.equal(samples.get('netferry_routes{device="r2"}'), 1);
    assert.equal(samples.get("netferry_bytes_total"), 1);
  });

  it("without a value now are left out", async () => {
    const registry = new MetricRegistry();
    registry.observableGauge("netferry_rtt_seconds", "x", () => undefined);
    registry.observableGauge("netferry_nan", "x", () => Number.NaN);
    assert.equal((await registry.text()).trim(), "# no registered metrics");
  });

  it("that fail are left out and counted; the others are shown", async () => {
    const registry = new MetricRegistry();
    registry.observableGauge("netferry_broken", "x", () => {
      throw new Error("no");
    });
    registry.gauge("netferry_fine", "x").set(1);
    assert.equal((await scrape(registry)).get("netferry_fine"), 1);
    const samples = await scrape(registry);
    assert.equal(samples.get('netferry_metrics_failures_total{metric="netferry_broken"}'), 1);
    assert.equal(samples.has("netferry_broken"), false);
  });
});

describe("names", () => {
  const registry = new MetricRegistry();
  registry.gauge("netferry_taken", "x");
  const wrong: [string, () => unknown, RegExp][] = [
    ["no prefix", () => registry.gauge("routes", "x"), /name it netferry_/],
    ["capitals", () => registry.gauge("netferry_Routes", "x"), /name it netferry_/],
    ["a counter without _total", () => registry.counter("netferry_x", "x"), /_total/],
    ["a gauge with _total", () => registry.gauge("netferry_x_total", "x"), /_total/],
    ["twice", () => registry.gauge("netferry_taken", "x"), /there already/],
    ["a label", () => registry.gauge("netferry_y", "x", ["a-b"]), /label name/],
  ];
  for (const [name, define, pattern] of wrong) {
    it(`are refused: ${name}`, () => {
      assert.throws(define, pattern);
    });
  }
});

it("what is for scrapes alone is not exported", async () => {
  const registry = new MetricRegistry();
  registry.observableGauge("netferry_x", "x", () => 1, { exported: false });
  registry.observableCounter("netferry_x_total", "x", () => 2, { exported: false });
  registry.observableGauge("netferry_y", "y", () => 3);
  const { resourceMetrics } = await registry.collect();
  const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.map(({ descriptor }) => descriptor.name),
  );
  assert.deepEqual(names, ["netferry_y"]);
  assert.deepEqual([...(await scrape(registry)).values()], [1, 2, 3]);
});

it("any OpenTelemetry reader can export the registry", async () => {
  class TestReader extends MetricReader {
    protected override onShutdown(): Promise<void> {
      return Promise.resolve();
    }
    protected override onForceFlush(): Promise<void> {
      return Promise.resolve();
    }
  }
  const registry = new MetricRegistry({ service: "netferry-agent", version: "1.0", now: () => 5000 });
  registry.counter("netferry_x_total", "x").add(3);
  const reader = new TestReader({ metricProducers: [registry] });
  const provider = new MeterProvider({ readers: [reader] });
  const { resourceMetrics, errors } = await reader.collect();
  assert.deepEqual(errors, []);
  const [metric] = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  assert.equal(metric?.descriptor.name, "netferry_x_total");
  assert.deepEqual(metric?.dataPoints[0]?.value, 3);
  assert.deepEqual(metric?.dataPoints[0]?.endTime, [5, 0]);
  await provider.shutdown();
});

it("metrics of the process have plausible values", async () => {
  const registry = new MetricRegistry();
  const stop = addProcessMetrics(registry, "1.2.3");
  // The histogram has its first sample after its resolution.
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  const samples = await scrape(registry);
  stop();
  const value = (name: string): number => samples.get(name) ?? Number.NaN;
  assert.equal(value(`netferry_build_info{version="1.2.3",node="${process.versions.node}"}`), 1);
  assert.ok(value("netferry_process_resident_memory_bytes") > 10e6);
  assert.ok(value('netferry_process_memory_bytes{kind="heap_used"}') > 1e6);
  assert.ok(value('netferry_process_cpu_seconds_total{mode="user"}') > 0);
  assert.ok(value("netferry_process_uptime_seconds") > 0);
  assert.ok(value('netferry_event_loop_lag_seconds{quantile="1"}') >= 0);
  assert.ok(
    value('netferry_event_loop_lag_seconds{quantile="1"}') >=
      value('netferry_event_loop_lag_seconds{quantile="0.5"}'),
  );
  if (process.platform === "linux")
    assert.equal(value("netferry_process_open_descriptors"), openDescriptors());
});
