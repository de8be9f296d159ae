/** A BGP speaker to dial with, generated tables that change, a clock that tests move, TLS for loopback. */
export { ManualClock } from "./clock.ts";
export { mix, Random, type RandomSource } from "./random.ts";
export {
  BgpSpeaker,
  type DialTarget,
  LINGER_MS,
  type ReconnectPolicy,
  type SpeakerListener,
  type SpeakerOptions,
} from "./speaker/bgp-speaker.ts";
export { SpeakerCounters } from "./speaker/counters.ts";
export { endOfRib } from "./speaker/route-feed.ts";
export { readSendQueues, type SendQueues, unacknowledged } from "./speaker/tcp-queue.ts";
export { CHUNK_LENGTH, type RouteChunk } from "./table/chunk-writer.ts";
export { type Encoding, encodingOf } from "./table/encoding.ts";
export { generatePrefixes, MAX_GENERATED_PREFIXES } from "./table/generate-prefixes.ts";
export {
  type ChangeBatch,
  type ExpectedRoute,
  LiveTable,
  type LiveTableOptions,
} from "./table/live-table.ts";
export { type PrefixFileOptions, PrefixFileError, readPrefixFile } from "./table/prefix-file.ts";
export { MAX_PREFIXES, type PrefixSet, PrefixSetBuilder, TooManyPrefixesError } from "./table/prefix-set.ts";
export { FULL_TABLE, RouteTable, type RouteTableOptions } from "./table/route-table.ts";
export { RouteCollector, routeDifferences, routeKey } from "./route-collector.ts";
export { loopbackCertificate } from "./tls.ts";
