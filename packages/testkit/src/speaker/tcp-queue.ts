import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { parseAddress } from "@netferry/bgp";

/** Octets of a connection that its peer's TCP has not acknowledged, by local and remote port and address. */
export type SendQueues = ReadonlyMap<string, number>;

/** The ends of a connection, as sockets give them. */
export interface ConnectionEnds {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Reads the send queues of this network namespace's TCP connections (Linux: /proc/net/tcp and tcp6). Undefined where
 * the system does not tell.
 */
export async function readSendQueues(root = "/proc/self/net"): Promise<SendQueues | undefined> {
  const queues = new Map<string, number>();
  const [ipv4, ipv6] = await Promise.allSettled([read(`${root}/tcp`), read(`${root}/tcp6`)]);
  if (ipv4.status === "rejected" && ipv6.status === "rejected") return undefined;
  for (const file of [ipv4, ipv6]) if (file.status === "fulfilled") addQueues(file.value, queues);
  return queues;
}

async function read(path: string): Promise<string> {
  return readFile(path, "latin1");
}

/** Octets that the peer's TCP has not acknowledged; 0 for a connection that is not there any more. */
export function unacknowledged(queues: SendQueues, ends: ConnectionEnds): number {
  return queues.get(queueKey(ends)) ?? 0;
}

function addQueues(text: string, queues: Map<string, number>): void {
  for (const line of text.split("\n").slice(1)) {
    // "  0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 ...": local, remote, state, send and receive queue
    const [, local, remote, , queue] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || queue === undefined) continue;
    queues.set(`${local} ${remote.split(":")[1] ?? ""}`, Number.parseInt(queue, 16));
  }
}

/** As the kernel writes it: each 32-bit word of the address as a number of the machine, the port in hexadecimal. */
function queueKey({ localAddress, localPort, remotePort }: ConnectionEnds): string {
  const octets = parseAddress(localAddress ?? "") ?? new Uint8Array(4);
  const view = new DataView(octets.buffer);
  let address = "";
  for (let at = 0; at < octets.length; at += 4) address += hex(view.getUint32(at, endianness() === "LE"), 8);
  return `${address}:${hex(localPort ?? 0, 4)} ${hex(remotePort ?? 0, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
