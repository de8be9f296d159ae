/**
 * The messages of the data stream as plain values, and their way to and from protobuf.
 *
 * Positions are numbers here: 2^53 bytes of BGP are more than a session can carry in a century.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  Action as WireAction,
  AgentDataSchema,
  AttachedSchema,
  AttachMode as WireAttachMode,
  AttachSchema,
  IngestDataSchema,
} from "./gen/netferry/relay/v1/relay_pb.js";

export type Action = "none" | "kill" | "restart";

/** One message of a data stream, in either direction. */
export interface DataFrame {
  /** Position of the payload's first byte, in the sender's direction. */
  readonly position: number;
  /** Whole BGP messages; may be empty. */
  readonly payload: Uint8Array;
  /** Position, in the other direction, up to which everything was applied. */
  readonly acknowledged: number;
  readonly action: Action;
  /** Why, for `kill` and `restart`. */
  readonly reason: string;
}

/** What an agent says first on a data stream. See relay.proto for the positions. */
export interface Attach {
  readonly retainedFrom: number;
  readonly retainedTo: number;
  readonly delivered: number;
  readonly lossy: boolean;
  readonly deviceOpen: Uint8Array;
  readonly ingestOpen: Uint8Array;
  readonly established: boolean;
  /** When the session began, milliseconds since 1970 by the agent's clock; 0 where it does not say. */
  readonly beganMs: number;
}

export type AttachMode = "new" | "resumed" | "taken-over";

/** What an ingest answers. */
export interface Attached {
  readonly mode: AttachMode;
  readonly sendFrom: number;
  readonly downFrom: number;
  /** Unacknowledged bytes that may be in flight. */
  readonly window: number;
}

/** A message from the agent: its attach, or data. */
export type AgentFrame = { readonly attach: Attach } | DataFrame;
/** A message from the ingest: its answer to attach, or data. */
export type IngestFrame = { readonly attached: Attached } | DataFrame;

const EMPTY = new Uint8Array(0);

const ACTION_TO_WIRE: Readonly<Record<Action, WireAction>> = {
  none: WireAction.NONE,
  kill: WireAction.KILL,
  restart: WireAction.RESTART,
};

function actionFromWire(action: WireAction): Action {
  switch (action) {
    case WireAction.NONE:
      return "none";
    case WireAction.RESTART:
      return "restart";
    case WireAction.KILL:
      return "kill";
    // An action of a later version asks for something that this side can't do: end the session, guess nothing.
    default:
      return "kill";
  }
}

const MODE_TO_WIRE: Readonly<Record<AttachMode, WireAttachMode>> = {
  new: WireAttachMode.NEW,
  resumed: WireAttachMode.RESUMED,
  "taken-over": WireAttachMode.TAKEN_OVER,
};

/** A position from the wire; one beyond what a number holds is clamped, and then fails every comparison. */
function position(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

type WireFrame = {
  position: bigint;
  payload: Uint8Array;
  acknowledged: bigint;
  action: WireAction;
  reason: string;
};

function fromWire(wire: WireFrame): DataFrame {
  return {
    position: position(wire.position),
    payload: wire.payload,
    acknowledged: position(wire.acknowledged),
    action: actionFromWire(wire.action),
    reason: wire.reason,
  };
}

function toWire(frame: DataFrame): WireFrame {
  return {
    position: BigInt(frame.position),
    payload: frame.payload,
    acknowledged: BigInt(frame.acknowledged),
    action: ACTION_TO_WIRE[frame.action],
    reason: frame.reason,
  };
}

export function encodeAgentFrame(frame: AgentFrame): Uint8Array {
  if (!("attach" in frame)) return toBinary(AgentDataSchema, create(AgentDataSchema, toWire(frame)));
  const { attach } = frame;
  return toBinary(
    AgentDataSchema,
    create(AgentDataSchema, {
      attach: create(AttachSchema, {
        retainedFrom: BigInt(attach.retainedFrom),
        retainedTo: BigInt(attach.retainedTo),
        beganMs: BigInt(attach.beganMs),
        delivered: BigInt(attach.delivered),
        lossy: attach.lossy,
        deviceOpen: attach.deviceOpen,
        ingestOpen: attach.ingestOpen,
        established: attach.established,
      }),
    }),
  );
}

/** Throws on bytes that are no such message; the transport turns that into the end of the stream. */
export function decodeAgentFrame(bytes: Uint8Array): AgentFrame {
  const wire = fromBinary(AgentDataSchema, bytes);
  if (wire.attach === undefined) return fromWire(wire);
  const { attach } = wire;
  return {
    attach: {
      retainedFrom: position(attach.retainedFrom),
      retainedTo: position(attach.retainedTo),
      beganMs: position(attach.beganMs),
      delivered: position(attach.delivered),
      lossy: attach.lossy,
      deviceOpen: attach.deviceOpen,
      ingestOpen: attach.ingestOpen,
      established: attach.established,
    },
  };
}

export function encodeIngestFrame(frame: IngestFrame): Uint8Array {
  if (!("attached" in frame)) return toBinary(IngestDataSchema, create(IngestDataSchema, toWire(frame)));
  const { attached } = frame;
  return toBinary(
    IngestDataSchema,
    create(IngestDataSchema, {
      attached: create(AttachedSchema, {
        mode: MODE_TO_WIRE[attached.mode],
        sendFrom: BigInt(attached.sendFrom),
        downFrom: BigInt(attached.downFrom),
        window: attached.window,
      }),
    }),
  );
}

/** Throws on bytes that are no such message; the transport turns that into the end of the stream. */
export function decodeIngestFrame(bytes: Uint8Array): IngestFrame {
  const wire = fromBinary(IngestDataSchema, bytes);
  if (wire.attached === undefined) return fromWire(wire);
  const { attached } = wire;
  return {
    attached: {
      mode: attachModeFromWire(attached.mode),
      sendFrom: position(attached.sendFrom),
      downFrom: position(attached.downFrom),
      window: attached.window,
    },
  };
}

function attachModeFromWire(mode: WireAttachMode): AttachMode {
  switch (mode) {
    case WireAttachMode.RESUMED:
      return "resumed";
    case WireAttachMode.TAKEN_OVER:
      return "taken-over";
    case WireAttachMode.NEW:
      return "new";
    default:
      throw new Error(`attach mode ${mode} is not known to this version`);
  }
}

/** What an agent gives as the reason of a KILL when the device has ended its connection in order. */
export const DEVICE_CLOSED = "the device closed the connection";

/** A frame that carries only an acknowledgement or an action. */
export function bareFrame(at: number, acknowledged: number, action: Action = "none", reason = ""): DataFrame {
  return { position: at, payload: EMPTY, acknowledged, action, reason };
}
