/**
 * The metadata of relay streams, by the keys that the documented agent logs.
 *
 * Credentials travel here and nowhere else; {@link describeMetadata} is the only form that may be logged or shown.
 */

/** Keys of the metadata that an agent sends, lower case as HTTP/2 wants them. */
export const MetadataKey = {
  email: "x-ch-auth-email",
  token: "x-ch-auth-api-token",
  version: "version",
  instance: "instance",
  proto: "proto",
  siteId: "site-id",
  deviceIp: "device-ip",
  devicePort: "device-port",
  proxyIp: "proxy-ip",
  proxyPort: "proxy-port",
  sessionId: "session-id",
  counterUp: "counter-up",
  counterDown: "counter-down",
  backendPin: "backend-pin",
  purpose: "purpose",
} as const;

/** Metadata of a stream: one value per key. */
export type RelayMetadata = ReadonlyMap<string, string>;

/** Longest value that is accepted; longer ones are cut off by the reader, and fail the check that they are for. */
export const MAX_METADATA_VALUE = 512;
/** Most entries that a verdict may ask an agent to echo. */
export const MAX_ECHOED_ENTRIES = 16;

const SECRET_KEYS: ReadonlySet<string> = new Set([MetadataKey.token, "authorization", "cookie"]);

/** What the agent says of itself on every stream. */
export interface AgentIdentity {
  readonly email: string;
  readonly token: string;
  readonly version: string;
  /** UUID of this agent process. */
  readonly instance: string;
  /** Site that device addresses belong to; 0 means any. */
  readonly siteId: number;
}

/** What the agent says of a session when it opens a data stream. */
export interface SessionIdentity {
  /** UUID of the session; it outlives streams. */
  readonly sessionId: string;
  readonly deviceIp: string;
  readonly devicePort: number;
  readonly proxyIp: string;
  readonly proxyPort: number;
}

/** Metadata of a control stream. */
export function controlMetadata(agent: AgentIdentity): Map<string, string> {
  const metadata = new Map<string, string>([
    [MetadataKey.email, agent.email],
    [MetadataKey.token, agent.token],
    [MetadataKey.version, agent.version],
    [MetadataKey.instance, agent.instance],
  ]);
  if (agent.siteId !== 0) metadata.set(MetadataKey.siteId, String(agent.siteId));
  return metadata;
}

/** What a control stream has under `purpose` that only asks whether it would be welcome; no agent stands behind it. */
export const PURPOSE_CHECK = "check";

/** Metadata of a control stream that ends with its Welcome. */
export function checkMetadata(agent: AgentIdentity): Map<string, string> {
  return controlMetadata(agent).set(MetadataKey.purpose, PURPOSE_CHECK);
}

/**
 * Metadata of a data stream.
 *
 * @param counters positions in bytes: `up` that the agent has read from the device, `down` that it has delivered
 * @param echo what the verdict asked to repeat; it can't replace a key of the agent's own
 */
export function dataMetadata(
  agent: AgentIdentity,
  session: SessionIdentity,
  counters: { readonly up: number; readonly down: number },
  backendPin: string,
  echo: RelayMetadata,
): Map<string, string> {
  const metadata = new Map(echo);
  for (const [key, value] of controlMetadata(agent)) metadata.set(key, value);
  metadata.set(MetadataKey.proto, "BGP");
  metadata.set(MetadataKey.sessionId, session.sessionId);
  metadata.set(MetadataKey.deviceIp, session.deviceIp);
  metadata.set(MetadataKey.devicePort, String(session.devicePort));
  metadata.set(MetadataKey.proxyIp, session.proxyIp);
  metadata.set(MetadataKey.proxyPort, String(session.proxyPort));
  metadata.set(MetadataKey.counterUp, String(counters.up));
  metadata.set(MetadataKey.counterDown, String(counters.down));
  if (backendPin !== "") metadata.set(MetadataKey.backendPin, backendPin);
  return metadata;
}

/** The metadata as it may be logged and shown: every value a list, as documented, and secrets masked. */
export function describeMetadata(metadata: RelayMetadata): Record<string, string[]> {
  const shown: Record<string, string[]> = {};
  for (const key of [...metadata.keys()].sort()) {
    shown[key] = [SECRET_KEYS.has(key) ? "[redacted]" : (metadata.get(key) ?? "")];
  }
  return shown;
}

const KEY = /^[a-z][a-z0-9-]{0,63}$/;
const VALUE = /^[\u0020-\u007e]*$/;
const RESERVED: ReadonlySet<string> = new Set<string>(Object.values(MetadataKey));

/**
 * The entries of a verdict that an agent is willing to echo: well-formed, bounded, and none of its own keys.
 */
export function echoableEntries(
  entries: readonly { readonly key: string; readonly value: string }[],
): Map<string, string> {
  const echo = new Map<string, string>();
  for (const { key, value } of entries) {
    if (echo.size >= MAX_ECHOED_ENTRIES) break;
    if (!KEY.test(key) || key.startsWith("grpc-") || key.endsWith("-bin") || RESERVED.has(key)) continue;
    if (value.length > MAX_METADATA_VALUE || !VALUE.test(value)) continue;
    echo.set(key, value);
  }
  return echo;
}

/** What a data stream's metadata says of its session, or a one-line reason why it can't be used. */
export function parseSessionIdentity(
  metadata: RelayMetadata,
):
  | { readonly ok: true; readonly session: SessionIdentity }
  | { readonly ok: false; readonly reason: string } {
  const sessionId = metadata.get(MetadataKey.sessionId) ?? "";
  if (!isUuid(sessionId)) return { ok: false, reason: `metadata ${MetadataKey.sessionId} is no UUID` };
  const ports: number[] = [];
  for (const key of [MetadataKey.devicePort, MetadataKey.proxyPort]) {
    const port = Number(metadata.get(key));
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return { ok: false, reason: `metadata ${key} is no port` };
    ports.push(port);
  }
  const deviceIp = metadata.get(MetadataKey.deviceIp);
  const proxyIp = metadata.get(MetadataKey.proxyIp);
  if (deviceIp === undefined || proxyIp === undefined) {
    return { ok: false, reason: `metadata ${MetadataKey.deviceIp} or ${MetadataKey.proxyIp} is missing` };
  }
  const proto = metadata.get(MetadataKey.proto);
  if (proto !== "BGP") return { ok: false, reason: `metadata ${MetadataKey.proto} is not BGP` };
  return {
    ok: true,
    session: { sessionId, deviceIp, proxyIp, devicePort: ports[0] ?? 0, proxyPort: ports[1] ?? 0 },
  };
}

/** Whether the text is a UUID in its usual form. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
