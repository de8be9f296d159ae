import {
  type Attribute,
  type CodecContext,
  codecFamilies,
  decodeMessage,
  encodeMessage,
  ErrorCode,
  type Family,
  familyOf,
  IPV4_UNICAST,
  IPV6_UNICAST,
  type Message,
  readUint16,
  toHex,
} from "@netferry/bgp";
import { outline } from "../../../../packages/bgp/test/fuzz/outline.ts";
import {
  CONTEXTS,
  type MalformedCase,
  messageOf,
  octets,
  PREFIX,
} from "../../../../packages/bgp/test/malformed/case.ts";
import { ensure, eventually } from "../wait.ts";
import {
  asnOf,
  contextOf,
  EXTERNAL_AS,
  MARK,
  type MalformedDaemon,
  type Neighbor,
  type NeighborRoutes,
} from "./daemon.ts";
import { RawPeer } from "./raw-peer.ts";

/**
 * What became of 192.0.2.0/24, which stood there before the message with a MED of its own: replaced by the message's
 * route, left as it was, gone; or the session was reset.
 */
export type Outcome = "accepted" | "untouched" | "withdrawn" | "reset";

/** Among internal neighbours an UPDATE has a LOCAL_PREF (RFC 4271 section 5.1.5), which is not what the cases are about. */
const LOCAL_PREFERENCE: Readonly<Record<"internal" | "external", readonly Attribute[]>> = {
  internal: [{ type: "local-pref", value: 100 }],
  external: [],
};
const LOCAL_PREF_HEX = "400504 00000064";
const LOCAL_PREF = 5;

/** A case as it is sent: with a LOCAL_PREF in front, where it is one that must have it. */
function asked(one: MalformedCase, external: boolean): MalformedCase {
  if (external || one.raw !== undefined || one.attributes === "") return one;
  const bytes = messageOf(one);
  const hasOne = outline(bytes).attributes.some(({ start }) => bytes[start + 1] === LOCAL_PREF);
  return hasOne ? one : { ...one, attributes: `${LOCAL_PREF_HEX}${one.attributes}` };
}

/** Sessions that may end by themselves before a case is given up. */
const MAX_TRIES = 5;
const PREFIX_TEXT = "192.0.2.0/24";

const has = (list: readonly { readonly bytes: Uint8Array }[]): boolean =>
  list.some(({ bytes }) => toHex(bytes) === PREFIX);

/** What a daemon does that does as our decoder. A family that is disabled leaves the rest of the message as it is. */
export function expectedOutcome(one: MalformedCase, context: CodecContext): Outcome {
  const decoded = decodeMessage(messageOf(one), context);
  if (!decoded.ok || decoded.message.type !== "update") return "reset";
  const { withdrawn, nlri } = decoded.message;
  if (has(nlri)) return decoded.disposition === "treat-as-withdraw" ? "withdrawn" : "accepted";
  return has(withdrawn) ? "withdrawn" : "untouched";
}

/** The families of a message's multiprotocol attributes. */
export function familiesOf(one: MalformedCase): Family[] {
  if (one.raw !== undefined) return [];
  const bytes = messageOf(one);
  return outline(bytes)
    .attributes.filter(
      ({ start, value }) => (bytes[start + 1] === 14 || bytes[start + 1] === 15) && value + 3 <= bytes.length,
    )
    .map(({ value }) => familyOf(readUint16(bytes, value), bytes[value + 2]!));
}

/** Whether a case is about an attribute that counts among internal neighbours alone. */
export function needsInternal(one: MalformedCase): boolean {
  if (one.session === "external") return false;
  const decoded = decodeMessage(messageOf(one), { ...CONTEXTS[one.session], internal: false });
  return (
    decoded.ok &&
    decoded.errors.some(({ cause, code }) => cause === "attribute-unexpected" && INTERNAL_ONLY.has(code ?? 0))
  );
}
/** LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST. */
const INTERNAL_ONLY: ReadonlySet<number> = new Set([5, 9, 10]);

const nlriOf = (hex: string, addPath: boolean): { bytes: Uint8Array; pathId?: number } => ({
  bytes: octets(hex),
  ...(addPath ? { pathId: 1 } : {}),
});

