/** The documented status endpoints: /hc, /admin/status, /admin/sessions, /admin/sessions/ADDRESS. */
import { formatAddress, parseAddress } from "@netferry/bgp";
import {
  type EventLoopCheck,
  formatHostPort,
  type HealthMonitor,
  maxDescriptors,
  openDescriptors,
} from "@netferry/service";
import { type Context, Hono } from "hono";
import type { Agent } from "./agent.ts";
import { type SessionView, sessionsByState } from "./session-view.ts";

/** What the endpoints read; nothing is kept between requests. */
export interface StatusSources {
  readonly agent: Agent;
  readonly health: HealthMonitor;
  readonly eventLoop: EventLoopCheck;
  readonly metricsText: () => Promise<string>;
  /** What became of exported logs and metrics. */
  readonly exports: () => object;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createStatusApi(sources: StatusSources): Hono {
  const app = new Hono();
  app.get("/hc", (context) => {
    const state = sources.health.state();
    return json(context, state, state.status === "ok" ? 200 : 503);
  });
  app.get("/admin/status", (context) => json(context, statusOf(sources)));
  app.get("/admin/sessions", (context) => json(context, sessionsOf(sources)));
  app.get("/admin/denied", (context) => json(context, deniedOf(sources)));
  app.get("/admin/sessions/:address", (context) => {
    const asked = context.req.param("address").replaceAll(/[[\]]/g, "");
    const address = parseAddress(asked);
    if (address === undefined) {
      return json(context, { error: `${asked} is no IP address; ask for /admin/sessions/192.0.2.1` }, 400);
    }
    const canonical = formatAddress(address);
    const sessions = sources.agent.sessions.filter((session) => session.identity.deviceIp === canonical);
    // The newest one is the one that counts while an old connection is still being closed.
    const session = sessions.at(-1);
    if (session === undefined) {
      return json(
        context,
        { error: `no session of ${canonical}; /admin/sessions lists those there are` },
        404,
      );
    }
    return json(context, sessionDetails(session.view(), sources.now()));
  });
  app.get("/metrics", async (context) => context.text(await sources.metricsText()));
  app.notFound((context) =>
    json(
      context,
      {
        error:
          "there are /hc, /metrics, /admin/status, /admin/sessions, /admin/sessions/ADDRESS and /admin/denied",
      },
      404,
    ),
  );
  return app;
}

function json(context: Context, body: unknown, status: 200 | 400 | 404 | 503 = 200): Response {
  const pretty = context.req.query("pretty") !== undefined;
  return context.body(`${JSON.stringify(body, null, pretty ? 2 : 0)}\n`, status, {
    "content-type": "application/json; charset=utf-8",
  });
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function statusOf({ agent, exports, now, health, eventLoop }: StatusSources): object {
  const link = agent.control;
  const at = now();
  const since = (ms: number | undefined) => (ms === undefined ? null : Math.max(0, Math.round(at - ms)));
  return {
    InstanceID: agent.instance,
    Version: agent.options.version,
    Health: health.state(),
    ControlStream: {
      Connected: link.connected,
      Since: iso(link.since),
      DurationMs: since(link.since),
      MessagesRx: link.messagesReceived,
      ...(link.lastError === "" ? {} : { LastError: link.lastError }),
    },
    Heartbeats: {
      LastTx: iso(link.lastHeartbeatSent),
      MsSinceLastTx: since(link.lastHeartbeatSent),
      LastTxRTTMs: link.roundTripMs === undefined ? null : Math.round(link.roundTripMs * 1000) / 1000,
      LastRx: iso(link.lastHeartbeatReceived),
      MsSinceLastRx: since(link.lastHeartbeatReceived),
    },
    RetainedBytes: agent.retainedBytes,
    ActiveSessions: agent.sessions.length,
    SessionsByState: sessionsByState(agent.sessions),
    DeniedDevices: agent.denials.length,
    Connections: connectionsOf(agent),
    ...md5Of(agent),
    Counters: agent.counters,
    Exports: exports(),
    Process: processOf(eventLoop),
    Config: {
      Listeners: agent.listeners,
      MD5Enabled: agent.md5 !== undefined,
      MD5Interface: agent.md5?.interface ?? "",
      ProxyTarget: link.target,
      Targets: link.targets,
      APIEmail: agent.options.email,
      SiteID: agent.options.siteId,
      Multi: agent.options.multi,
    },
  };
}

function processOf(eventLoop: EventLoopCheck): object {
  const { last } = eventLoop;
  return {
    UptimeMs: Math.round(process.uptime() * 1000),
    ResidentBytes: process.memoryUsage.rss(),
    OpenDescriptors: openDescriptors() ?? null,
    MaxDescriptors: maxDescriptors() ?? null,
    EventLoopLagMs: last === undefined ? null : { P50: last.p50, P99: last.p99, Max: last.max },
  };
}

/** What the documents don't tell of: nothing where MD5 is not enabled. */
function md5Of({ md5 }: Agent): object {
  if (md5 === undefined) return {};
  const { problem, capture, keysInstalled, counters } = md5;
  return {
    MD5: {
      Capturing: problem === undefined,
      ...(problem === undefined ? {} : { CaptureError: problem }),
      KernelDrops: capture.dropped,
      KeysInstalled: keysInstalled,
      Counters: counters,
    },
  };
}

function sessionsOf({ agent, now }: StatusSources): object {
  const at = now();
  const sessions = agent.sessions.map((session) => session.view());
  return {
    NumSessions: sessions.length,
    Sessions: sessions.map((session) => ({
      Peer: peerOf(session),
      Device: session.label,
      Time: iso(session.startedAt),
      DurationMs: Math.round(at - session.startedAt),
      Connected: session.phase === "attached",
      State: session.state,
      ASN: session.asn ?? null,
      Messages: { Up: session.messages.up, Down: session.messages.down },
      Buffered: session.buffered,
      Lossy: session.lossy,
      DetachedSince: iso(session.outageSince),
      Ingest: session.ingest ?? null,
    })),
  };
}

function sessionDetails(session: SessionView, at: number): object {
  const metadata: Record<string, string[]> = {};
  for (const [key, value] of session.serverMetadata) metadata[key] = [value];
  return {
    Peer: peerOf(session),
    Device: session.label,
    ConnectedSince: iso(session.startedAt),
    ConnectedDurationMs: Math.round(at - session.startedAt),
    SessionID: session.identity.sessionId,
    State: session.state,
    Relay: session.phase,
    ASN: session.asn ?? null,
    Ingest: session.ingest ?? null,
    Counters: {
      Up: session.bytes.up,
      Down: session.bytes.down,
      MessagesUp: session.messages.up,
      MessagesDown: session.messages.down,
      Buffered: session.buffered,
      DroppedUpdates: session.droppedUpdates,
    },
    Lossy: session.lossy,
    DetachedSince: iso(session.outageSince),
    ServerMetadata: metadata,
  };
}

/** Beside the documents: how many connections devices hold, and how many are taken at most. */
function connectionsOf({ connections: { open, undecided, most }, forgottenVerdicts }: Agent): object {
  return {
    Open: open,
    AwaitingVerdict: undecided,
    Max: most,
    ForgottenVerdicts: { Allowed: forgottenVerdicts.allowed, Blocked: forgottenVerdicts.blocked },
  };
}

function deniedOf({ agent }: StatusSources): object {
  const denials = agent.denials;
  return {
    NumDenied: denials.length,
    Denied: denials.map(({ address, cause, reason, attempts, secondsLeft }) => ({
      Address: address,
      Cause: cause,
      Reason: reason,
      Attempts: attempts,
      SecondsLeft: secondsLeft,
    })),
  };
}

function peerOf({ identity }: SessionView): string {
  return formatHostPort(identity.deviceIp, identity.devicePort);
}
