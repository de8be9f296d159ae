/** What the commands read of the API's answers. Fields that they don't know pass through to `--json`. */
import { z } from "zod";

const counts = z.record(z.string(), z.number());
const down = z.looseObject({ at: z.string(), reason: z.string() });

export const DeviceAnswer = z.looseObject({
  id: z.number(),
  name: z.string(),
  site: z.string().optional(),
  type: z.string(),
  tableDevice: z.string().optional(),
  asn: z.number().optional(),
  addresses: z.array(z.string()),
  localAsn: z.number().optional(),
  holdTime: z.number(),
  families: z.array(z.string()),
  addPath: z.union([z.boolean(), z.array(z.string())]),
  md5KeySetAt: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  state: z.string(),
  since: z.string().optional(),
  lastError: z.string().optional(),
  lastDown: down.optional(),
  flaps: z.number(),
  routes: counts,
  staleRoutes: z.number().optional(),
  stale: z.record(z.string(), z.looseObject({ since: z.string(), cause: z.string() })).optional(),
});
export type DeviceAnswer = z.infer<typeof DeviceAnswer>;

export const DevicesAnswer = z.looseObject({ devices: z.array(DeviceAnswer), next: z.number().nullable() });

export const SessionAnswer = z.looseObject({
  id: z.string(),
  via: z.string(),
  peer: z.string(),
  local: z.string(),
  state: z.string(),
  detached: z.boolean().optional(),
  standby: z.boolean().optional(),
  uptimeSeconds: z.number(),
  peerAsn: z.number(),
  localAsn: z.number(),
  holdTime: z.number(),
  families: z.array(z.string()),
  capabilities: z.array(z.string()),
  peerIdentifier: z.string(),
  hostname: z.string().optional(),
  softwareVersion: z.string().optional(),
  roundTripMs: z.number().optional(),
  counters: z.looseObject({
    bytesUp: z.number(),
    bytesDown: z.number(),
    messagesIn: z.number(),
    messagesOut: z.number(),
    announced: z.number(),
    withdrawn: z.number(),
    treatedAsWithdraw: z.number(),
    rejectedPaths: z.number(),
    faults: counts.optional(),
  }),
  routes: counts,
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const SessionsAnswer = z.looseObject({ sessions: z.array(SessionAnswer) });

export const SiteAnswer = z.looseObject({ id: z.number(), name: z.string(), devices: z.number() });
export type SiteAnswer = z.infer<typeof SiteAnswer>;

export const SitesAnswer = z.looseObject({ sites: z.array(SiteAnswer) });

export const RouteAnswer = z.looseObject({
  prefix: z.string(),
  family: z.string(),
  pathId: z.number().nullish(),
  origin: z.string().nullish(),
  asPathText: z.string().nullish(),
  nextHops: z.array(z.string()).nullish(),
  med: z.number().nullish(),
  localPref: z.number().nullish(),
  communities: z.array(z.string()).nullish(),
  largeCommunities: z.array(z.string()).nullish(),
  extendedCommunities: z.array(z.string()).nullish(),
  stale: z.boolean(),
  staleCause: z.string().optional(),
});
export type RouteAnswer = z.infer<typeof RouteAnswer>;

export const AgentAnswer = z.looseObject({
  instance: z.string(),
  version: z.string(),
  connected: z.boolean(),
  since: z.string(),
  remote: z.string(),
  hostname: z.string().optional(),
  siteId: z.number().optional(),
  sessions: z.number(),
  roundTripMs: z.number().optional(),
});
export type AgentAnswer = z.infer<typeof AgentAnswer>;

export const AgentsAnswer = z.looseObject({ agents: z.array(AgentAnswer) });

export const AgentDetailsAnswer = AgentAnswer.extend({
  email: z.string(),
  listeners: z.array(z.string()),
  host: z
    .looseObject({
      at: z.string(),
      cpus: z.number().optional(),
      cpuUtilization: z.number().optional(),
      load1: z.number().optional(),
      memoryBytes: z.number().optional(),
      memoryAvailableBytes: z.number().optional(),
      descriptors: z.number().optional(),
      maxDescriptors: z.number().optional(),
      residentBytes: z.number().optional(),
      eventLoopLagSeconds: z.number().optional(),
      disks: z.array(z.looseObject({ path: z.string(), bytes: z.number(), availableBytes: z.number() })),
    })
    .optional(),
});
export type AgentDetailsAnswer = z.infer<typeof AgentDetailsAnswer>;

const AgentLogLineAnswer = z.looseObject({
  sequence: z.number(),
  instance: z.string(),
  time: z.string(),
  level: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type AgentLogLineAnswer = z.infer<typeof AgentLogLineAnswer>;

export const AgentLogAnswer = z.looseObject({ lines: z.array(AgentLogLineAnswer) });

export const AgentMetricsAnswer = z.looseObject({
  instance: z.string(),
  at: z.string(),
  samples: z.array(
    z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() }),
  ),
});
export type AgentMetricsAnswer = z.infer<typeof AgentMetricsAnswer>;

/** The answer of `/hc`, of ingest and of an agent. */
export const HealthAnswer = z.looseObject({
  timestamp: z.string().optional(),
  status: z.string(),
  checks: z.array(z.looseObject({ name: z.string(), reason: z.string() })).optional(),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;

/** Lateness of an event loop, milliseconds. */
export const LagAnswer = z.looseObject({ p50: z.number(), p99: z.number(), max: z.number() });
export type LagAnswer = z.infer<typeof LagAnswer>;

export const StatusAnswer = z.looseObject({
  instance: z.string(),
  version: z.string(),
  startedAt: z.string(),
  uptimeSeconds: z.number(),
  routerId: z.string(),
  listeners: z.record(z.string(), z.array(z.string())),
  devices: z.looseObject({ total: z.number(), byState: counts }),
  sessions: z.looseObject({ total: z.number(), byState: counts }),
  agents: z.looseObject({ connected: z.number() }),
  rib: z.looseObject({
    routes: z.number(),
    routesByFamily: counts,
    prefixes: z.number(),
    attributes: z.number(),
    bytes: z.number(),
    rejected: counts,
  }),
  pathsPerSecond: z.number(),
  memory: z.looseObject({ residentBytes: z.number(), heapUsedBytes: z.number() }),
  health: HealthAnswer.optional(),
  eventLoopLagMs: LagAnswer.optional(),
});
export type StatusAnswer = z.infer<typeof StatusAnswer>;

/** The agent's `/admin/status`, as documented. */
export const AgentStatusAnswer = z.looseObject({
  InstanceID: z.string(),
  ControlStream: z.looseObject({
    Connected: z.boolean(),
    Since: z.string().nullish(),
    DurationMs: z.number().nullish(),
    MessagesRx: z.number().nullish(),
  }),
  Heartbeats: z.looseObject({
    MsSinceLastTx: z.number().nullish(),
    LastTxRTTMs: z.number().nullish(),
    MsSinceLastRx: z.number().nullish(),
  }),
  ActiveSessions: z.number(),
  // From here on what the documents don't tell of: another agent may not either.
  Version: z.string().optional(),
  SessionsByState: counts.optional(),
  RetainedBytes: z.number().optional(),
  DeniedDevices: z.number().optional(),
  Counters: z
    .looseObject({
      bytesUp: z.number().optional(),
      bytesDown: z.number().optional(),
      messagesUp: z.number().optional(),
      messagesDown: z.number().optional(),
    })
    .optional(),
  Process: z
    .looseObject({
      UptimeMs: z.number(),
      ResidentBytes: z.number(),
      OpenDescriptors: z.number().nullable(),
      MaxDescriptors: z.number().nullable(),
      EventLoopLagMs: z.looseObject({ P50: z.number(), P99: z.number(), Max: z.number() }).nullable(),
    })
    .optional(),
  MD5: z
    .looseObject({ Capturing: z.boolean(), CaptureError: z.string().optional(), KeysInstalled: z.number() })
    .optional(),
  Config: z.looseObject({
    Listeners: z.array(z.string()),
    MD5Enabled: z.boolean().nullish(),
    ProxyTarget: z.string(),
    Targets: z.array(z.string()).optional(),
    APIEmail: z.string().nullish(),
    SiteID: z.number().nullish(),
  }),
});
export type AgentStatusAnswer = z.infer<typeof AgentStatusAnswer>;

/** The agent's `/admin/denied`. */
export const DeniedAnswer = z.looseObject({
  NumDenied: z.number(),
  Denied: z.array(
    z.looseObject({
      Address: z.string(),
      Cause: z.string(),
      Reason: z.string(),
      Attempts: z.number(),
      SecondsLeft: z.number(),
    }),
  ),
});
export type DeniedAnswer = z.infer<typeof DeniedAnswer>;

/** The agent's `/admin/sessions`, as documented, and what ours tells besides. */
export const AgentSessionsAnswer = z.looseObject({
  NumSessions: z.number(),
  Sessions: z.array(
    z.looseObject({
      Peer: z.string(),
      Time: z.string(),
      DurationMs: z.number(),
      Connected: z.boolean(),
      Device: z.string().optional(),
      State: z.string().optional(),
      ASN: z.number().nullish(),
      Messages: z.looseObject({ Up: z.number(), Down: z.number() }).optional(),
      Buffered: z.number().optional(),
      Lossy: z.boolean().optional(),
      DetachedSince: z.string().nullish(),
      Ingest: z.string().nullish(),
    }),
  ),
});
export type AgentSessionsAnswer = z.infer<typeof AgentSessionsAnswer>;
