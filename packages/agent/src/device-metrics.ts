/**
 * Metrics of each device, by the label that the verdict gave it. They are for whoever scrapes the agent: what it exports
 * leaves them out, because an ingest counts the same by itself, and takes a bounded number of samples.
 */
import type { MetricRegistry, Observation } from "@netferry/service";
import type { Agent } from "./agent.ts";

const SCRAPED = { exported: false } as const;

export function addDeviceMetrics(
  metrics: MetricRegistry,
  agent: Pick<Agent, "deviceTotals" | "sessions">,
): void {
  metrics.observableGauge(
    "netferry_agent_device_sessions",
    "Sessions of a device; 0 where it had one before",
    () => map(agent.deviceTotals.entries(), ({ label, sessions }) => one(label, sessions)),
    SCRAPED,
  );
  metrics.observableGauge(
    "netferry_agent_device_buffered_bytes",
    "Bytes of a device that wait for the ingest's acknowledgement",
    () => {
      const bytes = new Map<string, number>();
      for (const session of agent.sessions) {
        bytes.set(session.label, (bytes.get(session.label) ?? 0) + session.bytesBuffered);
      }
      return map(bytes, ([label, value]) => one(label, value));
    },
    SCRAPED,
  );
  metrics.observableCounter(
    "netferry_agent_device_bytes_total",
    "BGP bytes of a device: up from it, down to it",
    () =>
      flatMap(agent.deviceTotals.entries(), ({ label, total }) =>
        both(label, total.bytesUp, total.bytesDown),
      ),
    SCRAPED,
  );
  metrics.observableCounter(
    "netferry_agent_device_messages_total",
    "BGP messages of a device: up from it, down to it",
    () =>
      flatMap(agent.deviceTotals.entries(), ({ label, total }) =>
        both(label, total.messagesUp, total.messagesDown),
      ),
    SCRAPED,
  );
  metrics.observableCounter(
    "netferry_agent_forgotten_devices_total",
    "Devices without a session whose counters were forgotten for want of room",
    () => agent.deviceTotals.forgotten,
  );
}

function one(device: string, value: number): Observation {
  return { labels: { device }, value };
}

function both(device: string, up: number, down: number): Observation[] {
  return [
    { labels: { device, direction: "up" }, value: up },
    { labels: { device, direction: "down" }, value: down },
  ];
}

function map<T>(items: Iterable<T>, make: (item: T) => Observation): Iterable<Observation> {
  return Iterator.from(items).map(make);
}

function flatMap<T>(items: Iterable<T>, make: (item: T) => Observation[]): Iterable<Observation> {
  return Iterator.from(items).flatMap(make);
}
