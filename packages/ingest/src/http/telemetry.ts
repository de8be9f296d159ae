/** What agents export: taken at the documented paths, and shown by agent. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AgentTelemetry } from "../telemetry/agent-telemetry.ts";
import { readLogs, readMetrics } from "../telemetry/otlp-json.ts";
import { hostHealth } from "../telemetry/host-health.ts";
import { findAgent } from "./agent-reference.ts";
import { ApiError } from "./api-error.ts";
import type { Api, ApiEnvironment, ApiParts } from "./context.ts";
import { jsonAnswer, errorAnswer, referenceParameter } from "./schema-common.ts";
import {
  AgentDetailsSchema,
  AgentLogSchema,
  AgentMetricsSchema,
  levelRank,
  LogQuerySchema,
} from "./telemetry-schema.ts";

/** Where agents post: `/logs` and `/metrics` below it. */
export const EXPORT_PATH = "/agents/v202204";
/** Largest body after decompression, in octets. */
export const MAX_EXPORT_OCTETS = 8 * 1024 * 1024;
const DEFAULT_LINES = 100;

const decompress = promisify(gunzip);

const detailsRoute = createRoute({
  method: "get",
  path: "/agents/{id}",
  summary: "One agent, with the health of its host",
  request: { params: referenceParameter },
  responses: { 200: jsonAnswer("The agent", AgentDetailsSchema), 404: errorAnswer("No such agent") },
});

const logsRoute = createRoute({
  method: "get",
  path: "/agents/{id}/logs",
  summary: "Log lines that an agent exported, oldest first",
  request: { params: referenceParameter, query: LogQuerySchema },
  responses: { 200: jsonAnswer("The lines", AgentLogSchema), 404: errorAnswer("No such agent") },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/agents/{id}/metrics",
  summary: "Metrics that an agent exported last",
  request: { params: referenceParameter },
  responses: { 200: jsonAnswer("The metrics", AgentMetricsSchema), 404: errorAnswer("No such agent") },
});

/** `/agents/{id}` and what is below it. */
export function registerAgents(api: Api, { view }: ApiParts): void {
  const { telemetry } = view;
  api.openapi(detailsRoute, (context) => {
    const { agent, instance } = findAgent(context.req.valid("param").id, view);
    const metrics = telemetry.metrics(instance);
    if (agent === undefined) {
      throw new ApiError(
        "not-found",
        `agent ${instance} has no control stream; its log and metrics are there`,
      );
    }
    return context.json({ ...agent, ...(metrics === undefined ? {} : { host: hostHealth(metrics) }) }, 200);
  });
  api.openapi(logsRoute, (context) => {
    const { instances } = findAgent(context.req.valid("param").id, view);
    const { level, limit = DEFAULT_LINES, after = 0 } = context.req.valid("query");
    const rank = level === undefined ? 0 : levelRank(level);
    const lines = instances
      .flatMap((instance) => telemetry.lines(instance).map((line) => ({ instance, line })))
      .filter(({ line }) => line.sequence > after && levelRank(line.level) >= rank)
      .toSorted((a, b) => a.line.time - b.line.time || a.line.sequence - b.line.sequence)
      .slice(-limit);
    return context.json(
      {
        lines: lines.map(({ instance, line: { sequence, time, level: said, message, fields } }) => ({
          sequence,
          instance,
          time: new Date(time).toISOString(),
          level: said,
          message,
          fields,
        })),
      },
      200,
    );
  });
  api.openapi(metricsRoute, (context) => {
    const { instance } = findAgent(context.req.valid("param").id, view);
    const metrics = telemetry.metrics(instance);
    if (metrics === undefined) {
      throw new ApiError("not-found", `agent ${instance} has exported no metrics here`);
    }
    return context.json(
      { instance, at: new Date(metrics.at).toISOString(), samples: [...metrics.samples] },
      200,
    );
  });
}

/** `/logs` and `/metrics` of {@link EXPORT_PATH}; behind authentication. */
export function registerExports(api: Api, telemetry: AgentTelemetry): void {
  api.post("/logs", async (context) => {
    const message = readLogs(await exportedJson(context));
    if (message === undefined) throw nameless();
    if (!telemetry.addLogs(context.get("account").email, message)) throw foreign(message.source.instance);
    return context.json(partialSuccess("rejectedLogRecords", message.rejected), 200);
  });
  api.post("/metrics", async (context) => {
    const message = readMetrics(await exportedJson(context));
    if (message === undefined) throw nameless();
    if (!telemetry.addMetrics(context.get("account").email, message)) throw foreign(message.source.instance);
    return context.json(partialSuccess("rejectedDataPoints", message.rejected), 200);
  });
}

function foreign(instance: string): ApiError {
  return new ApiError("conflict", `the agent ${instance} belongs to another account`);
}

function nameless(): ApiError {
  return new ApiError("invalid", "body: one resource with the attribute service.instance.id is expected");
}

/** OTLP's answer: what was not taken is told, and not sent again. */
function partialSuccess(field: string, rejected: number): object {
  return rejected === 0
    ? {}
    : { partialSuccess: { [field]: String(rejected), errorMessage: "beyond the bounds" } };
}

/** The body as JSON, decompressed within bounds. */
async function exportedJson(context: Context<ApiEnvironment>): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) {
    throw new ApiError("invalid", "content-type: OTLP is taken as JSON; send application/json");
  }
  const encoding = context.req.header("content-encoding") ?? "identity";
  const body = new Uint8Array(await context.req.arrayBuffer());
  try {
    if (encoding === "identity") return JSON.parse(new TextDecoder().decode(body));
    if (encoding !== "gzip")
      throw new Error(`content-encoding ${encoding.slice(0, 40)} is not taken; send gzip`);
    const plain = await decompress(body, { maxOutputLength: MAX_EXPORT_OCTETS });
    return JSON.parse(plain.toString("utf8"));
  } catch (error) {
    throw new ApiError(
      "invalid",
      `body: no JSON, no gzip of it, or more than ${MAX_EXPORT_OCTETS} octets${error instanceof Error && error.message.startsWith("content-") ? ` (${error.message})` : ""}`,
      { cause: error },
    );
  }
}
