import { decodeMessage, effectiveUpdate, formatAddress, type Message } from "@netferry/bgp";
import { type ExabgpVersion, messageToExabgp, writeJson } from "@netferry/formats";
import type { Speaker } from "./item.ts";
import type { Renderer, Shown } from "./renderer.ts";

const NO_ADDRESS = "0.0.0.0";

/** Lines of ExaBGP's JSON. What could not be decoded, and events, it has no words for. */
export class ExabgpRenderer implements Renderer {
  readonly #version: ExabgpVersion;
  #counter = 0;

  constructor(version: ExabgpVersion) {
    this.#version = version;
  }

  render(shown: Shown): readonly string[] {
    const message = messageOf(shown);
    if (message === undefined) return [];
    this.#counter++;
    const { origin } = shown.kind === "message" ? shown.item : shown;
    const sent = origin.sent === true;
    const [peer, local] = sent ? [origin.to, origin.from] : [origin.from, origin.to];
    const { time } = origin;
    return [
      writeJson(
        messageToExabgp(message, {
          version: this.#version,
          neighbor: {
            localAddress: addressText(local),
            peerAddress: addressText(peer),
            localAsn: local.asn ?? 0,
            peerAsn: peer.asn ?? 0,
            direction: sent ? "out" : "in",
          },
          ...(time === undefined ? {} : { time: time.seconds + time.nanoseconds / 1e9 }),
          counter: this.#counter,
        }),
      ),
    ];
  }
}

/** A path of a table is told as the UPDATE that would announce it. */
function messageOf(shown: Shown): Message | undefined {
  switch (shown.kind) {
    case "message":
      return messageShown(shown);
    case "path": {
      const { attributes, route } = shown;
      const isReached = attributes.some(({ type }) => type === "mp-reach");
      return { type: "update", withdrawn: [], attributes, nlri: isReached ? [] : [route] };
    }
    case "event":
      return undefined;
  }
}

/** As ExaBGP, which shows also attributes that the session would have to end for. */
function messageShown({ item, result }: Shown & { kind: "message" }): Message | undefined {
  const shown = result.ok ? result : decodeMessage(item.bytes, { ...item.context, keepUnrecognized: true });
  if (!shown.ok) return undefined;
  return shown.message.type === "update" ? effectiveUpdate(shown.message, shown.errors) : shown.message;
}

function addressText({ address }: Speaker): string {
  return address === undefined ? NO_ADDRESS : formatAddress(address);
}
