/** Log lines and metrics in OTLP's JSON form (opentelemetry-proto 1, "JSON Protobuf Encoding"). */
import { DataPointType, type ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { LogRecord } from "../log/record.ts";
import type { LogLevel } from "../log/levels.ts";

/** `SeverityNumber` of the logs data model. */
const SEVERITY: Readonly<Record<LogLevel, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

/** `AGGREGATION_TEMPORALITY_CUMULATIVE`. */
const CUMULATIVE = 2;
const SCOPE = { name: "netferry" };
/** Levels of nesting in an attribute's value; what is deeper becomes text. */
const MAX_DEPTH = 4;

/** What all of an exporter's data comes from: `service.name`, `service.instance.id`, ... */
export type OtlpResource = Readonly<Record<string, string>>;

/** One record, ready to stand in the list that {@link logsRequest} takes. */
export function encodeLogRecord({ time, level, message, fields }: LogRecord): string {
  return JSON.stringify({
    timeUnixNano: nanoseconds(time),
    severityNumber: SEVERITY[level],
    severityText: level.toUpperCase(),
    body: { stringValue: message },
    attributes: attributesOf(fields),
  });
}

/** The body of a request to a logs endpoint. */
export function logsRequest(resource: OtlpResource, records: readonly string[]): string {
  const head = JSON.stringify({ attributes: attributesOf(resource) });
  return `{"resourceLogs":[{"resource":${head},"scopeLogs":[{"scope":${JSON.stringify(SCOPE)},"logRecords":[${records.join(",")}]}]}]}`;
}

/** The body of a request to a metrics endpoint: gauges and cumulative sums, which is all that our registry has. */
export function metricsRequest(resource: OtlpResource, { scopeMetrics }: ResourceMetrics): string {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeMetrics: [
          {
            scope: SCOPE,
            metrics: metrics.flatMap((metric): object[] => {
              const { name, description } = metric.descriptor;
              const head = { name, description };
              if (metric.dataPointType === DataPointType.GAUGE) {
                return [{ ...head, gauge: { dataPoints: metric.dataPoints.map(dataPoint) } }];
              }
              if (metric.dataPointType !== DataPointType.SUM) return [];
              const dataPoints = metric.dataPoints.map(dataPoint);
              const { isMonotonic } = metric;
              return [{ ...head, sum: { dataPoints, isMonotonic, aggregationTemporality: CUMULATIVE } }];
            }),
          },
        ],
      },
    ],
  });
}

interface NumberPoint {
  readonly startTime: readonly [number, number];
  readonly endTime: readonly [number, number];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

function dataPoint({ startTime, endTime, attributes, value }: NumberPoint): object {
  return {
    startTimeUnixNano: hrNanoseconds(startTime),
    timeUnixNano: hrNanoseconds(endTime),
    attributes: attributesOf(attributes),
    asDouble: value,
  };
}

function hrNanoseconds([seconds, nanos]: readonly [number, number]): string {
  return (BigInt(seconds) * 1_000_000_000n + BigInt(nanos)).toString();
}

function nanoseconds(ms: number): string {
  return (BigInt(Math.trunc(ms)) * 1_000_000n).toString();
}

function attributesOf(fields: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(fields).map(([key, value]) => ({ key, value: anyValue(value, 0) }));
}

function anyValue(value: unknown, depth: number): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      // 64-bit integers are strings in protobuf's JSON.
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      break;
  }
  if (depth >= MAX_DEPTH || typeof value !== "object" || value === null) {
    return { stringValue: JSON.stringify(value) ?? "" };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map((each) => anyValue(each, depth + 1)) } };
  const values = Object.entries(value).map(([key, each]) => ({ key, value: anyValue(each, depth + 1) }));
  return { kvlistValue: { values } };
}
