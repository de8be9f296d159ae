import { z } from "@hono/zod-openapi";
import { countParameter, timestamp } from "./schema-common.ts";
import { AgentSchema } from "./status-schema.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** Levels in order; 0 for one that is not known. */
export function levelRank(level: string): number {
  return LEVELS.findIndex((each) => each === level) + 1;
}

/** Most lines of one answer. */
const MAX_LINES = 5_000;

export const LogQuerySchema = z.object({
  level: z.enum(LEVELS).optional().openapi({ description: "Lines of this level and above" }),
  limit: countParameter(MAX_LINES, "The last so many lines; 100 unless told"),
  after: z
    .string()
    .regex(/^[0-9]{1,15}$/, "give the sequence of a line")
    .transform(Number)
    .optional()
    .openapi({ type: "integer", description: "Lines with a higher sequence than this" }),
});

const HostSchema = z
  .object({
    at: timestamp,
    cpus: z.number().optional(),
    cpuUtilization: z.number().optional(),
    load1: z.number().optional(),
    memoryBytes: z.number().optional(),
    memoryAvailableBytes: z.number().optional(),
    descriptors: z.number().optional(),
    maxDescriptors: z.number().optional(),
    residentBytes: z.number().optional(),
    eventLoopLagSeconds: z.number().optional(),
    disks: z.array(z.object({ path: z.string(), bytes: z.number(), availableBytes: z.number() })).readonly(),
  })
  .openapi("AgentHost");

export const AgentDetailsSchema = AgentSchema.extend({ host: HostSchema.optional() }).openapi("AgentDetails");

export const AgentLogSchema = z
  .object({
    lines: z.array(
      z.object({
        sequence: z.int(),
        instance: z.string(),
        time: timestamp,
        level: z.string(),
        message: z.string(),
        fields: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi("AgentLog");

export const AgentMetricsSchema = z
  .object({
    instance: z.string(),
    at: timestamp,
    samples: z.array(
      z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() }),
    ),
  })
  .openapi("AgentMetrics");
