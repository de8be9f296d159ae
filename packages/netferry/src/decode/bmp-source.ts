import { type CodecContext, codecContext, notificationText, decodeMessage, toHex } from "@netferry/bgp";
import {
  BmpFramer,
  BmpInformationType,
  type BmpMessage,
  type BmpPeer,
  bmpPeerFlags,
  BmpPeerType,
  bmpStatisticName,
  type BmpTlv,
  decodeBmpMessage,
  decompress,
  type JsonObject,
} from "@netferry/formats";
import { errorText, printable } from "@netferry/service/command-line";
import { plural } from "../client/format.ts";
import type { Item, Origin, Source, Speaker } from "./item.ts";
import { openOf } from "./open-of.ts";
import { SessionTable } from "./session-table.ts";

const PEER_TYPES = ["global", "rd", "local", "loc-rib"];
const BGP_MESSAGE_TLV = 0;
/** A router's own Loc-RIB has no OPENs: its routes come in four-octet form. */
const LOC_RIB_CONTEXT = codecContext();

/** Messages of a BMP stream, as a router sends it to its monitor. */
export async function* bmpSource(chunks: AsyncIterable<Uint8Array>, fallback: CodecContext): Source {
  const framer = new BmpFramer();
  const stream = new BmpStream(fallback);
  let count = 0;
  try {
    for await (const chunk of decompress(chunks)) {
      framer.push(chunk);
      for (let bytes = framer.next(); bytes !== undefined; bytes = framer.next()) {
        count++;
        const place = `BMP message ${count}`;
        const result = decodeBmpMessage(bytes);
        if (result.ok) yield* stream.items(result.message, place);
        else yield { kind: "problem", place, text: result.error.text };
      }
      if (framer.error !== undefined) break;
    }
    if (framer.error !== undefined) {
      yield { kind: "problem", place: `BMP message ${count + 1}`, text: framer.error.text };
    } else if (framer.buffered > 0) {
      const text = `the stream ends ${framer.buffered} octets into a message`;
      yield { kind: "problem", place: `BMP message ${count + 1}`, text };
    }
  } catch (error) {
    const text = `the stream can't be read on: ${errorText(error)}`;
    yield { kind: "problem", place: `BMP message ${count + 1}`, text };
  }
  return { notes: [plural(count, "BMP message")], losses: [] };
}

class BmpStream {
  readonly #sessions: SessionTable<string>;

  constructor(fallback: CodecContext) {
    this.#sessions = new SessionTable<string>(fallback);
  }

