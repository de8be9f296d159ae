import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricRegistry } from "../metrics/registry.ts";
import { encodeLogRecord, logsRequest, metricsRequest } from "./encode.ts";

function point(value: number, attributes: unknown[]): object {
  return {
    startTimeUnixNano: "1700000000000000000",
    timeUnixNano: "1700000000000000000",
    attributes,
    asDouble: value,
  };
}

test("log records are as OTLP's JSON has them", () => {
  const record = encodeLogRecord({
    time: 1_700_000_000_123,
    level: "warn",
    message: "m",
    fields: { text: "t", whole: 7, broken: 1.5, yes: true, list: ["a", 1], map: { a: null } },
  });
  const request = JSON.parse(logsRequest({ "service.name": "s" }, [record, record])) as {
    resourceLogs: [{ resource: unknown; scopeLogs: [{ logRecords: unknown[] }] }];
  };
  const [{ resource, scopeLogs }] = request.resourceLogs;
  assert.deepEqual(resource, { attributes: [{ key: "service.name", value: { stringValue: "s" } }] });
  assert.equal(scopeLogs[0].logRecords.length, 2);
  assert.deepEqual(scopeLogs[0].logRecords[0], {
    timeUnixNano: "1700000000123000000",
    severityNumber: 13,
    severityText: "WARN",
    body: { stringValue: "m" },
    attributes: [
      { key: "text", value: { stringValue: "t" } },
      { key: "whole", value: { intValue: "7" } },
      { key: "broken", value: { doubleValue: 1.5 } },
      { key: "yes", value: { boolValue: true } },
      { key: "list", value: { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } } },
      { key: "map", value: { kvlistValue: { values: [{ key: "a", value: { stringValue: "null" } }] } } },
    ],
  });
});

test("metrics are gauges and cumulative sums", async () => {
  const metrics = new MetricRegistry({ now: () => 1_700_000_000_000 });
  metrics.gauge("netferry_a", "Help").set(3);
  metrics.counter("netferry_b_total", "Help", ["kind"]).with("x").add(2);
  const { resourceMetrics } = await metrics.collect();
  const request = JSON.parse(metricsRequest({}, resourceMetrics)) as {
    resourceMetrics: [{ scopeMetrics: [{ metrics: { name: string }[] }] }];
  };
  const byName = new Map(request.resourceMetrics[0].scopeMetrics[0].metrics.map((each) => [each.name, each]));
  assert.deepEqual(byName.get("netferry_a"), {
    name: "netferry_a",
    description: "Help",
    gauge: { dataPoints: [point(3, [])] },
  });
  assert.deepEqual(byName.get("netferry_b_total"), {
    name: "netferry_b_total",
    description: "Help",
    sum: {
      dataPoints: [point(2, [{ key: "kind", value: { stringValue: "x" } }])],
      isMonotonic: true,
      aggregationTemporality: 2,
    },
  });
});
