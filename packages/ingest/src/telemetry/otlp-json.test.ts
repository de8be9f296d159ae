import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeLogRecord, logsRequest } from "@netferry/service";
import { MAX_FIELDS, MAX_LINES_PER_REQUEST, MAX_TEXT, readLogs, readMetrics } from "./otlp-json.ts";

const RESOURCE = { "service.instance.id": "i-1", "host.name": "h", "service.version": "1" };

function logs(...records: string[]): unknown {
  return JSON.parse(logsRequest(RESOURCE, records));
}

describe("exported logs", () => {
  test("are read as the agent wrote them", () => {
    const fields = { text: "t", whole: -7, broken: 1.5, yes: true, list: ["a", 1], map: { a: "b" } };
    const record = encodeLogRecord({ time: 1_700_000_000_123, level: "error", message: "m", fields });
    assert.deepEqual(readLogs(logs(record)), {
      source: { instance: "i-1", hostname: "h", version: "1" },
      lines: [{ time: 1_700_000_000_123, level: "error", message: "m", fields }],
      rejected: 0,
    });
  });

  test("are taken within bounds, the rest is counted", () => {
    const record = encodeLogRecord({
      time: 1,
      level: "info",
      message: "m".repeat(MAX_TEXT + 1),
      fields: Object.fromEntries(
        Array.from({ length: MAX_FIELDS + 1 }, (_, i) => [`f${i}`, "x".repeat(MAX_TEXT + 1)]),
      ),
    });
    const read = readLogs(
      logs(record, "{}", '{"timeUnixNano":"999999999999999999999","body":{"stringValue":"m"}}'),
    );
    assert.equal(read?.rejected, 2);
    const [line] = read?.lines ?? [];
    assert.equal(line?.message.length, MAX_TEXT);
    assert.equal(Object.keys(line?.fields ?? {}).length, MAX_FIELDS);
    assert.equal(String(line?.fields["f0"]).length, MAX_TEXT);
    const small = encodeLogRecord({ time: 1, level: "info", message: "m", fields: {} });
    const many = readLogs(logs(...Array.from({ length: MAX_LINES_PER_REQUEST + 3 }, () => small)));
    assert.deepEqual([many?.lines.length, many?.rejected], [MAX_LINES_PER_REQUEST, 3]);
  });

  test("a field's name changes nothing else", () => {
    const record =
      '{"timeUnixNano":"1","body":{"stringValue":"m"},"attributes":[{"key":"__proto__","value":{"stringValue":"x"}}]}';
    const [line] = readLogs(logs(record))?.lines ?? [];
    assert.equal(Object.getPrototypeOf(line?.fields), Object.prototype);
  });
});

test("whatever is sent, nothing is thrown", () => {
  const keys = fc.constantFrom(
    "resourceLogs",
    "scopeLogs",
    "logRecords",
    "resourceMetrics",
    "scopeMetrics",
    "metrics",
    "resource",
    "attributes",
    "key",
    "value",
    "body",
    "stringValue",
    "intValue",
    "timeUnixNano",
    "gauge",
    "sum",
    "dataPoints",
    "asDouble",
    "name",
    "arrayValue",
    "kvlistValue",
    "values",
    "__proto__",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 8 },
      fc.constantFrom("", "service.instance.id", "12", "-1"),
      fc.integer(),
      fc.constant(null),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (body) => {
      readLogs(body);
      readMetrics(body);
      readLogs({
        resourceLogs: [
          {
            resource: { attributes: [{ key: "service.instance.id", value: { stringValue: "x" } }] },
            scopeLogs: [{ logRecords: [body] }],
          },
        ],
      });
    }),
  );
});
