/** The messages of the control stream as plain values, and their way to and from protobuf. */
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AgentControlSchema,
  BlockCause as WireBlockCause,
  DeviceChangeKind as WireDeviceChangeKind,
  IngestControlSchema,
} from "./gen/netferry/relay/v1/relay_pb.js";
import { echoableEntries, type RelayMetadata } from "./metadata.ts";

export interface Heartbeat {
  readonly type: "heartbeat";
  readonly sequence: number;
  /** Round trip of the sender's last answered heartbeat, in microseconds; 0 before the first. */
  readonly lastRoundTripUs: number;
}

export interface HeartbeatReply {
  readonly type: "heartbeat-reply";
  readonly sequence: number;
}

export interface Hello {
  readonly type: "hello";
  readonly hostname: string;
  readonly listeners: readonly string[];
  readonly siteId: number;
  readonly sessions: number;
}

export interface VerdictRequest {
  readonly type: "verdict-request";
  readonly requestId: number;
  /** 4 or 16 octets, network byte order. */
  readonly deviceAddress: Uint8Array;
  readonly proxyAddress: Uint8Array;
  /** The agent checks TCP MD5 signatures. */
  readonly wantsMd5Key: boolean;
}

export type AgentControl = Hello | Heartbeat | HeartbeatReply | VerdictRequest;

export interface Welcome {
  readonly type: "welcome";
  readonly ingestInstance: string;
  readonly version: string;
  readonly heartbeatIntervalMs: number;
  readonly backendPin: string;
  /** Counts changes of the registry in this process; 0 from an ingest that does not tell. */
  readonly registryRevision: number;
}

export type BlockCause = "unknown-device" | "ambiguous-address" | "not-peering" | "other";

/** The ingest's answer about a device address. */
export type VerdictOutcome =
  | {
      readonly kind: "allow";
      readonly deviceId: number;
      readonly deviceName: string;
      readonly label: string;
      readonly ttlSeconds: number;
      /** TCP MD5 key (RFC 2385); empty for none, and where the agent did not ask for it. Never log it. */
      readonly md5Key: Uint8Array;
      /** The device has a key: a connection that is not signed must be refused. */
      readonly md5Required: boolean;
      readonly metadata: RelayMetadata;
    }
  | {
      readonly kind: "block";
      readonly reason: string;
      readonly ttlSeconds: number;
      readonly cause: BlockCause;
    };

export interface Verdict {
  readonly type: "verdict";
  readonly requestId: number;
  readonly deviceAddress: Uint8Array;
  readonly outcome: VerdictOutcome;
}

/** `key-rotated`: its MD5 key was set, replaced or taken away, and perhaps something else with it. */
export type DeviceChangeKind = "added" | "changed" | "removed" | "key-rotated";

/** The registry changed: what was cached about these addresses is void. */
export interface DeviceChanged {
  readonly type: "device-changed";
  /** Those before the change, and those after. */
  readonly deviceAddresses: readonly Uint8Array[];
  readonly kind: DeviceChangeKind;
  /** 0 and empty from an ingest that does not tell. */
  readonly deviceId: number;
  readonly deviceName: string;
  readonly registryRevision: number;
}

/** The ingest is about to stop. */
export interface Drain {
  readonly type: "drain";
  readonly reason: string;
  readonly deadlineMs: number;
}

export type IngestControl = Welcome | Heartbeat | HeartbeatReply | Verdict | DeviceChanged | Drain;

const CAUSE_TO_WIRE: Readonly<Record<BlockCause, WireBlockCause>> = {
  other: WireBlockCause.UNSPECIFIED,
  "unknown-device": WireBlockCause.UNKNOWN_DEVICE,
  "ambiguous-address": WireBlockCause.AMBIGUOUS_ADDRESS,
  "not-peering": WireBlockCause.NOT_PEERING,
};

function causeFromWire(cause: WireBlockCause): BlockCause {
  switch (cause) {
    case WireBlockCause.UNKNOWN_DEVICE:
      return "unknown-device";
    case WireBlockCause.AMBIGUOUS_ADDRESS:
      return "ambiguous-address";
    case WireBlockCause.NOT_PEERING:
      return "not-peering";
    default:
      return "other";
  }
}

