import { codecContext, codecFamilies, type CodecContext, decodeAttributes } from "@netferry/bgp";
import {
  type Bgp4mpMessageRecord,
  type Bgp4mpStateChangeRecord,
  decodeMrtRecord,
  decodeRibAttributes,
  decompress,
  encodeMrtRecord,
  type MrtPeer,
  MrtReader,
  type RibRecord,
  type TableDumpRecord,
} from "@netferry/formats";
import { errorText, formatCount } from "@netferry/service/command-line";
import { plural } from "../client/format.ts";
import type { Item, Origin, Source } from "./item.ts";

const STATES = ["?", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"];
const ALL_FAMILIES = new Set(codecFamilies);

/** Messages, tables and state changes of an MRT file: each record says itself how it is to be read. */
export async function* mrtSource(chunks: AsyncIterable<Uint8Array>): Source {
  const reader = new MrtReader();
  const records = new MrtRecords();
  try {
    for await (const chunk of decompress(chunks)) {
      reader.push(chunk);
      while (reader.next()) yield* records.items(reader);
      if (reader.error !== undefined) break;
    }
    const error = reader.finish();
    if (error !== undefined) yield { kind: "problem", place: `octet ${error.offset}`, text: error.text };
  } catch (error) {
    const text = `the file can't be read on: ${errorText(error)}`;
    yield { kind: "problem", place: `octet ${reader.offset}`, text };
  }
  const notes = [plural(reader.records, "record")];
  if (records.others > 0) notes.push(`${formatCount(records.others)} of types that hold no BGP`);
  return { notes, losses: [] };
}

class MrtRecords {
  /** Records of other types. */
  others = 0;
  #peers: readonly MrtPeer[] = [];
  readonly #contexts = new Map<string, CodecContext>();

  *items(reader: MrtReader): Generator<Item> {
    const place = `record ${reader.records}`;
    const result = decodeMrtRecord(reader);
    if (!result.ok) return yield { kind: "problem", place, text: result.error.text };
    const { record } = result;
    switch (record.type) {
      case "bgp4mp-message":
        return yield this.#message(record, place);
      case "bgp4mp-state-change":
        return yield stateChange(record, place);
      case "peer-index-table":
        this.#peers = record.peers;
        return;
      case "rib":
        return yield* this.#rib(record, place);
      case "table-dump":
        return yield tableDump(record, place);
      case "other":
        this.others++;
    }
  }

  #message(record: Bgp4mpMessageRecord, place: string): Item {
    const { fourOctetAs, addPath, local, message } = record;
    const key = `${fourOctetAs} ${addPath}`;
    let context = this.#contexts.get(key);
    if (context === undefined) {
      const families = addPath ? ALL_FAMILIES : new Set<number>();
      context = codecContext({ fourOctetAs, addPathReceive: families, addPathSend: families });
      this.#contexts.set(key, context);
    }
    const origin = { place, time: timeOf(record), ...sides(record, local), ...(local ? { sent: true } : {}) };
    return { kind: "message", origin, bytes: message, context };
  }

  *#rib(record: RibRecord, place: string): Generator<Item> {
    const { family, nlri, entries } = record;
    for (const entry of entries) {
      const peer = this.#peers[entry.peerIndex];
      if (peer === undefined) {
        const text = `peer ${entry.peerIndex} is not in the peer index table`;
        yield { kind: "problem", place, text };
        continue;
      }
      const attributes = decodeRibAttributes(entry.attributes, family, nlri);
      const route = entry.pathId === undefined ? { bytes: nlri } : { pathId: entry.pathId, bytes: nlri };
      const origin = { place, time: { seconds: entry.originated, nanoseconds: 0 }, from: peer, to: {} };
      yield { kind: "path", origin, family, route, attributes };
    }
  }
}

function tableDump(record: TableDumpRecord, place: string): Item {
  const { family, nlri, originated, peerAddress, peerAs, fourOctetAs } = record;
  const attributes = decodeAttributes(record.attributes, codecContext({ fourOctetAs }));
  const time = { seconds: originated, nanoseconds: 0 };
  const origin = { place, time, from: { address: peerAddress, asn: peerAs }, to: {} };
  return { kind: "path", origin, family, route: { bytes: nlri }, attributes };
}

function stateChange(record: Bgp4mpStateChangeRecord, place: string): Item {
  const { oldState, newState } = record;
  const names = { oldState: STATES[oldState] ?? `${oldState}`, newState: STATES[newState] ?? `${newState}` };
  return {
    kind: "event",
    origin: { place, time: timeOf(record), ...sides(record, false) },
    name: "state-change",
    text: `${names.oldState} to ${names.newState}`,
    fields: names,
    record: encodeMrtRecord(record),
  };
}

function sides(
  record: Bgp4mpMessageRecord | Bgp4mpStateChangeRecord,
  local: boolean,
): Pick<Origin, "from" | "to"> {
  const peer = { address: record.peerAddress, asn: record.peerAs };
  const collector = { address: record.localAddress, asn: record.localAs };
  return local ? { from: collector, to: peer } : { from: peer, to: collector };
}

function timeOf({ timestamp, microseconds = 0 }: Bgp4mpMessageRecord | Bgp4mpStateChangeRecord): {
  readonly seconds: number;
  readonly nanoseconds: number;
} {
  return { seconds: timestamp, nanoseconds: 1000 * microseconds };
}
