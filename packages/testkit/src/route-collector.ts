import type { CodecContext, Family } from "@netferry/bgp";
import { iterateMessages, MessageType, messageType, UpdateScanner } from "@netferry/bgp";

/** Octets of a path id before an NLRI (RFC 7911 section 3). */
const PATH_ID_LENGTH = 4;

/**
 * The simplest Adj-RIB-In there is, for tests to compare others with: applies UPDATEs of families whose NLRI are
 * prefixes to a map. Not made for speed.
 */
export class RouteCollector {
  /** Attributes in the form of UpdateScanner, by route: see routeKey. */
  readonly routes = new Map<string, Uint8Array>();
  /** End-of-RIB markers so far, in order. */
  readonly endsOfRib: Family[] = [];
  /** UPDATEs so far. */
  updates = 0;
  /** What was not in order, in UPDATEs with errors (RFC 7606). */
  readonly problems: string[] = [];
  readonly #scanner: UpdateScanner;

  constructor(context: CodecContext) {
    this.#scanner = new UpdateScanner(context);
  }

  /** Applies the UPDATEs of a run of whole messages; others are passed over. */
  applyRun(run: Uint8Array): void {
    for (const message of iterateMessages(run)) {
      if (messageType(message, 0) === MessageType.update) this.apply(message);
    }
  }

  /** Applies one UPDATE, header included. */
  apply(message: Uint8Array): void {
    const scanner = this.#scanner;
    this.updates += 1;
    const disposition = scanner.scan(message, 0, message.length);
    if (disposition !== "ok") this.problems.push(...scanner.errors().map(String), disposition);
    if (disposition === "reset") return;
    const { endOfRib } = scanner;
    if (endOfRib !== undefined) this.endsOfRib.push(endOfRib);
    for (const run of scanner.withdrawn.slice(0, scanner.withdrawnCount)) {
      for (const key of keysOf(run)) this.routes.delete(key);
    }
    for (const run of scanner.announced.slice(0, scanner.announcedCount)) {
      const attributes = run.attributesBuffer.slice(run.attributesStart, run.attributesEnd);
      for (const key of keysOf(run)) this.routes.set(key, attributes);
    }
  }
}

/** The key of a route: family, path id where there is one, and NLRI, as text. */
export function routeKey(family: Family, nlri: Uint8Array, pathId?: number): string {
  return `${family} ${pathId === undefined ? "" : `${pathId} `}${Buffer.from(nlri).toString("hex")}`;
}

/** Most differences that routeDifferences lists. */
export const MAX_DIFFERENCES = 20;

/** How two sets of routes differ, one line for each route; empty where they do not. */
export function routeDifferences(
  actual: ReadonlyMap<string, Uint8Array>,
  expected: ReadonlyMap<string, Uint8Array>,
): string[] {
  const differences: string[] = [];
  for (const [key, attributes] of expected) {
    const seen = actual.get(key);
    if (seen === undefined) differences.push(`${key} is missing`);
    else if (Buffer.compare(seen, attributes) !== 0) {
      const [has, wants] = [seen, attributes].map((octets) => Buffer.from(octets).toString("hex"));
      differences.push(`${key} has attributes ${has}, expected ${wants}`);
    }
    if (differences.length >= MAX_DIFFERENCES) return differences;
  }
  for (const key of actual.keys()) {
    if (!expected.has(key)) differences.push(`${key} should not be there`);
    if (differences.length >= MAX_DIFFERENCES) break;
  }
  return differences;
}

interface Run {
  readonly family: Family;
  readonly addPath: boolean;
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function* keysOf({ family, addPath, buffer, start, end }: Run): Generator<string, void> {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  for (let at = start; at < end;) {
    const pathId = addPath ? view.getUint32(at) : undefined;
    if (addPath) at += PATH_ID_LENGTH;
    const next = at + 1 + ((buffer[at]! + 7) >>> 3);
    yield routeKey(family, buffer.subarray(at, next), pathId);
    at = next;
  }
}
