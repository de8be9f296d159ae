import {
  type AsPathSegment,
  type Attribute,
  AttributeFlag,
  decodeAttributes,
  EncodeError,
  fromHex,
  type LargeCommunity,
  parseAddress,
  parseIdentifier,
  type PrefixSidTlv,
} from "@netferry/bgp";
import { parseExabgpCommunity } from "../extended-community.ts";
import { ExabgpTextError, type Tokens, unsigned } from "./tokens.ts";

const MAX_UINT24 = 0xffffff;
const MAX_UINT32 = 0xffffffff;
const MAX_SEGMENT = 255;
/** Of the endpoint behaviors of SRv6 the one that says nothing (RFC 8986 section 10.2). */
const MAX_BEHAVIOR = 0xffff;
const COMMUNITY_NAMES: ReadonlyMap<string, number> = new Map([
  ["no-export", 0xffffff01],
  ["no-advertise", 0xffffff02],
  ["no-export-subconfed", 0xffffff03],
  ["nopeer", 0xffffff04],
  ["no-peer", 0xffffff04],
  ["blackhole", 0xffff029a],
]);
const ORIGINS = ["igp", "egp", "incomplete"] as const;

/** The attribute that a word begins; undefined if the word begins none. Throws {@link ExabgpTextError}. */
export function attributeOf(word: string, tokens: Tokens): Attribute | undefined {
  switch (word) {
    case "origin": {
      const text = tokens.next("an origin").toLowerCase();
      const origin = ORIGINS.find((known) => known === text);
      if (origin === undefined) throw new ExabgpTextError(`${text} is no origin: ${ORIGINS.join(", ")}`);
      return { type: "origin", origin };
    }
    case "as-path":
      return { type: "as-path", segments: asPath(tokens) };
    case "med":
      return { type: "multi-exit-disc", value: tokens.unsigned("med", MAX_UINT32) };
    case "local-preference":
      return { type: "local-pref", value: tokens.unsigned("local preference", MAX_UINT32) };
    case "atomic-aggregate":
      return { type: "atomic-aggregate" };
    case "aggregator":
      return aggregator(tokens);
    case "community":
      return { type: "communities", values: ascending(tokens.list("a community").map(community)) };
    case "large-community": {
      const values = tokens.list("a large community").map(largeCommunity);
      return { type: "large-communities", values: values.toSorted(compareLarge) };
    }
    case "extended-community":
      return { type: "extended-communities", values: extendedCommunities(tokens) };
    case "originator-id":
      return { type: "originator-id", identifier: identifier(tokens.next("an originator id")) };
    case "cluster-list":
      return { type: "cluster-list", identifiers: tokens.list("a cluster id").map(identifier) };
    case "aigp":
      return {
        type: "aigp",
        tlvs: [{ type: "metric", value: BigInt(tokens.unsigned("aigp", Number.MAX_SAFE_INTEGER)) }],
      };
    case "bgp-prefix-sid":
      return { type: "prefix-sid", tlvs: prefixSid(tokens) };
    case "bgp-prefix-sid-srv6":
      return { type: "prefix-sid", tlvs: [srv6Service(tokens)] };
    case "attribute":
      return generic(tokens.list("an attribute"));
    default:
      return undefined;
  }
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

/** `65000`, `[ 1 2 ( 3 4 ) 5 ]`: in round or inner brackets a set; `{ }` a confederation's sequence, a set in `{[ ]}`. */
function asPath(tokens: Tokens): AsPathSegment[] {
  if (!tokens.skip("[")) return [{ type: "sequence", asns: [asn(tokens.next("an AS number"))] }];
  const path = new PathBuilder();
  for (;;) {
    const word = tokens.next("an AS number or ]");
    switch (word) {
      case "{":
        path.begin("confed-sequence");
        break;
      case "(":
      case "[":
        if (path.type === "sequence") path.begin("set");
        else if (word === "[") path.begin("confed-set");
        break;
      case ")":
      case "}":
      case "]":
        if (path.type === "sequence" && word === "]") {
          path.begin("sequence");
          return path.segments;
        }
        path.begin(path.type === "confed-set" && word !== "}" ? "confed-sequence" : "sequence");
        break;
      default:
        path.add(asn(word));
    }
  }
}

/** Segments as they come, cut where they are too long. */
class PathBuilder {
  readonly segments: AsPathSegment[] = [];
  type: AsPathSegment["type"] = "sequence";
  #asns: number[] = [];

  begin(next: AsPathSegment["type"]): void {
    for (let at = 0; at < this.#asns.length; at += MAX_SEGMENT) {
      this.segments.push({ type: this.type, asns: this.#asns.slice(at, at + MAX_SEGMENT) });
    }
    this.#asns = [];
    this.type = next;
  }

  add(number: number): void {
    this.#asns.push(number);
  }
}

/** `65000`, or `1.0` for 65536 (RFC 5396). */
function asn(text: string): number {
  const dotted = /^(\d{1,5})\.(\d{1,5})$/.exec(text);
  if (dotted === null) return unsigned(text, "AS number", MAX_UINT32);
  return unsigned(dotted[1]!, "AS number", 0xffff) * 0x10000 + unsigned(dotted[2]!, "AS number", 0xffff);
}

/** `65000:192.0.2.1`, in round brackets or not. */
function aggregator(tokens: Tokens): Attribute {
  const bracket = tokens.skip("(");
  const text = tokens.next("an aggregator");
  if (bracket && !tokens.skip(")")) throw new ExabgpTextError("the aggregator is not closed by )");
  const colon = text.indexOf(":");
  const address = parseAddress(text.slice(colon + 1));
  if (colon < 0 || address?.length !== 4) throw new ExabgpTextError(`${text} is no aggregator: AS:IPv4`);
  return { type: "aggregator", asn: asn(text.slice(0, colon)), address };
}

function community(text: string): number {
  const named = COMMUNITY_NAMES.get(text.toLowerCase().replaceAll("_", "-"));
  if (named !== undefined) return named;
  const [high = "", low, ...more] = text.split(":");
  if (low === undefined) return unsigned(high, "community", MAX_UINT32);
  if (more.length > 0) throw new ExabgpTextError(`${text} is no community: AS:value`);
  return unsigned(high, "community's AS", 0xffff) * 0x10000 + unsigned(low, "community's value", 0xffff);
}

function largeCommunity(text: string): LargeCommunity {
  const [globalAdministrator, localData1, localData2, ...more] = text
    .split(":")
    .map((part) => unsigned(part, "part of a large community", MAX_UINT32));
  if (
    globalAdministrator === undefined ||
    localData1 === undefined ||
    localData2 === undefined ||
    more.length > 0
  ) {
    throw new ExabgpTextError(`${text} is no large community: three numbers with colons between`);
  }
  return { globalAdministrator, localData1, localData2 };
}

function compareLarge(a: LargeCommunity, b: LargeCommunity): number {
  return (
    a.globalAdministrator - b.globalAdministrator ||
    a.localData1 - b.localData1 ||
    a.localData2 - b.localData2
  );
}

/** Two of them are of two words. */
const TWO_WORDS: ReadonlySet<string> = new Set([
  "action",
  "mark",
  "redirect-to-nexthop-ietf",
  "copy-to-nexthop-ietf",
]);

function extendedCommunities(tokens: Tokens): Uint8Array[] {
  const words = tokens.list("an extended community");
  const values: Uint8Array[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const text = TWO_WORDS.has(word) && at + 1 < words.length ? `${word} ${words[++at]!}` : word;
    values.push(extendedCommunity(text));
  }
  return values.toSorted(compareBytes);
}

export function extendedCommunity(text: string): Uint8Array {
  const value = parseExabgpCommunity(text);
  if (value === undefined) throw new ExabgpTextError(`${text} is no extended community`);
  return value;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - (b[i] ?? 0);
  return 0;
}

function identifier(text: string): number {
  const value = parseIdentifier(text);
  if (value === undefined) throw new ExabgpTextError(`${text} is no IPv4 address`);
  return value;
}

/** `[ 300 ]`, `[ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ]`: a label index, and the originator's blocks of labels. */
function prefixSid(tokens: Tokens): PrefixSidTlv[] {
  if (!tokens.skip("[")) throw new ExabgpTextError("bgp-prefix-sid has no [");
  const index = tokens.unsigned("label index", MAX_UINT32);
  const tlvs: PrefixSidTlv[] = [{ type: "label-index", value: { reserved: 0, flags: 0, index } }];
  if (tokens.skip("[")) {
    const ranges: { base: number; size: number }[] = [];
    while (tokens.skip("(")) {
      const base = tokens.unsigned("first label", MAX_UINT24);
      ranges.push({ base, size: tokens.unsigned("number of labels", MAX_UINT24) });
      if (!tokens.skip(")")) throw new ExabgpTextError("a block of labels is not closed by )");
    }
    if (!tokens.skip("]")) throw new ExabgpTextError("the blocks of labels are not closed by ]");
    tlvs.push({ type: "originator-srgb", value: { flags: 0, ranges } });
  }
  if (!tokens.skip("]")) throw new ExabgpTextError("bgp-prefix-sid is not closed by ]");
  return tlvs;
}

const STRUCTURE_NUMBERS = 6;

/** `( l3-service SID BEHAVIOR [ LB,LN,FUN,ARG,LENGTH,OFFSET ] )`; the structure may be left out. */
function srv6Service(tokens: Tokens): PrefixSidTlv {
  if (!tokens.skip("(")) throw new ExabgpTextError("bgp-prefix-sid-srv6 has no (");
  const kind = tokens.next("l3-service or l2-service");
  if (kind !== "l3-service" && kind !== "l2-service") {
    throw new ExabgpTextError(`${kind} is no SRv6 service: l3-service, l2-service`);
  }
  const text = tokens.next("an SRv6 SID");
  const sid = parseAddress(text);
  if (sid?.length !== 16) throw new ExabgpTextError(`${text} is no SRv6 SID`);
  const behavior = tokens.peek() === ")" ? MAX_BEHAVIOR : tokens.unsigned("endpoint behavior", MAX_BEHAVIOR);
  const numbers =
    tokens.peek() === "[" ? tokens.list("a length").map((each) => unsigned(each, "length", 0xff)) : [];
  if (!tokens.skip(")")) throw new ExabgpTextError("bgp-prefix-sid-srv6 is not closed by )");
  const [locatorBlock = 0, locatorNode = 0, func = 0, argument = 0, length = 0, offset = 0] = numbers;
  if (numbers.length > 0 && numbers.length !== STRUCTURE_NUMBERS) {
    throw new ExabgpTextError(`a SID's structure has ${STRUCTURE_NUMBERS} numbers, not ${numbers.length}`);
  }
  const structure = {
    type: "structure",
    value: {
      locatorBlock,
      locatorNode,
      function: func,
      argument,
      transpositionLength: length,
      transpositionOffset: offset,
    },
  } as const;
  const subTlvs = numbers.length === 0 ? [] : [structure];
  const value = { reserved1: 0, sid, flags: 0, behavior, reserved2: 0, subTlvs };
  return { type: `srv6-${kind}`, value: { reserved: 0, subTlvs: [{ type: "sid", value }] } };
}

/** `[ 0x20 0xc0 0x... ]`: code, flags, value. */
function generic([codeText = "", flagsText = "", valueText = ""]: readonly string[]): Attribute {
  const code = unsigned(codeText, "attribute code", 0xff);
  const flags = unsigned(flagsText, "attribute's flags", 0xff);
  const value = /^0x/i.test(valueText) ? fromHex(valueText.slice(2)) : undefined;
  if (value === undefined)
    throw new ExabgpTextError(`${valueText} is no attribute's value: 0x and hexadecimal`);
  const extended = (flags & AttributeFlag.extendedLength) !== 0;
  if (value.length > 0xff && !extended)
    return { type: "unknown", code, flags: flags | AttributeFlag.extendedLength, value };
  const length = extended ? [value.length >>> 8, value.length & 0xff] : [value.length];
  const bytes = Uint8Array.from([flags, code, ...length, ...value]);
  const [attribute] = decodeAttributes(bytes);
  if (attribute === undefined) throw new EncodeError("an attribute was written that can't be read");
  return attribute;
}
