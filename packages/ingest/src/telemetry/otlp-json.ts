/**
 * What agents export, in OTLP's JSON form. Every text, list and number in it is hostile: what is not as expected is left
 * out, and nothing is taken beyond its bound.
 */

/** Lines and samples that are taken of one request. */
export const MAX_LINES_PER_REQUEST = 5_000;
export const MAX_SAMPLES_PER_REQUEST = 20_000;
/** Longest message, and longest value of a field. */
export const MAX_TEXT = 4_096;
export const MAX_FIELDS = 64;
const MAX_KEY = 128;
const MAX_DEPTH = 6;
const MAX_LABELS = 16;

export interface AgentLogLine {
  /** Milliseconds since 1970, by the agent's clock. */
  readonly time: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface AgentSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Who sent it, by the attributes of its resource. */
export interface AgentSource {
  readonly instance: string;
  readonly hostname: string;
  readonly version: string;
}

export interface LogsMessage {
  readonly source: AgentSource;
  readonly lines: readonly AgentLogLine[];
  /** Lines beyond the bound, or not as OTLP has them. */
  readonly rejected: number;
}

export interface MetricsMessage {
  readonly source: AgentSource;
  readonly samples: readonly AgentSample[];
  readonly rejected: number;
}

/** Undefined where the request names no instance. */
export function readLogs(body: unknown): LogsMessage | undefined {
  const [resource] = list(record(body)?.["resourceLogs"]);
  const source = sourceOf(resource);
  if (source === undefined) return undefined;
  const lines: AgentLogLine[] = [];
  let rejected = 0;
  for (const scope of list(record(resource)?.["scopeLogs"])) {
    for (const entry of list(record(scope)?.["logRecords"])) {
      const line = lines.length < MAX_LINES_PER_REQUEST ? logLine(entry) : undefined;
      if (line === undefined) rejected += 1;
      else lines.push(line);
    }
  }
  return { source, lines, rejected };
}

/** Undefined where the request names no instance. */
export function readMetrics(body: unknown): MetricsMessage | undefined {
  const [resource] = list(record(body)?.["resourceMetrics"]);
  const source = sourceOf(resource);
  if (source === undefined) return undefined;
  const samples: AgentSample[] = [];
  let rejected = 0;
  for (const scope of list(record(resource)?.["scopeMetrics"])) {
    for (const entry of list(record(scope)?.["metrics"])) {
      const metric = record(entry);
      const name = metric?.["name"];
      const points = list(record(metric?.["gauge"] ?? metric?.["sum"])?.["dataPoints"]);
      for (const point of points) {
        const value = pointValue(record(point));
        if (
          typeof name !== "string" ||
          name === "" ||
          value === undefined ||
          samples.length >= MAX_SAMPLES_PER_REQUEST
        ) {
          rejected += 1;
        } else {
          samples.push({
            name: name.slice(0, MAX_KEY),
            labels: labelsOf(record(point)?.["attributes"]),
            value,
          });
        }
      }
    }
  }
  return { source, samples, rejected };
}

function sourceOf(resource: unknown): AgentSource | undefined {
  const attributes = fieldsOf(record(record(resource)?.["resource"])?.["attributes"]);
  const text = (key: string): string => {
    const value = attributes[key];
    return typeof value === "string" ? value.slice(0, 255) : "";
  };
  const instance = text("service.instance.id");
  return instance === ""
    ? undefined
    : { instance, hostname: text("host.name"), version: text("service.version") };
}

function logLine(value: unknown): AgentLogLine | undefined {
  const entry = record(value);
  const message = record(entry?.["body"])?.["stringValue"];
  const time = nanosecondsText(entry?.["timeUnixNano"]);
  if (entry === undefined || typeof message !== "string" || time === undefined) return undefined;
  const level = entry["severityText"];
  return {
    time,
    level: typeof level === "string" ? level.slice(0, 16).toLowerCase() : "",
    message: message.slice(0, MAX_TEXT),
    fields: fieldsOf(entry["attributes"]),
  };
}

function nanosecondsText(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{1,20}$/.test(value)) return undefined;
  const ms = Number(BigInt(value) / 1_000_000n);
  // Later ones are no dates to JavaScript.
  return ms <= 8.64e15 ? ms : undefined;
}

function pointValue(point: Record<string, unknown> | undefined): number | undefined {
  const value = point?.["asDouble"] ?? point?.["asInt"];
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function labelsOf(attributes: unknown): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries(fieldsOf(attributes)).slice(0, MAX_LABELS)) {
    labels[key] = typeof value === "string" ? value.slice(0, 255) : JSON.stringify(value).slice(0, 255);
  }
  return labels;
}

function fieldsOf(attributes: unknown, depth = 0): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const attribute of list(attributes).slice(0, MAX_FIELDS)) {
    const key = record(attribute)?.["key"];
    const value = anyValue(record(attribute)?.["value"], depth);
    if (typeof key === "string" && key !== "" && value !== undefined)
      entries.push([key.slice(0, MAX_KEY), value]);
  }
  // Not by assignment: a key may be __proto__.
  return Object.fromEntries(entries);
}

function anyValue(value: unknown, depth: number): unknown {
  const any = record(value);
  if (any === undefined || depth > MAX_DEPTH) return undefined;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = any;
  if (typeof stringValue === "string") return stringValue.slice(0, MAX_TEXT);
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof intValue === "string" && /^-?\d{1,19}$/.test(intValue)) return Number(intValue);
  if (typeof intValue === "number" || typeof doubleValue === "number") return intValue ?? doubleValue;
  if (arrayValue !== undefined) {
    return list(record(arrayValue)?.["values"])
      .slice(0, MAX_FIELDS)
      .map((each) => anyValue(each, depth + 1) ?? null);
  }
  return kvlistValue === undefined ? undefined : fieldsOf(record(kvlistValue)?.["values"], depth + 1);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
