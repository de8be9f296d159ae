import { addressOfPrefix, afiOf, ByteWriter, EncodeError, IPV6_UNICAST, safiOf } from "@netferry/bgp";
import { bgp4mpSubtype, Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "./code.ts";
import { ribSubtype } from "./decode.ts";
import type {
  Bgp4mpMessageRecord,
  Bgp4mpStateChangeRecord,
  MrtRecord,
  PeerIndexTableRecord,
  RibRecord,
  TableDumpRecord,
} from "./record.ts";

const AFI_IPV4 = 1;
const AFI_IPV6 = 2;

/** Encodes one record, header included. Throws {@link EncodeError} for one that has no encoding. */
export function encodeMrtRecord(record: MrtRecord): Uint8Array {
  const body = new ByteWriter();
  const [type, subtype] = writeBody(record, body);
  const microseconds = "microseconds" in record ? record.microseconds : undefined;
  const out = new ByteWriter();
  out.uint32(record.timestamp);
  out.uint16(type);
  out.uint16(subtype);
  out.uint32(body.length + (microseconds === undefined ? 0 : 4));
  if (microseconds !== undefined) out.uint32(microseconds);
  out.bytes(body.finish());
  return out.finish();
}

/** Gives the type and subtype. */
function writeBody(record: MrtRecord, out: ByteWriter): readonly [number, number] {
  switch (record.type) {
    case "table-dump":
      return [MrtType.tableDump, writeTableDump(record, out)];
    case "peer-index-table":
      return [MrtType.tableDumpV2, writePeerIndexTable(record, out)];
    case "rib":
      return [MrtType.tableDumpV2, writeRib(record, out)];
    case "bgp4mp-message":
      return [bgp4mpType(record), writeMessage(record, out)];
    case "bgp4mp-state-change":
      return [bgp4mpType(record), writeStateChange(record, out)];
    case "other":
      out.bytes(record.body);
      return [record.mrtType, record.subtype];
  }
}

function bgp4mpType(record: Bgp4mpMessageRecord | Bgp4mpStateChangeRecord): number {
  return record.microseconds === undefined ? MrtType.bgp4mp : MrtType.bgp4mpEt;
}

function writeTableDump(record: TableDumpRecord, out: ByteWriter): number {
  out.uint16(record.view);
  out.uint16(record.sequence);
  out.bytes(addressOfPrefix(record));
  out.uint8(record.nlri[0] ?? 0);
  out.uint8(record.status);
  out.uint32(record.originated);
  const isIPv6 = record.family === IPV6_UNICAST;
  writeAddress(record.peerAddress, isIPv6 ? 16 : 4, out);
  writeAsn(record.peerAs, record.fourOctetAs, out);
  out.counted(2, "path attributes", (field) => field.bytes(record.attributes));
  return (isIPv6 ? AFI_IPV6 : AFI_IPV4) + (record.fourOctetAs ? 2 : 0);
}

function writePeerIndexTable(record: PeerIndexTableRecord, out: ByteWriter): number {
  out.uint32(record.collectorId);
  out.counted(2, "the view name", (field) => field.bytes(new TextEncoder().encode(record.viewName)));
  out.uint16(record.peers.length);
  for (const peer of record.peers) {
    const isIPv6 = peer.address.length === 16;
    out.uint8((isIPv6 ? 1 : 0) | (peer.fourOctetAs ? 2 : 0));
    out.uint32(peer.bgpIdentifier);
    writeAddress(peer.address, isIPv6 ? 16 : 4, out);
    writeAsn(peer.asn, peer.fourOctetAs, out);
  }
  return TableDumpV2Subtype.peerIndexTable;
}

function writeRib(record: RibRecord, out: ByteWriter): number {
  const subtype = ribSubtype(record.generic ? undefined : record.family, record.addPath);
  if (subtype === undefined) {
    throw new EncodeError(`AFI ${afiOf(record.family)}, SAFI ${safiOf(record.family)} needs RIB_GENERIC`);
  }
  out.uint32(record.sequence);
  if (record.generic) {
    out.uint16(afiOf(record.family));
    out.uint8(safiOf(record.family));
  }
  out.bytes(record.nlri);
  out.uint16(record.entries.length);
  for (const entry of record.entries) {
    out.uint16(entry.peerIndex);
    out.uint32(entry.originated);
    if (record.addPath) out.uint32(entry.pathId ?? 0);
    out.counted(2, "path attributes", (field) => field.bytes(entry.attributes));
  }
  return subtype;
}

function writeMessage(record: Bgp4mpMessageRecord, out: ByteWriter): number {
  writeSession(record, out);
  out.bytes(record.message);
  return bgp4mpSubtype(record);
}

function writeStateChange(record: Bgp4mpStateChangeRecord, out: ByteWriter): number {
  writeSession(record, out);
  out.uint16(record.oldState);
  out.uint16(record.newState);
  return record.fourOctetAs ? Bgp4mpSubtype.stateChangeAs4 : Bgp4mpSubtype.stateChange;
}

function writeSession(record: Bgp4mpMessageRecord | Bgp4mpStateChangeRecord, out: ByteWriter): void {
  writeAsn(record.peerAs, record.fourOctetAs, out);
  writeAsn(record.localAs, record.fourOctetAs, out);
  out.uint16(record.interfaceIndex);
  const isIPv6 = record.peerAddress.length === 16;
  out.uint16(isIPv6 ? AFI_IPV6 : AFI_IPV4);
  writeAddress(record.peerAddress, isIPv6 ? 16 : 4, out);
  writeAddress(record.localAddress, isIPv6 ? 16 : 4, out);
}

function writeAsn(asn: number, fourOctets: boolean, out: ByteWriter): void {
  if (fourOctets) out.uint32(asn);
  else out.uint16(asn);
}

function writeAddress(address: Uint8Array, width: number, out: ByteWriter): void {
  if (address.length !== width) throw new EncodeError(`an address of ${address.length} octets, not ${width}`);
  out.bytes(address);
}
