/** Brings sessions to rest, one by one, so that another process can go on with them. */
import type { Socket } from "node:net";
import { descriptorOf, quiesce } from "@netferry/kernel";
import { errorText } from "@netferry/service";
import type { DeviceConnection } from "../device-connection.ts";
import type { DeviceSession } from "../session.ts";
import type { HandedSession } from "./state.ts";

/** A device's session, and its connection. */
export interface HeldSession {
  readonly session: DeviceSession;
  /** Undefined where the device's end was over when another process handed the session over. */
  readonly connection: DeviceConnection | undefined;
}

/** An open connection that nothing moves on. */
export interface RestingSocket {
  /** Still this process's, until it lets go. */
  readonly descriptor: number;
  /** Goes on as if nothing had been. */
  resume(): void;
  /** Closes this process's descriptor without a word to the device. */
  letGo(): Promise<void>;
}

export interface RestingSession {
  readonly handed: HandedSession;
  readonly socket: RestingSocket | undefined;
}

/** Undefined where the connection closed meanwhile. Nothing was read from it before. */
export async function restSocket(socket: Socket, signal: AbortSignal): Promise<RestingSocket | undefined> {
  try {
    const quiet = await quiesce(socket, { signal });
    return { descriptor: descriptorOf(socket), resume: () => quiet.resume(), letGo: () => quiet.letGo() };
  } catch {
    return undefined;
  }
}

/**
 * Undefined where the session is over. Where its device does not take what was written to it before `signal` aborts, it
 * is ended, by a Cease.
 */
export async function restSession(
  { session, connection }: HeldSession,
  signal: AbortSignal,
): Promise<RestingSession | undefined> {
  session.freeze();
  if (connection === undefined || session.deviceGone) return withoutSocket(session);
  try {
    const { handed, ...socket } = await connection.rest(signal);
    return { handed: session.handed(handed), socket };
  } catch (error) {
    if (session.phase === "closed") return undefined;
    if (session.deviceGone) return withoutSocket(session);
    session.stop(`the next process of the agent can't go on with it: ${errorText(error)}`);
    return undefined;
  }
}

/** The ingest has yet to hear that the device's end is over. */
function withoutSocket(session: DeviceSession): RestingSession {
  return { handed: session.handed(undefined), socket: undefined };
}
