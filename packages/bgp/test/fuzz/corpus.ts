import { type CodecContext, codecContext, codecFamilies, encodeMessage, IPV6_UNICAST } from "@netferry/bgp";
import fc from "fast-check";
import { notification, open, routeRefresh, update } from "../arbitraries.ts";
import { type Outline, outline } from "./outline.ts";

/** One kind of session, and messages that are right in it. */
export interface Corpus {
  readonly name: string;
  readonly context: CodecContext;
  readonly messages: readonly Outline[];
}

const ALL = new Set(codecFamilies);

const CONTEXTS: readonly (readonly [name: string, context: CodecContext])[] = [
  ["internal, four-octet AS", codecContext()],
  ["external, two-octet AS", codecContext({ internal: false, fourOctetAs: false })],
  ["ADD-PATH for every family", codecContext({ addPathReceive: ALL, addPathSend: ALL })],
  [
    "IPv6 unicast alone, 4096 octets",
    codecContext({
      families: new Set([IPV6_UNICAST]),
      extendedNextHop: new Set(),
      maxMessageLength: 4096,
      maxSendLength: 4096,
    }),
  ],
];

/** @param size messages of each kind of session; one in eight is no UPDATE */
export function corpora(seed: number, size: number): Corpus[] {
  return CONTEXTS.map(([name, context], index) => {
    const message = fc.oneof({ weight: 21, arbitrary: update(context) }, open, notification, routeRefresh);
    const messages = fc
      .sample(message, { seed: seed + index, numRuns: size })
      .map((one) => outline(encodeMessage(one, context)));
    return { name, context, messages };
  });
}