const CHANGE_TO_WIRE: Readonly<Record<DeviceChangeKind, WireDeviceChangeKind>> = {
  added: WireDeviceChangeKind.ADDED,
  changed: WireDeviceChangeKind.CHANGED,
  removed: WireDeviceChangeKind.REMOVED,
  "key-rotated": WireDeviceChangeKind.KEY_ROTATED,
};

function changeFromWire(kind: WireDeviceChangeKind): DeviceChangeKind {
  switch (kind) {
    case WireDeviceChangeKind.ADDED:
      return "added";
    case WireDeviceChangeKind.REMOVED:
      return "removed";
    case WireDeviceChangeKind.KEY_ROTATED:
      return "key-rotated";
    default:
      return "changed";
  }
}

function heartbeatInit(message: Heartbeat): { sequence: bigint; lastRoundTripUs: bigint } {
  return { sequence: BigInt(message.sequence), lastRoundTripUs: BigInt(Math.round(message.lastRoundTripUs)) };
}

export function encodeAgentControl(message: AgentControl): Uint8Array {
  return toBinary(AgentControlSchema, create(AgentControlSchema, { kind: agentKind(message) }));
}

type AgentKind = NonNullable<MessageInitShape<typeof AgentControlSchema>["kind"]>;

function agentKind(message: AgentControl): AgentKind {
  switch (message.type) {
    case "hello":
      return {
        case: "hello",
        value: {
          hostname: message.hostname,
          listeners: [...message.listeners],
          siteId: message.siteId,
          sessions: message.sessions,
        },
      };
    case "heartbeat":
      return { case: "heartbeat", value: heartbeatInit(message) };
    case "heartbeat-reply":
      return { case: "heartbeatReply", value: { sequence: BigInt(message.sequence) } };
    case "verdict-request":
      return {
        case: "verdictRequest",
        value: {
          requestId: BigInt(message.requestId),
          deviceAddress: message.deviceAddress,
          proxyAddress: message.proxyAddress,
          wantsMd5Key: message.wantsMd5Key,
        },
      };
  }
}

/** Undefined for a kind of message that this version doesn't know. Throws on bytes that are no such message. */
export function decodeAgentControl(bytes: Uint8Array): AgentControl | undefined {
  const { kind } = fromBinary(AgentControlSchema, bytes);
  switch (kind.case) {
    case "hello":
      return {
        type: "hello",
        hostname: kind.value.hostname,
        listeners: kind.value.listeners,
        siteId: kind.value.siteId,
        sessions: kind.value.sessions,
      };
    case "heartbeat":
      return {
        type: "heartbeat",
        sequence: Number(kind.value.sequence),
        lastRoundTripUs: Number(kind.value.lastRoundTripUs),
      };
    case "heartbeatReply":
      return { type: "heartbeat-reply", sequence: Number(kind.value.sequence) };
    case "verdictRequest":
      return {
        type: "verdict-request",
        requestId: Number(kind.value.requestId),
        deviceAddress: kind.value.deviceAddress,
        proxyAddress: kind.value.proxyAddress,
        wantsMd5Key: kind.value.wantsMd5Key,
      };
    default:
      return undefined;
  }
}

export function encodeIngestControl(message: IngestControl): Uint8Array {
  return toBinary(IngestControlSchema, create(IngestControlSchema, { kind: ingestKind(message) }));
}

type IngestKind = NonNullable<MessageInitShape<typeof IngestControlSchema>["kind"]>;

