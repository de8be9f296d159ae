/** What an agent knows of its sessions beside their sockets, as its successor needs it. */
import type { RelayMetadata, SessionIdentity } from "@netferry/relay";
import { z } from "zod";
import type { HandedTotal } from "../device-totals.ts";
import type { Denial } from "../verdicts.ts";

/** A successor that does not know the format refuses, and the agent before goes on. */
const FORMAT = 1;
const HEAD_LENGTH = 4;

/** A session's two OPENs, and which of them the other side has confirmed. */
export interface HandedOpens {
  readonly device: Uint8Array;
  readonly ingest: Uint8Array;
  readonly deviceConfirmed: boolean;
  readonly ingestConfirmed: boolean;
}

/** Positions of a session, and what of its device's bytes no ingest has acknowledged. */
export interface HandedFlow {
  /** Position of the first retained byte. */
  readonly from: number;
  /** Runs of whole messages. */
  readonly retained: readonly Uint8Array[];
  /** Position up to which the device was given the ingest's bytes. */
  readonly received: number;
}

export interface HandedConnection {
  /** Bytes that were read and are no whole message yet, or that nobody has looked at. */
  readonly input: Uint8Array;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface HandedSession {
  readonly session: SessionIdentity;
  readonly label: string;
  readonly echo: RelayMetadata;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly outageSince: number | undefined;
  /** Why the device's end is over; such a session has no connection, only an ingest that has to be told. */
  readonly deviceGone: string | undefined;
  readonly opens: HandedOpens;
  readonly flow: HandedFlow;
  readonly lossy: boolean;
  readonly droppedUpdates: number;
  /** BGP messages that the session has carried. */
  readonly messages: { readonly up: number; readonly down: number };
  readonly connection: HandedConnection | undefined;
}

/** Descriptors go beside it, in this order: listeners, waiting connections, those of the sessions that have one. */
export interface HandedState {
  readonly instance: string;
  /** Which ingest has said what is known of devices, and after how many changes of the registry; empty for none. */
  readonly registryState: string;
  readonly version: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly denials: readonly Denial[];
  /** Denials by cause, and what TCP MD5 has counted. */
  readonly denied: Readonly<Record<string, number>>;
  readonly md5Counters: Readonly<Record<string, number>>;
  readonly deviceTotals: readonly HandedTotal[];
  /** Addresses whose TCP MD5 keys the listeners have; the keys themselves are the kernel's. */
  readonly md5Addresses: readonly string[];
  readonly listeners: number;
  /** Connections of devices that no verdict has come for; nothing was read from them. */
  readonly waiting: number;
  readonly sessions: readonly HandedSession[];
}

/** The state is not one that this agent can go on with. */
export class HandoverStateError extends Error {
  override readonly name = "HandoverStateError";
}

const count = z.int().nonnegative();
/** Offset and length in the octets behind the header. */
const octets = z.tuple([count, count]);

const SessionSchema = z.object({
  session: z.object({
    sessionId: z.string(),
    deviceIp: z.string(),
    devicePort: count,
    proxyIp: z.string(),
    proxyPort: count,
  }),
  label: z.string(),
  echo: z.array(z.tuple([z.string(), z.string()])),
  startedAt: z.number(),
  outageSince: z.number().optional(),
  deviceGone: z.string().optional(),
  opens: z.object({
    device: octets,
    ingest: octets,
    deviceConfirmed: z.boolean(),
    ingestConfirmed: z.boolean(),
  }),
  flow: z.object({ from: count, retained: z.array(octets), received: count }),
  lossy: z.boolean(),
  droppedUpdates: count,
  messages: z.object({ up: count, down: count }).default({ up: 0, down: 0 }),
  connection: z.object({ input: octets, bytesIn: count, bytesOut: count }).optional(),
});

const StateSchema = z.object({
  format: z.literal(FORMAT),
  instance: z.string(),
  registryState: z.string(),
  version: z.string(),
  counters: z.record(z.string(), z.number()),
  denials: z.array(
    z.object({
      address: z.string(),
      reason: z.string(),
      cause: z.enum(["unknown-device", "ambiguous-address", "not-peering", "other"]).catch("other"),
      secondsLeft: z.number(),
      attempts: count,
    }),
  ),
  denied: z.record(z.string(), z.number()).default({}),
  md5Counters: z.record(z.string(), z.number()).default({}),
  deviceTotals: z.array(z.tuple([z.string(), count, count, count, count])).default([]),
  md5Addresses: z.array(z.string()).default([]),
  listeners: count,
  waiting: count,
  sessions: z.array(SessionSchema),
});

type Octets = z.infer<typeof octets>;

/** The state as octets, in parts: retained bytes are not copied. */
export function encodeState(state: HandedState): Uint8Array[] {
  const blobs: Uint8Array[] = [];
  let length = 0;
  const put = (bytes: Uint8Array): Octets => {
    const at: Octets = [length, bytes.length];
    blobs.push(bytes);
    length += bytes.length;
    return at;
  };
  const sessions = state.sessions.map(
    ({ echo, opens, flow, connection, ...rest }): z.infer<typeof SessionSchema> => ({
      ...rest,
      echo: [...echo],
      opens: { ...opens, device: put(opens.device), ingest: put(opens.ingest) },
      flow: { ...flow, retained: flow.retained.map(put) },
      connection: connection && { ...connection, input: put(connection.input) },
    }),
  );
  const contents: z.input<typeof StateSchema> = {
    ...state,
    denials: [...state.denials],
    md5Addresses: [...state.md5Addresses],
    deviceTotals: state.deviceTotals.map(([label, ...counted]) => [label, ...counted]),
    format: FORMAT,
    sessions,
  };
  const header = new TextEncoder().encode(JSON.stringify(contents));
  const head = new Uint8Array(HEAD_LENGTH);
  new DataView(head.buffer).setUint32(0, header.length);
  return [head, header, ...blobs];
}

/** Byte fields are copies: one that lives long shall not keep all the others. @throws HandoverStateError */
export function decodeState(bytes: Uint8Array): HandedState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = HEAD_LENGTH;
  const get = ([offset, length]: Octets): Uint8Array => {
    if (start + offset + length > bytes.length) throw new HandoverStateError("the agent's state is cut off");
    return bytes.slice(start + offset, start + offset + length);
  };
  let contents: z.infer<typeof StateSchema>;
  try {
    start += view.getUint32(0);
    const header = new TextDecoder().decode(bytes.subarray(HEAD_LENGTH, start));
    contents = StateSchema.parse(JSON.parse(header));
  } catch (cause) {
    throw new HandoverStateError("the agent's state is of another version or damaged", { cause });
  }
  const sessions = contents.sessions.map(({ echo, opens, flow, connection, ...rest }): HandedSession => ({
    ...rest,
    outageSince: rest.outageSince,
    deviceGone: rest.deviceGone,
    echo: new Map(echo),
    opens: { ...opens, device: get(opens.device), ingest: get(opens.ingest) },
    flow: { ...flow, retained: flow.retained.map(get) },
    connection: connection && { ...connection, input: get(connection.input) },
  }));
  const { format: _, ...rest } = contents;
  return { ...rest, sessions };
}
