import { z } from "@hono/zod-openapi";
import { down, routesByFamily, timestamp } from "./schema-common.ts";

const count = z.number();
const counts = z.record(z.string(), z.number());
const listeners = z.array(z.string()).readonly();

export const SessionSchema = z
  .object({
    id: z.string(),
    deviceId: z.int(),
    via: z.enum(["relay", "direct"]),
    agentInstance: z.string().optional(),
    peer: z.string().openapi({ description: "The device's end" }),
    local: z.string().openapi({ description: "The end the device dialled" }),
    state: z.string().openapi({ description: "State of RFC 4271 section 8.2.2", example: "Established" }),
    detached: z.boolean().openapi({ description: "Held by its agent, carried by no stream now" }),
    standby: z.boolean().openapi({
      description:
        "Another session of the device is the one whose routes count; this one takes over when that one goes",
    }),
    since: timestamp,
    uptimeSeconds: count,
    peerAsn: z.int(),
    localAsn: z.int(),
    holdTime: count,
    families: z.array(z.string()).readonly(),
    capabilities: z.array(z.string()).readonly(),
    peerIdentifier: z.string(),
    hostname: z.string().optional(),
    softwareVersion: z.string().optional(),
    roundTripMs: count.optional(),
    counters: z.object({
      bytesUp: count,
      bytesDown: count,
      messagesIn: count,
      messagesOut: count,
      updates: count,
      announced: count,
      withdrawn: count,
      treatedAsWithdraw: count,
      faults: counts.openapi({ description: "Errors in UPDATEs, by cause (RFC 7606)" }),
      rejectedPaths: count,
      routeRefreshesSent: count,
    }),
    routes: routesByFamily,
    lastDown: down.optional(),
  })
  .openapi("Session");

export const SessionListSchema = z.object({ sessions: z.array(SessionSchema) });

export const AgentSchema = z
  .object({
    instance: z.string(),
    version: z.string(),
    connected: z.boolean(),
    since: timestamp,
    remote: z.string(),
    email: z.string(),
    siteId: z.int().optional(),
    hostname: z.string().optional(),
    listeners,
    sessions: z.int(),
    roundTripMs: count.optional(),
    lastHeartbeatAt: timestamp.optional(),
  })
  .openapi("Agent");

export const AgentListSchema = z.object({ agents: z.array(AgentSchema) });

export const HealthSchema = z
  .object({
    timestamp,
    status: z.enum(["ok", "initializing", "timeout", "old_result", "failing"]),
    checks: z
      .array(z.object({ name: z.string(), reason: z.string() }))
      .readonly()
      .optional()
      .openapi({ description: "What does not pass; absent where all does" }),
  })
  .openapi("Health");

export const StatusSchema = z
  .object({
    instance: z.string(),
    version: z.string(),
    startedAt: timestamp,
    uptimeSeconds: count,
    routerId: z.string(),
    listeners: z.object({ relay: listeners, http: listeners, bgp: listeners }),
    devices: z.object({ total: z.int(), byState: counts }),
    sessions: z.object({ total: z.int(), byState: counts }),
    agents: z.object({ connected: z.int() }),
    rib: z.object({
      routes: count,
      routesByFamily,
      prefixes: count,
      attributes: count,
      bytes: count,
      rejected: counts,
    }),
    pathsPerSecond: count,
    memory: z.object({ residentBytes: count, heapUsedBytes: count }),
    health: HealthSchema,
    eventLoopLagMs: z.object({ p50: count, p99: count, max: count }).optional().openapi({
      description: "How late the event loop came to what was due, in the last ten seconds or so",
    }),
  })
  .openapi("Status");

export type StatusJson = z.infer<typeof StatusSchema>;
export type AgentJson = z.infer<typeof AgentSchema>;
export type SessionJson = z.infer<typeof SessionSchema>;