function ingestKind(message: IngestControl): IngestKind {
  switch (message.type) {
    case "welcome":
      return {
        case: "welcome",
        value: {
          ingestInstance: message.ingestInstance,
          version: message.version,
          heartbeatIntervalMs: message.heartbeatIntervalMs,
          backendPin: message.backendPin,
          registryRevision: BigInt(message.registryRevision),
        },
      };
    case "heartbeat":
      return { case: "heartbeat", value: heartbeatInit(message) };
    case "heartbeat-reply":
      return { case: "heartbeatReply", value: { sequence: BigInt(message.sequence) } };
    case "verdict":
      return {
        case: "verdict",
        value: {
          requestId: BigInt(message.requestId),
          deviceAddress: message.deviceAddress,
          outcome: outcomeInit(message.outcome),
        },
      };
    case "device-changed":
      return {
        case: "deviceChanged",
        value: {
          deviceAddresses: [...message.deviceAddresses],
          kind: CHANGE_TO_WIRE[message.kind],
          deviceId: BigInt(message.deviceId),
          deviceName: message.deviceName,
          registryRevision: BigInt(message.registryRevision),
        },
      };
    case "drain":
      return { case: "drain", value: { reason: message.reason, deadlineMs: message.deadlineMs } };
  }
}

type OutcomeInit = NonNullable<Extract<IngestKind, { case: "verdict" }>["value"]["outcome"]>;

function outcomeInit(outcome: VerdictOutcome): OutcomeInit {
  if (outcome.kind === "block") {
    return {
      case: "block",
      value: { reason: outcome.reason, ttlSeconds: outcome.ttlSeconds, cause: CAUSE_TO_WIRE[outcome.cause] },
    };
  }
  return {
    case: "allow",
    value: {
      deviceId: BigInt(outcome.deviceId),
      deviceName: outcome.deviceName,
      label: outcome.label,
      ttlSeconds: outcome.ttlSeconds,
      md5Key: outcome.md5Key,
      md5Required: outcome.md5Required,
      metadata: [...outcome.metadata].map(([key, value]) => ({ key, value })),
    },
  };
}

/** Undefined for a kind of message that this version doesn't know. Throws on bytes that are no such message. */
export function decodeIngestControl(bytes: Uint8Array): IngestControl | undefined {
  const { kind } = fromBinary(IngestControlSchema, bytes);
  switch (kind.case) {
    case "welcome":
      return {
        type: "welcome",
        ingestInstance: kind.value.ingestInstance,
        version: kind.value.version,
        heartbeatIntervalMs: kind.value.heartbeatIntervalMs,
        backendPin: kind.value.backendPin,
        registryRevision: Number(kind.value.registryRevision),
      };
    case "heartbeat":
      return {
        type: "heartbeat",
        sequence: Number(kind.value.sequence),
        lastRoundTripUs: Number(kind.value.lastRoundTripUs),
      };
    case "heartbeatReply":
      return { type: "heartbeat-reply", sequence: Number(kind.value.sequence) };
    case "verdict": {
      const { outcome, requestId, deviceAddress } = kind.value;
      const id = Number(requestId);
      if (outcome.case === "allow") {
        const { value } = outcome;
        const allow: VerdictOutcome = {
          kind: "allow",
          deviceId: Number(value.deviceId),
          deviceName: value.deviceName,
          label: value.label,
          ttlSeconds: value.ttlSeconds,
          md5Key: value.md5Key,
          md5Required: value.md5Required,
          metadata: echoableEntries(value.metadata),
        };
        return { type: "verdict", requestId: id, deviceAddress, outcome: allow };
      }
      if (outcome.case === "block") {
        const { reason, ttlSeconds, cause } = outcome.value;
        const block: VerdictOutcome = { kind: "block", reason, ttlSeconds, cause: causeFromWire(cause) };
        return { type: "verdict", requestId: id, deviceAddress, outcome: block };
      }
      return undefined;
    }
    case "deviceChanged":
      return {
        type: "device-changed",
        deviceAddresses: kind.value.deviceAddresses,
        kind: changeFromWire(kind.value.kind),
        deviceId: Number(kind.value.deviceId),
        deviceName: kind.value.deviceName,
        registryRevision: Number(kind.value.registryRevision),
      };
    case "drain":
      return { type: "drain", reason: kind.value.reason, deadlineMs: kind.value.deadlineMs };
    default:
      return undefined;
  }
}
