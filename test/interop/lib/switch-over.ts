/** What is seen of the devices while their shared address moves from one agent's machine to the other. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Collector, DeviceJson } from "./collector.ts";
import type { Host } from "./shared-site.ts";
import type { Subject } from "./subject.ts";
import { ensure } from "./wait.ts";

const LOOK_INTERVAL_MS = 150;
/** A guard against a hang, far above what any of it takes. */
const LIMIT_MS = 240_000;

/** How it went for one device: milliseconds since the strike. */
export interface DeviceSwitch {
  readonly name: string;
  /** Its session is up through the other agent. */
  readonly establishedMs: number;
  /** Ingest shows just what it announces now, all of it live. */
  readonly rightMs: number;
  /** What ingest showed meanwhile, in order: `live`, or why its routes are stale. */
  readonly shown: readonly string[];
  /** What must not be seen at any time. */
  readonly wrong: readonly string[];
}

/** Looks until a device is right again. */
export async function watchSwitch(
  collector: Collector,
  subject: Subject,
  expected: {
    /** `performance.now()` of the strike. */
    readonly struckAt: number;
    /** Routes that ingest showed before, and that the device announces in the end. */
    readonly routesBefore: number;
    readonly routesAfter: number;
    /** Instance of the agent that the session has to come through. */
    readonly agentInstance: string;
    /** Called once, as soon as it does. */
    readonly onEstablished: () => Promise<void>;
  },
): Promise<DeviceSwitch> {
  const { struckAt, routesBefore, routesAfter, agentInstance, onEstablished } = expected;
  const shown: string[] = [];
  const wrong = new Set<string>();
  let establishedMs: number | undefined;
  for (;;) {
    const [device, sessions] = await Promise.all([
      collector.device(subject.name),
      collector.sessions(subject.name),
    ]);
    const now = performance.now() - struckAt;
    const up = sessions.some(
      (session) => session.state === "Established" && session.agentInstance === agentInstance,
    );
    if (up && establishedMs === undefined) {
      establishedMs = now;
      await onEstablished();
    }
    const routes = routeCount(device);
    if (routes === 0) wrong.add("its routes are gone");
    if (routes > routesBefore) wrong.add(`${routes} routes are shown of ${routesBefore}`);
    for (const cause of causes(device)) if (shown.at(-1) !== cause) shown.push(cause);
    const counting = sessions.find(({ standby, state }) => !standby && state === "Established");
    if (
      establishedMs !== undefined &&
      routes === routesAfter &&
      device.staleRoutes === undefined &&
      counting?.agentInstance === agentInstance
    ) {
      return { name: subject.name, establishedMs, rightMs: now, shown, wrong: [...wrong] };
    }
    ensure(now < LIMIT_MS, `${subject.name} is not right again: ${JSON.stringify({ device, sessions })}`);
    await sleep(LOOK_INTERVAL_MS);
  }
}

/** When a machine has the shared addresses, in milliseconds since the strike. */
export async function watchAddress(host: Host, struckAt: number): Promise<number> {
  while (!(await host.holds())) {
    ensure(performance.now() - struckAt < LIMIT_MS, `${host.name} does not get the shared addresses`);
    await sleep(LOOK_INTERVAL_MS);
  }
  return performance.now() - struckAt;
}

export function routeCount({ routes }: DeviceJson): number {
  return Object.values(routes).reduce((sum, count) => sum + count, 0);
}

function causes({ stale }: DeviceJson): string[] {
  const found = new Set(Object.values(stale ?? {}).map(({ cause }) => cause));
  return found.size === 0 ? ["live"] : [...found];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A table for people. */
export function switchText(title: string, addressMs: number, devices: readonly DeviceSwitch[]): string {
  const width = Math.max(...devices.map(({ name }) => name.length));
  return [
    `# ${title}: the address moved after ${seconds(addressMs)}`,
    ...devices.map(
      ({ name, establishedMs, rightMs, shown }) =>
        `#   ${name.padEnd(width)}  session ${seconds(establishedMs).padStart(7)}  routes right ${seconds(rightMs).padStart(7)}  shown: ${shown.join(", ")}`,
    ),
    "",
  ].join("\n");
}
