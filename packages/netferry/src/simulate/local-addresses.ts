import { formatAddress, parseAddress } from "@netferry/bgp";
import { UsageError } from "@netferry/service";

/** Most sessions in one process: what one address's worth of ephemeral ports and open files can carry. */
export const MAX_SESSIONS = 50_000;

/**
 * One local address for each session: those of the list, or as many as there are sessions, counted up from a single
 * one. Undefined stands for whichever the system picks.
 * @throws UsageError
 */
export function localAddresses(
  given: readonly string[],
  sessions: number | undefined,
): (string | undefined)[] {
  const [first] = given;
  const count = sessions ?? Math.max(1, given.length);
  if (first === undefined) {
    if (count > 1) {
      throw new UsageError(
        `${count} sessions need an address each: give the first with --local-address, such as 127.0.1.1`,
      );
    }
    return [undefined];
  }
  if (given.length === 1) return countUp(first, count);
  if (given.length < count) {
    throw new UsageError(
      `--local-address lists ${given.length} addresses for ${count} sessions; list ${count}, or one to count up from`,
    );
  }
  for (const text of given) parsed(text);
  return given.slice(0, count);
}

function countUp(first: string, count: number): string[] {
  const octets = parsed(first);
  const addresses: string[] = [];
  for (let index = 0; index < count; index += 1) {
    addresses.push(formatAddress(octets));
    for (let at = octets.length - 1; at >= 0; at -= 1) {
      octets[at]! += 1;
      if (octets[at] !== 0) break;
      if (at === 0) throw new UsageError(`--local-address ${first} has no ${count - 1} addresses behind it`);
    }
  }
  return addresses;
}

function parsed(text: string): Uint8Array {
  const octets = parseAddress(text);
  if (octets === undefined) throw new UsageError(`--local-address ${JSON.stringify(text)} is no IP address`);
  return octets;
}
