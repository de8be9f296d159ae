/** Which agent somebody means. */
import { ApiError } from "./api-error.ts";
import type { AgentView, IngestView } from "./view.ts";

/** Shortest beginning of an instance that is looked for. */
const MIN_PREFIX = 4;

export interface FoundAgent {
  /** Undefined for one that exports here and has its control stream elsewhere. */
  readonly agent: AgentView | undefined;
  readonly instance: string;
  /** It, and where a host was named its earlier starts. */
  readonly instances: readonly string[];
}

/**
 * Finds an agent by its instance, its host's name, or the beginning of its instance; of several of one host the newest
 * that is connected. Throws an {@link ApiError}.
 */
export function findAgent(reference: string, view: IngestView): FoundAgent {
  const views = view.agents();
  const names = new Map<string, string>();
  for (const { instance, hostname } of view.telemetry.sources()) names.set(instance, hostname);
  for (const { instance, hostname } of views) names.set(instance, hostname ?? names.get(instance) ?? "");
  const found = matches(reference, names);
  const newest = views.findLast(({ instance, connected }) => connected && found.includes(instance));
  const agent = newest ?? views.findLast(({ instance }) => found.includes(instance));
  const instance = agent?.instance ?? found.at(-1);
  if (instance === undefined) {
    throw new ApiError(
      "not-found",
      `no agent has the instance or the host name ${reference.slice(0, 64)}; 'netferry agent list' shows those there are`,
    );
  }
  return { agent, instance, instances: found };
}

function matches(reference: string, names: ReadonlyMap<string, string>): string[] {
  if (names.has(reference)) return [reference];
  const instances = [...names.keys()];
  const onHost = instances.filter((instance) => names.get(instance) === reference);
  if (onHost.length > 0 || reference.length < MIN_PREFIX) return onHost;
  const beginning = instances.filter((instance) => instance.startsWith(reference));
  if (beginning.length > 1) {
    throw new ApiError(
      "conflict",
      `${beginning.length} agents' instances begin with ${reference}; give more of it`,
    );
  }
  return beginning;
}