  *items(message: BmpMessage, place: string): Generator<Item> {
    switch (message.type) {
      case "route-monitoring": {
        const { adjRibOut } = bmpPeerFlags(message.peer);
        return yield this.#message(message.peer, message.update, adjRibOut, place);
      }
      case "peer-up":
        return yield* this.#peerUp(message, place);
      case "peer-down": {
        yield this.#event(place, message.peer, "peer-down", downText(message.reason), {
          reason: message.reason.kind,
        });
        const { reason } = message;
        if ("notification" in reason) {
          yield this.#message(message.peer, reason.notification, reason.kind === "local-notification", place);
        }
        return;
      }
      case "statistics-report": {
        const values = message.statistics.map((each): [string, number | bigint | string] => [
          bmpStatisticName(each.type),
          each.kind === "unknown" ? toHex(each.bytes) : each.value,
        ]);
        const text = values.map(([name, value]) => `${name} ${value}`).join(", ");
        return yield this.#event(place, message.peer, "statistics", text, Object.fromEntries(values));
      }
      case "initiation":
      case "termination": {
        const fields = informationOf(message.information, message.type);
        const text = Object.entries(fields)
          .map(([name, value]) => `${name} ${value}`)
          .join(", ");
        return yield { kind: "event", origin: { place, from: {}, to: {} }, name: message.type, text, fields };
      }
      case "route-mirroring":
        for (const { type, value } of message.tlvs) {
          if (type === BGP_MESSAGE_TLV) yield this.#message(message.peer, value, false, place);
          else
            yield this.#event(place, message.peer, "mirroring", `code 0x${toHex(value)}`, {
              code: toHex(value),
            });
        }
        return;
      case "unknown":
        yield { kind: "problem", place, text: `BMP message type ${message.code} is unknown` };
    }
  }

  *#peerUp(message: Extract<BmpMessage, { readonly type: "peer-up" }>, place: string): Generator<Item> {
    const { peer, sentOpen, receivedOpen } = message;
    const key = keyOf(peer);
    yield this.#event(place, peer, "peer-up", "", {
      localPort: message.localPort,
      peerPort: message.remotePort,
    });
    const [theirs, ours] = [openOf(receivedOpen), openOf(sentOpen)];
    if (theirs !== undefined) this.#sessions.learn(key, 0, theirs);
    if (ours !== undefined) this.#sessions.learn(key, 1, ours);
    yield this.#message(peer, sentOpen, true, place);
    yield this.#message(peer, receivedOpen, false, place);
  }

  /** `sent`: by the monitored router to the peer. */
  #message(peer: BmpPeer, bytes: Uint8Array, sent: boolean, place: string): Item {
    const origin = this.#origin(place, peer);
    const { from, to } = origin;
    const sides = sent ? { from: to, to: from, sent: true } : { from, to };
    return { kind: "message", origin: { ...origin, ...sides }, bytes, context: this.#context(peer, sent) };
  }

  #context(peer: BmpPeer, sent: boolean): CodecContext {
    if (peer.peerType === BmpPeerType.locRib) return LOC_RIB_CONTEXT;
    const context = this.#sessions.context(keyOf(peer), sent ? 1 : 0);
    // What a router monitors is in four-octet form unless the flag says otherwise (RFC 7854 section 4.2).
    return { ...context, fourOctetAs: !bmpPeerFlags(peer).twoOctetAs };
  }

  #event(place: string, peer: BmpPeer, name: string, text: string, fields: JsonObject): Item {
    const peerType = PEER_TYPES[peer.peerType] ?? `${peer.peerType}`;
    return { kind: "event", origin: this.#origin(place, peer), name, text, fields: { peerType, ...fields } };
  }

  #origin(place: string, peer: BmpPeer): Origin {
    const { seconds, microseconds } = peer;
    const from: Speaker = { address: peer.address, asn: peer.asn };
    const asn = this.#sessions.asn(keyOf(peer), 1);
    return {
      place,
      ...(seconds === 0 ? {} : { time: { seconds, nanoseconds: 1000 * microseconds } }),
      from,
      to: asn === undefined ? {} : { asn },
    };
  }
}

function keyOf({ peerType, distinguisher, address }: BmpPeer): string {
  return `${peerType} ${toHex(distinguisher)} ${toHex(address)}`;
}

function downText(reason: Extract<BmpMessage, { readonly type: "peer-down" }>["reason"]): string {
  if (reason.kind === "local-event") return `the router closed it, FSM event ${reason.fsmEvent}`;
  if (!("notification" in reason)) return reason.kind;
  const decoded = decodeMessage(reason.notification);
  const who = reason.kind === "local-notification" ? "sent" : "received";
  if (!decoded.ok || decoded.message.type !== "notification") return `NOTIFICATION ${who}`;
  return `NOTIFICATION ${who}: ${notificationText(decoded.message)}`;
}

const TEXT_NAMES = ["string", "sysDescr", "sysName", "vrfTableName", "adminLabel"];

function informationOf(
  tlvs: readonly BmpTlv[],
  message: "initiation" | "termination",
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tlvs.map(({ type, value }) => {
      const isReason = message === "termination" && type === BmpInformationType.sysDescr;
      const name = isReason ? "reason" : (TEXT_NAMES[type] ?? `type ${type}`);
      const text = isReason ? `${value[1] ?? 0}` : printable(new TextDecoder().decode(value));
      return [name, text];
    }),
  );
}
