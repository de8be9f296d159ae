/**
 * How sessions cross from one agent process to the next: over a channel of sequenced messages, the state in a file
 * without a name, the sockets as descriptors. The same messages go straight to a successor that runs already, or wait
 * in a socket that the service manager keeps until there is one.
 */
import {
  closeDescriptor,
  createMemoryFile,
  type DescriptorChannel,
  MAX_DESCRIPTORS_PER_MESSAGE,
  readMemoryFile,
} from "@netferry/kernel";
import { z } from "zod";
import { decodeState, encodeState, type HandedState, HandoverStateError } from "./state.ts";

/** Most that the state of all sessions may take, octets. */
const MAX_STATE_BYTES = 2 ** 32;
const MAX_DESCRIPTORS = 65_536;

const AnnouncementSchema = z.object({ descriptors: z.int().nonnegative().max(MAX_DESCRIPTORS) });
const BATCH = new TextEncoder().encode("descriptors");
const ADOPTED = new TextEncoder().encode("adopted");

/** What one agent hands to the next. Whoever has it owns the descriptors. */
export interface Cargo {
  readonly state: HandedState;
  /** As {@link HandedState} orders them. */
  readonly descriptors: readonly number[];
}

/** What came is not what this agent can go on with. The descriptors are the receiver's, to close or to say goodbye by. */
export class CargoRefused extends Error {
  override readonly name = "CargoRefused";
  readonly descriptors: readonly number[];

  constructor(error: Error, descriptors: readonly number[]) {
    super(error.message, { cause: error });
    this.descriptors = descriptors;
  }
}

/** The sender still owns its descriptors afterwards. */
export async function sendCargo(channel: DescriptorChannel, { state, descriptors }: Cargo): Promise<void> {
  const announcement: z.infer<typeof AnnouncementSchema> = { descriptors: descriptors.length };
  const file = createMemoryFile("netferry-handover", encodeState(state));
  try {
    await channel.send(new TextEncoder().encode(JSON.stringify(announcement)), [file]);
  } finally {
    closeDescriptor(file);
  }
  for (let at = 0; at < descriptors.length; at += MAX_DESCRIPTORS_PER_MESSAGE) {
    await channel.send(BATCH, descriptors.slice(at, at + MAX_DESCRIPTORS_PER_MESSAGE));
  }
}

/**
 * Undefined where the other side closed without a word. What came before an error is closed.
 *
 * @throws CargoRefused where all came, but its state is of no use
 */
export async function receiveCargo(channel: DescriptorChannel): Promise<Cargo | undefined> {
  const descriptors: number[] = [];
  let file: number | undefined;
  try {
    const first = await channel.receive();
    if (first === undefined) return undefined;
    file = first.descriptors[0];
    const { descriptors: expected } = AnnouncementSchema.parse(
      JSON.parse(new TextDecoder().decode(first.payload)),
    );
    while (descriptors.length < expected) {
      const batch = await channel.receive();
      if (batch === undefined)
        throw new Error(`the agent before ended after ${descriptors.length} of ${expected} sockets`);
      descriptors.push(...batch.descriptors);
    }
    if (file === undefined) throw new Error("the agent before sent no state");
    return { state: stateIn(file, descriptors), descriptors };
  } catch (error) {
    if (error instanceof CargoRefused) throw error;
    closeAll(descriptors);
    throw error;
  } finally {
    if (file !== undefined) closeDescriptor(file);
  }
}

/** Tells the agent before that all is adopted. */
export async function confirmCargo(channel: DescriptorChannel): Promise<void> {
  await channel.send(ADOPTED);
}

/** Whether the successor has adopted all; false where it went away. */
export async function awaitConfirmation(channel: DescriptorChannel): Promise<boolean> {
  const message = await channel.receive();
  closeAll(message?.descriptors ?? []);
  return message !== undefined && Buffer.compare(message.payload, ADOPTED) === 0;
}

export function closeAll(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeDescriptor(descriptor);
}

function stateIn(file: number, descriptors: readonly number[]): HandedState {
  try {
    const state = decodeState(readMemoryFile(file, MAX_STATE_BYTES));
    const connections = state.sessions.filter(({ connection }) => connection !== undefined).length;
    if (state.listeners + state.waiting + connections !== descriptors.length) {
      throw new HandoverStateError(
        `the agent's state tells of ${state.listeners + state.waiting + connections} sockets, ${descriptors.length} came`,
      );
    }
    return state;
  } catch (error) {
    throw new CargoRefused(error instanceof Error ? error : new Error(String(error)), descriptors);
  }
}
