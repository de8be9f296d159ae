import { AS_TRANS, type Nlri, type UpdateMessage } from "@netferry/bgp";
import type { Bgp4mpMessageRecord } from "@netferry/formats";
import type { Origin, Speaker } from "./item.ts";

/** What a record says of how its message reads. */
export interface MessageForm {
  readonly fourOctetAs: boolean;
  readonly addPath: boolean;
}

const MAX_UINT16 = 0xffff;
const IPV6_LENGTH = 16;
const IPV4_LENGTH = 4;

/** The BGP4MP record of a message, with what is known of its session; zeros for the rest. */
export function sessionRecord(origin: Origin, message: Uint8Array, form: MessageForm): Bgp4mpMessageRecord {
  const local = origin.sent === true;
  const [peer, collector] = local ? [origin.to, origin.from] : [origin.from, origin.to];
  const width =
    peer.address?.length === IPV6_LENGTH || collector.address?.length === IPV6_LENGTH
      ? IPV6_LENGTH
      : IPV4_LENGTH;
  const { time } = origin;
  return {
    type: "bgp4mp-message",
    timestamp: time?.seconds ?? 0,
    ...(time === undefined ? {} : { microseconds: Math.floor(time.nanoseconds / 1000) }),
    peerAs: asnOf(peer, form.fourOctetAs),
    localAs: asnOf(collector, form.fourOctetAs),
    interfaceIndex: 0,
    peerAddress: addressOf(peer, width),
    localAddress: addressOf(collector, width),
    ...form,
    local,
    message,
  };
}

/** Whether routes of an UPDATE came with path identifiers: a record says so of all of them. */
export function hasPathIds(update: UpdateMessage): boolean {
  return (
    haveIds(update.nlri) ||
    haveIds(update.withdrawn) ||
    update.attributes.some(
      (each) => (each.type === "mp-reach" || each.type === "mp-unreach") && haveIds(each.nlri),
    )
  );
}

function haveIds(routes: readonly Nlri[]): boolean {
  return routes.some(({ pathId }) => pathId !== undefined);
}

function asnOf({ asn = 0 }: Speaker, fourOctets: boolean): number {
  return fourOctets || asn <= MAX_UINT16 ? asn : AS_TRANS;
}

function addressOf({ address }: Speaker, width: number): Uint8Array {
  return address?.length === width ? address : new Uint8Array(width);
}
