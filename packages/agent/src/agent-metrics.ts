/** The agent's metrics, read from its counters at scrape. */
import type { MetricRegistry, Observation } from "@netferry/service";
import type { Agent } from "./agent.ts";
import { addDeviceMetrics } from "./device-metrics.ts";
import { addMd5Metrics } from "./md5/metrics.ts";
import { sessionsByState } from "./session-view.ts";

export function addAgentMetrics(metrics: MetricRegistry, agent: Agent): void {
  const { counters } = agent;
  addMd5Metrics(metrics, () => agent.md5);
  addDeviceMetrics(metrics, agent);
  metrics.observableGauge(
    "netferry_agent_sessions",
    "Sessions of devices, by state: opening, established, detached (no ingest carries it now), closing",
    () => labelled("state", sessionsByState(agent.sessions)),
  );
  metrics.observableGauge(
    "netferry_agent_buffered_bytes",
    "Bytes that wait for the ingest's acknowledgement",
    () => agent.sessions.reduce((sum, session) => sum + session.bytesBuffered, 0),
  );
  metrics.observableGauge(
    "netferry_agent_denied_devices",
    "Device addresses that are blocked now, by cause",
    () => {
      const byCause = Object.fromEntries(Object.keys(agent.denied).map((cause) => [cause, 0]));
      for (const { cause } of agent.denials) byCause[cause] = (byCause[cause] ?? 0) + 1;
      return labelled("cause", byCause);
    },
  );
  metrics.observableCounter("netferry_agent_denials_total", "Devices that were denied, by cause", () =>
    labelled("cause", agent.denied),
  );
  metrics.observableGauge("netferry_agent_control_connected", "Whether the control stream is up", () =>
    agent.control.connected ? 1 : 0,
  );
  metrics.observableGauge("netferry_agent_round_trip_seconds", "Round trip of the last heartbeat", () => {
    const { roundTripMs } = agent.control;
    return roundTripMs === undefined ? undefined : roundTripMs / 1000;
  });
  metrics.observableCounter(
    "netferry_agent_bytes_total",
    "BGP bytes relayed: up from devices, down to them",
    () => labelled("direction", { up: counters.bytesUp, down: counters.bytesDown }),
  );
  metrics.observableCounter(
    "netferry_agent_messages_total",
    "BGP messages relayed: up from devices, down to them",
    () => labelled("direction", { up: counters.messagesUp, down: counters.messagesDown }),
  );
  metrics.observableCounter(
    "netferry_agent_control_streams_total",
    "Control streams: connected (each after the first is a reconnect), lost, and tries that failed",
    () =>
      labelled("outcome", {
        connected: counters.controlConnected,
        lost: counters.controlLost,
        failed: counters.controlFailed,
      }),
  );
  metrics.observableCounter("netferry_agent_connections_total", "Connections of devices, by outcome", () =>
    labelled("outcome", {
      accepted: counters.accepted,
      blocked: counters.rejectedBlocked,
      "no-verdict": counters.rejectedNoVerdict,
      md5: counters.rejectedMd5,
      "accept-failed": counters.acceptFailures,
      "too-many": counters.rejectedTooMany,
      "too-many-from-address": counters.rejectedTooManyFromAddress,
      "too-often": counters.rejectedTooOften,
      "too-many-undecided": counters.rejectedUndecided,
      "no-descriptors": counters.rejectedNoDescriptors,
      aborted: counters.aborted,
    }),
  );
  metrics.observableGauge(
    "netferry_agent_open_connections",
    "Connections of devices that are open, by what they wait for",
    () => {
      const { open, undecided } = agent.connections;
      return labelled("state", { decided: open - undecided, undecided });
    },
  );
  metrics.observableGauge(
    "netferry_agent_max_connections",
    "Connections of devices that are taken at most",
    () => agent.connections.most,
  );
  metrics.observableCounter(
    "netferry_agent_forgotten_verdicts_total",
    "Verdicts that were forgotten for want of room, by what they were",
    () => labelled("verdict", agent.forgottenVerdicts),
  );
  metrics.observableCounter("netferry_agent_session_events_total", "What befell sessions", () =>
    labelled("event", {
      garbage: counters.garbage,
      "no-open": counters.neverOpened,
      "not-established": counters.neverEstablished,
      "too-much-before-established": counters.tooMuchTooEarly,
      detached: counters.detached,
      resumed: counters.resumed,
      "taken-over": counters.takenOver,
      "killed-by-ingest": counters.killedByIngest,
      "restarted-by-ingest": counters.restartedByIngest,
      "refused-by-ingest": counters.refusedByIngest,
      "outage-too-long": counters.outagesTooLong,
      "counter-mismatch": counters.mismatches,
      "address-lost": counters.addressesLost,
    }),
  );
  metrics.observableCounter(
    "netferry_agent_replayed_bytes_total",
    "Bytes sent again after a session was resumed or taken over",
    () => counters.bytesReplayed,
  );
  metrics.observableCounter(
    "netferry_agent_dropped_updates_total",
    "UPDATEs dropped while no ingest took them and there was no room to keep them",
    () => counters.droppedUpdates,
  );
  metrics.observableCounter(
    "netferry_agent_dropped_messages_total",
    "Other messages dropped meanwhile, which devices send few of",
    () => counters.droppedOthers,
  );
  metrics.observableGauge(
    "netferry_agent_retained_bytes",
    "Bytes kept for sessions that no ingest takes",
    () => agent.retainedBytes,
  );
  metrics.observableCounter(
    "netferry_agent_keepalives_total",
    "KEEPALIVEs sent to devices while no ingest was attached",
    () => counters.keepalivesSent,
  );
}

function labelled(label: string, values: Readonly<Record<string, number>>): Observation[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
}
