/** Ingest's metrics, read from its parts at scrape. */
import type { Rib } from "@netferry/rib";
import type { HttpAcceptor, MetricRegistry, Observation } from "@netferry/service";
import type { Peering } from "./devices/peering.ts";
import type { DirectListener } from "./direct-listener.ts";
import type { IngestApi } from "./http/api.ts";
import type { HttpStats } from "./http/http-stats.ts";
import type { IngestView } from "./http/view.ts";
import type { DeviceRuntime, DeviceRuntimes } from "./devices/device-runtimes.ts";
import type { Roster } from "./devices/roster.ts";
import type { Agents } from "./relay/agents.ts";
import type { DataStreams } from "./relay/data-streams.ts";
import type { RelayRefusals } from "./relay/relay-refusals.ts";
import type { Snapshots } from "./snapshot/snapshots.ts";

export interface MetricSources {
  readonly api: IngestApi;
  readonly exportApi: IngestApi;
  readonly exportsAtRelay: HttpAcceptor;
  readonly view: IngestView;
  readonly roster: Roster;
  readonly devices: DeviceRuntimes;
  readonly peering: Peering;
  readonly agents: Agents;
  readonly streams: DataStreams;
  readonly relayRefusals: RelayRefusals;
  readonly direct: DirectListener;
  readonly rib: Rib;
  readonly snapshots: Snapshots;
}

export function addIngestMetrics(metrics: MetricRegistry, sources: MetricSources): void {
  addApiMetrics(metrics, sources.api.stats);
  const { view, roster, devices, peering, agents, streams, direct, rib, snapshots } = sources;
  metrics.observableGauge("netferry_ingest_sessions", "BGP sessions by state of their state machine", () =>
    labelled("state", view.status().sessions.byState),
  );
  metrics.observableGauge("netferry_ingest_devices", "Registered devices by state", () =>
    labelled("state", view.status().devices.byState),
  );
  metrics.observableGauge(
    "netferry_device_up",
    "Whether a device of type peer has an established session",
    () =>
      roster
        .all()
        .filter(({ type }) => type === "peer")
        .map(({ id, name }) => ({ labels: { device: name }, value: isUp(devices.find(id)) ? 1 : 0 })),
  );
  metrics.observableGauge("netferry_device_routes", "Routes of a device, by family", () =>
    roster.all().flatMap(({ id, name }) =>
      Object.entries(view.deviceState(id).routes).map(([family, value]) => ({
        labels: { device: name, family },
        value,
      })),
    ),
  );
  metrics.observableGauge("netferry_ingest_agents", "Agents with a control stream", () => agents.connected);
  const { telemetry } = view;
  metrics.observableCounter(
    "netferry_ingest_export_refusals_total",
    "Exports of agents that were refused at the relay's port, by cause",
    () =>
      labelled("cause", {
        unauthorized: sources.exportApi.stats.unauthorized,
        "too-many-connections": sources.exportsAtRelay.refusedConnections,
      }),
  );
  metrics.observableGauge(
    "netferry_ingest_agent_telemetry_bytes",
    "What is kept of agents' logs and metrics",
    () => telemetry.octets,
  );
  metrics.observableCounter("netferry_ingest_agent_telemetry_total", "What agents exported, by outcome", () =>
    labelled("outcome", {
      lines: telemetry.counters.lines,
      samples: telemetry.counters.samples,
      rejected: telemetry.counters.rejected,
      "lines-evicted": telemetry.counters.evictedLines,
      "samples-dropped": telemetry.counters.droppedSamples,
      "agents-forgotten": telemetry.counters.forgottenAgents,
    }),
  );
  metrics.observableGauge("netferry_rib_paths", "Paths by family", () =>
    labelled("family", view.status().rib.routesByFamily),
  );
  metrics.observableGauge(
    "netferry_rib_prefixes",
    "Distinct NLRI over all devices",
    () => view.status().rib.prefixes,
  );
  metrics.observableGauge(
    "netferry_rib_attributes",
    "Distinct attribute sets",
    () => rib.stats().attributeSets,
  );
  metrics.observableGauge(
    "netferry_rib_bytes",
    "Memory of the RIB's arrays",
    () => rib.stats().allocatedBytes,
  );
  metrics.observableCounter(
    "netferry_rib_rejected_total",
    "Paths that a limit of the RIB refused, by cause",
    () => labelled("cause", rib.stats().rejections),
  );
  metrics.observableCounter(
    "netferry_ingest_updates_total",
    "UPDATE messages",
    () => peering.totals().updates,
  );
  metrics.observableCounter("netferry_ingest_paths_total", "Paths in UPDATEs, by kind", () => {
    const { announced, withdrawn, rejectedPaths } = peering.totals();
    return labelled("kind", { announced, withdrawn, rejected: rejectedPaths });
  });
  metrics.observableCounter(
    "netferry_ingest_update_faults_total",
    "Errors in UPDATEs, by cause (RFC 7606)",
    () => labelled("cause", peering.totals().faults),
  );
  metrics.observableCounter(
    "netferry_ingest_treated_as_withdraw_total",
    "UPDATEs whose routes were withdrawn for an error in them",
    () => peering.totals().treatedAsWithdraw,
  );
  metrics.observableCounter(
    "netferry_ingest_session_ends_total",
    "Established sessions that ended, by cause",
    () => labelled("cause", peering.ends),
  );
  metrics.observableCounter("netferry_snapshots_total", "Snapshots of the routes, by outcome", () => {
    const { written, failed, refused } = snapshots.counters;
    return labelled("outcome", { written, failed, refused });
  });
  metrics.observableCounter("netferry_relay_streams_total", "Data streams of agents, by outcome", () =>
    labelled("outcome", { ...streams.counters }),
  );
  metrics.observableCounter(
    "netferry_relay_refused_connections_total",
    "Connections to the relay's port that came to nothing, by cause",
    () => labelled("cause", { ...sources.relayRefusals.counters }),
  );
  metrics.observableCounter(
    "netferry_direct_connections_total",
    "Connections of devices that dial ingest, by outcome",
    () => labelled("outcome", { ...direct.counters }),
  );
}

function addApiMetrics(metrics: MetricRegistry, stats: HttpStats): void {
  metrics.observableCounter(
    "netferry_http_requests_total",
    "Requests to the HTTP API, by class of status",
    () => labelled("status", stats.requests),
  );
  metrics.observableCounter(
    "netferry_http_refused_requests_total",
    "Requests that were refused: without good credentials (unauthorized), for too many listings at once (busy)",
    () => labelled("cause", { unauthorized: stats.unauthorized, busy: stats.busy }),
  );
  metrics.observableGauge(
    "netferry_http_route_listings",
    "Listings of routes under way",
    () => stats.listings,
  );
  metrics.observableCounter(
    "netferry_http_abandoned_route_listings_total",
    "Listings of routes that the client left before their end",
    () => stats.listingsAbandoned,
  );
  metrics.observableCounter(
    "netferry_http_routes_total",
    "Routes sent, over all answers",
    () => stats.routes,
  );
}

function isUp(runtime: DeviceRuntime | undefined): boolean {
  return runtime?.live.some(({ session }) => session.state.name === "established") === true;
}

function labelled(label: string, values: Readonly<Record<string, number>>): Observation[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
}
