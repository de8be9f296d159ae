/** Takes over what an agent before this one has: one that still runs, or one that left it with the service manager. */
import { ceaseNotification, CeaseSubcode, encodeMessage } from "@netferry/bgp";
import {
  adoptSocket,
  closeDescriptor,
  DescriptorChannel,
  KernelError,
  type ServiceManager,
} from "@netferry/kernel";
import { errorText, type Logger, OperatorError } from "@netferry/service";
import type { Inheritance } from "../agent-options.ts";
import { STORED_NAME } from "./give.ts";
import { CargoRefused, closeAll, confirmCargo, receiveCargo } from "./transfer.ts";

/** What is inherited, and what becomes of it where this process can't start. */
export interface Estate extends Inheritance {
  /** Where it came from, for the log. */
  readonly from: string;
  /** Gives up: an agent that still runs goes on; sessions that nobody has any more end with a Cease. */
  refuse(reason: string): void;
}

const NOBODY: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED"]);
/** A device takes a NOTIFICATION of this size at once, or not at all. */
const GOODBYE_MS = 1_000;

/** From the agent that listens at a path; undefined where none does. */
export async function inheritFromAgent(path: string): Promise<Estate | undefined> {
  const channel = connect(path);
  if (channel === undefined) return undefined;
  const { pid } = channel.peer;
  try {
    const cargo = await receiveCargo(channel);
    if (cargo === undefined) throw new Error("it gave nothing; its log says why");
    return {
      cargo,
      from: `process ${pid}`,
      async onAdopted() {
        await confirmCargo(channel);
        channel.close();
      },
      refuse: () => channel.close(),
    };
  } catch (error) {
    channel.close();
    if (error instanceof CargoRefused) closeAll(error.descriptors);
    throw new OperatorError(`can't take over from process ${pid}, which goes on: ${errorText(error)}`, {
      cause: error,
    });
  }
}

/** From the service manager that kept it; undefined where there is nothing. */
export async function inheritFromManager(
  manager: ServiceManager,
  logger: Logger,
): Promise<Estate | undefined> {
  let kept: number | undefined;
  for (const { name, descriptor } of manager.takeDescriptors()) {
    if (name === STORED_NAME && kept === undefined) kept = descriptor;
    else closeDescriptor(descriptor);
  }
  if (kept === undefined) return undefined;
  const channel = new DescriptorChannel(kept);
  try {
    const cargo = await receiveCargo(channel);
    if (cargo === undefined) return undefined;
    return {
      cargo,
      from: "the service manager",
      onAdopted: () => manager.removeStored(STORED_NAME),
      refuse: (reason) => dismiss(cargo.descriptors, reason),
    };
  } catch (error) {
    logger.error({ err: error }, "the sessions that the agent before left can't be taken over; they end");
    if (error instanceof CargoRefused) dismiss(error.descriptors, error.message);
    return undefined;
  } finally {
    channel.close();
    // Whatever it was, the next process must not be given it again.
    await manager.removeStored(STORED_NAME);
  }
}

function connect(path: string): DescriptorChannel | undefined {
  try {
    return DescriptorChannel.connect(path);
  } catch (error) {
    if (error instanceof KernelError && NOBODY.has(error.code)) return undefined;
    throw new OperatorError(`--handover: ${errorText(error)}`, { cause: error });
  }
}

/** Ends connections by a Cease. Whole messages were written before, so it stands where a message may stand. */
function dismiss(descriptors: readonly number[], reason: string): void {
  const goodbye = encodeMessage(ceaseNotification(CeaseSubcode.administrativeReset, reason));
  for (const descriptor of descriptors) {
    try {
      const socket = adoptSocket(descriptor);
      socket.on("error", () => undefined);
      socket.setTimeout(GOODBYE_MS, () => socket.destroy());
      socket.end(goodbye);
    } catch {
      // A listener.
      closeDescriptor(descriptor);
    }
  }
}
