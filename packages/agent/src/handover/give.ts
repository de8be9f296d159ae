/** Hands an agent that runs to the process that goes on: one that has started already, or one that will. */
import {
  closeDescriptor,
  DescriptorChannel,
  receiveDescriptors,
  type ServiceManager,
  unixSocketPair,
} from "@netferry/kernel";
import type { Clock } from "@netferry/service";
import type { RestingAgent } from "../agent-options.ts";
import { awaitConfirmation, sendCargo } from "./transfer.ts";

/** Under this name the service manager keeps the sessions. */
export const STORED_NAME = "netferry-sessions";
/** Time for the other side to take everything and to say so. */
const TRANSFER_TIMEOUT_MS = 10_000;

export interface GiveOptions {
  readonly rest: () => Promise<RestingAgent>;
  readonly clock: Clock;
}

/** Nothing was handed over, and the agent goes on as before. */
export class NotHandedOver extends Error {
  override readonly name = "NotHandedOver";
}

/**
 * Gives everything to a successor that has connected. Returns the number of sessions when it has adopted them, and this
 * process has let go.
 *
 * @throws NotHandedOver
 */
export function giveToSuccessor(channel: DescriptorChannel, options: GiveOptions): Promise<number> {
  return give(channel, options, async () => {
    if (!(await awaitConfirmation(channel)))
      throw new Error("the new process ended before it had adopted them");
  });
}

/**
 * Leaves everything with the service manager, for the next process that it starts.
 *
 * @throws NotHandedOver
 */
export async function giveToManager(manager: ServiceManager, options: GiveOptions): Promise<number> {
  const channel = await storedChannel(manager, options.clock);
  try {
    return await give(channel, options, () => Promise.resolve());
  } catch (error) {
    await manager.removeStored(STORED_NAME);
    throw error;
  } finally {
    channel.close();
  }
}

async function give(
  channel: DescriptorChannel,
  { rest, clock }: GiveOptions,
  settle: () => Promise<void>,
): Promise<number> {
  const resting = await rest();
  const cancel = clock.later(TRANSFER_TIMEOUT_MS, () => channel.close());
  try {
    await sendCargo(channel, resting.cargo);
    await settle();
  } catch (cause) {
    await resting.resume();
    throw new NotHandedOver(cause instanceof Error ? cause.message : String(cause), { cause });
  } finally {
    cancel();
  }
  await resting.letGo();
  return resting.cargo.state.sessions.length;
}

/** A channel whose other end the manager keeps, with all that is sent on it. */
async function storedChannel(manager: ServiceManager, clock: Clock): Promise<DescriptorChannel> {
  const [near, far] = unixSocketPair();
  const abort = new AbortController();
  const cancel = clock.later(TRANSFER_TIMEOUT_MS, () =>
    abort.abort(new Error("the service manager is silent")),
  );
  try {
    try {
      await manager.removeStored(STORED_NAME);
      await manager.store(STORED_NAME, far);
      await manager.barrier(abort.signal);
    } finally {
      closeDescriptor(far);
      cancel();
    }
    if (receiveDescriptors(near).kind === "end") {
      throw new NotHandedOver(
        "the service manager keeps no sockets: FileDescriptorStoreMax= of the unit is 0",
      );
    }
    return new DescriptorChannel(near);
  } catch (error) {
    closeDescriptor(near);
    throw error instanceof NotHandedOver ? error : new NotHandedOver(String(error), { cause: error });
  }
}
