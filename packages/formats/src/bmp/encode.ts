import { afiOf, ByteWriter, EncodeError, safiOf } from "@netferry/bgp";
import { writeUint32 } from "../octets.ts";
import { BMP_VERSION } from "./framer.ts";
import {
  type BmpDownReason,
  type BmpMessage,
  type BmpPeer,
  type BmpStatistic,
  type BmpTlv,
  BmpType,
} from "./message.ts";

const DISTINGUISHER_LENGTH = 8;
const IPV4_PADDING = new Uint8Array(12);

/** Encodes one message, header included. Throws {@link EncodeError} for one that has no encoding. */
export function encodeBmpMessage(message: BmpMessage): Uint8Array {
  const out = new ByteWriter();
  out.uint8(BMP_VERSION);
  out.uint32(0);
  out.uint8(typeOf(message));
  writeBody(message, out);
  const bytes = out.finish();
  writeUint32(bytes, 1, bytes.length);
  return bytes;
}

function typeOf(message: BmpMessage): number {
  switch (message.type) {
    case "route-monitoring":
      return BmpType.routeMonitoring;
    case "statistics-report":
      return BmpType.statisticsReport;
    case "peer-down":
      return BmpType.peerDown;
    case "peer-up":
      return BmpType.peerUp;
    case "initiation":
      return BmpType.initiation;
    case "termination":
      return BmpType.termination;
    case "route-mirroring":
      return BmpType.routeMirroring;
    case "unknown":
      return message.code;
  }
}

function writeBody(message: BmpMessage, out: ByteWriter): void {
  switch (message.type) {
    case "route-monitoring":
      writePeer(message.peer, out);
      return out.bytes(message.update);
    case "statistics-report":
      writePeer(message.peer, out);
      out.uint32(message.statistics.length);
      for (const statistic of message.statistics) writeStatistic(statistic, out);
      return;
    case "peer-down":
      writePeer(message.peer, out);
      return writeDownReason(message.reason, out);
    case "peer-up":
      writePeer(message.peer, out);
      writeAddress(message.localAddress, out);
      out.uint16(message.localPort);
      out.uint16(message.remotePort);
      out.bytes(message.sentOpen);
      out.bytes(message.receivedOpen);
      return writeTlvs(message.information, out);
    case "initiation":
    case "termination":
      return writeTlvs(message.information, out);
    case "route-mirroring":
      writePeer(message.peer, out);
      return writeTlvs(message.tlvs, out);
    case "unknown":
      return out.bytes(message.body);
  }
}

function writePeer(peer: BmpPeer, out: ByteWriter): void {
  if (peer.distinguisher.length !== DISTINGUISHER_LENGTH) {
    throw new EncodeError(
      `a peer's distinguisher has ${DISTINGUISHER_LENGTH} octets, not ${peer.distinguisher.length}`,
    );
  }
  out.uint8(peer.peerType);
  out.uint8(peer.flags);
  out.bytes(peer.distinguisher);
  writeAddress(peer.address, out);
  out.uint32(peer.asn);
  out.uint32(peer.bgpIdentifier);
  out.uint32(peer.seconds);
  out.uint32(peer.microseconds);
}

function writeAddress(address: Uint8Array, out: ByteWriter): void {
  if (address.length === 4) out.bytes(IPV4_PADDING);
  else if (address.length !== 16) throw new EncodeError(`an address of ${address.length} octets`);
  out.bytes(address);
}

function writeTlvs(tlvs: readonly BmpTlv[], out: ByteWriter): void {
  for (const { type, value } of tlvs) {
    out.uint16(type);
    out.counted(2, `TLV ${type}`, (field) => field.bytes(value));
  }
}

function writeStatistic(statistic: BmpStatistic, out: ByteWriter): void {
  out.uint16(statistic.type);
  out.counted(2, `statistic ${statistic.type}`, (field) => {
    switch (statistic.kind) {
      case "counter":
        return field.uint32(statistic.value);
      case "gauge":
        return writeUint64(statistic.value, field);
      case "family-gauge":
        field.uint16(afiOf(statistic.family));
        field.uint8(safiOf(statistic.family));
        return writeUint64(statistic.value, field);
      case "unknown":
        return field.bytes(statistic.bytes);
    }
  });
}

function writeUint64(value: bigint, out: ByteWriter): void {
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn)
    throw new EncodeError(`${value} is no unsigned 64-bit integer`);
  out.uint32(Number(value >> 32n));
  out.uint32(Number(value & 0xffff_ffffn));
}

function writeDownReason(reason: BmpDownReason, out: ByteWriter): void {
  switch (reason.kind) {
    case "local-notification":
      out.uint8(1);
      return out.bytes(reason.notification);
    case "local-event":
      out.uint8(2);
      return out.uint16(reason.fsmEvent);
    case "remote-notification":
      out.uint8(3);
      return out.bytes(reason.notification);
    case "remote-close":
      return out.uint8(4);
    case "de-configured":
      return out.uint8(5);
    case "local-closed":
      out.uint8(6);
      return writeTlvs(reason.information, out);
    case "unknown":
      out.uint8(reason.code);
      return out.bytes(reason.data);
  }
}