/** Sends the cases of one neighbour, one by one, each to a daemon that has the route already. */
export class Asker {
  readonly #daemon: MalformedDaemon;
  readonly #neighbor: Neighbor;
  #peer: RawPeer | undefined;
  #asked = 0;

  constructor(daemon: MalformedDaemon, neighbor: Neighbor) {
    this.#daemon = daemon;
    this.#neighbor = neighbor;
  }

  async ask(one: MalformedCase): Promise<Outcome> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const outcome = await this.#ask(one);
      if (outcome !== undefined) return outcome;
    }
    throw new Error(`${this.#daemon.name} has closed ${MAX_TRIES} sessions without a word about ${one.name}`);
  }

  async #ask(one: MalformedCase): Promise<Outcome | undefined> {
    const peer = await this.#session();
    this.#asked += 1;
    peer.send(this.#announce(PREFIX, MARK));
    peer.send(messageOf(asked(one, this.#neighbor.external)));
    // A route of its own behind the message, and when the daemon has that, its withdrawal: once it is gone as well, what
    // the message led to has been done too, since daemons work in order.
    const last = `20 c63364${this.#asked.toString(16).padStart(2, "0")}`;
    const lastText = `198.51.100.${this.#asked}/32`;
    peer.send(this.#announce(last, 0));
    const routesWhen = (there: boolean): Promise<NeighborRoutes | undefined> =>
      eventually(`${this.#daemon.name} has read ${one.name}`, async () => {
        const routes = peer.ended ? undefined : await this.#daemon.routes(this.#neighbor);
        if (peer.ended) return undefined;
        ensure(routes?.has(lastText) === there, `${lastText} is ${there ? "not there" : "still there"}`);
        return routes;
      });
    let routes = await routesWhen(true);
    if (routes !== undefined) {
      peer.send(this.#withdraw(last));
      routes = await routesWhen(false);
    }
    // A session that ends for another reason, such as a collision with the one before it, is no answer.
    if (routes === undefined) return peer.notification?.code === ErrorCode.update ? "reset" : undefined;
    const mark = routes.get(PREFIX_TEXT);
    if (mark === undefined) return "withdrawn";
    return mark ? "untouched" : "accepted";
  }

  async close(): Promise<void> {
    if (this.#peer !== undefined && !this.#peer.ended) await this.#peer.close();
  }

  async #session(): Promise<RawPeer> {
    if (this.#peer?.ended === false && this.#asked < 250) return this.#peer;
    await this.close();
    this.#asked = 0;
    const { kind, address } = this.#neighbor;
    this.#peer = await RawPeer.dial({
      host: this.#daemon.address,
      port: this.#daemon.port,
      localAddress: address,
      asn: asnOf(this.#neighbor),
      families: codecFamilies.filter((family) => this.#daemon.families.has(family)),
      fourOctetAs: kind !== "two-octet-as",
      addPath: kind === "add-path" ? [IPV4_UNICAST, IPV6_UNICAST] : [],
    });
    return this.#peer;
  }

  #withdraw(prefix: string): Uint8Array {
    const nlri = nlriOf(prefix, this.#neighbor.kind === "add-path");
    return this.#encode({ type: "update", withdrawn: [nlri], attributes: [], nlri: [] });
  }

  #encode(message: Message): Uint8Array {
    const context = contextOf(this.#neighbor);
    return encodeMessage(message, { ...context, addPathSend: context.addPathReceive });
  }

  #announce(prefix: string, med: number): Uint8Array {
    return this.#encode({
      type: "update",
      withdrawn: [],
      attributes: [
        { type: "origin", origin: "igp" },
        { type: "as-path", segments: [{ type: "sequence", asns: [EXTERNAL_AS] }] },
        { type: "next-hop", address: octets("c0000201") },
        { type: "multi-exit-disc", value: med },
        ...LOCAL_PREFERENCE[this.#neighbor.external ? "external" : "internal"],
      ],
      nlri: [nlriOf(prefix, this.#neighbor.kind === "add-path")],
    });
  }
}
