import {
  type EndpointBehavior,
  type NlriValue,
  type SegmentTlv,
  type TunnelEncapsulationAttribute,
  type TunnelTlv,
} from "@netferry/bgp";
import { ALGORITHM_FLAG, BEHAVIOR_FLAG, BOTTOM_OF_STACK } from "../segment-json.ts";
import { bindingSidTlv, SR_POLICY_TUNNEL } from "../tunnel-json.ts";
import { addressFrom, required, type RouteFields } from "./route-words.ts";
import { ExabgpTextError, type Tokens, unsigned } from "./tokens.ts";

const MAX_UINT32 = 0xffffffff;
const MAX_LABEL = 0xfffff;
/** The V flag: the headend verifies that the SID can be reached. */
const VERIFICATION_FLAG = 0x80;
const ENLP: Readonly<Record<string, number>> = {
  "push-ipv4": 1,
  "push-ipv6": 2,
  "push-ipv4-ipv6": 3,
  "no-push": 4,
};

/** `distinguisher N color N endpoint ADDRESS`, of words that were taken before. */
export function srPolicyRoute(fields: RouteFields): NlriValue {
  return {
    kind: "sr-policy",
    distinguisher: unsigned(required(fields, "distinguisher"), "distinguisher", MAX_UINT32),
    color: unsigned(required(fields, "color"), "color", MAX_UINT32),
    endpoint: addressFrom(required(fields, "endpoint")),
  };
}

/** The part of an SR policy's tunnel that a word begins; undefined if the word begins none. */
export function srPolicyTlv(word: string, tokens: Tokens): TunnelTlv | undefined {
  const head = { flags: 0, reserved: 0 };
  switch (word) {
    case "preference":
      return { type: word, value: { ...head, preference: tokens.unsigned(word, MAX_UINT32) } };
    case "priority":
      return { type: word, value: { priority: tokens.unsigned(word, 0xff), reserved: 0 } };
    case "enlp": {
      const text = tokens.next("an explicit null policy");
      return { type: word, value: { ...head, enlp: ENLP[text] ?? unsigned(text, word, 0xff) } };
    }
    case "binding-sid": {
      const kind = tokens.next("mpls or null");
      if (kind !== "mpls" && kind !== "null") {
        throw new ExabgpTextError(`${kind} is no kind of binding SID: mpls, null`);
      }
      return bindingSidTlv(kind === "null" ? undefined : tokens.unsigned("label", MAX_LABEL));
    }
    case "srv6-binding-sid":
      return { type: word, value: { ...head, sid: addressFrom(tokens.next("an SRv6 SID")) } };
    case "policy-name":
    case "candidate-path-name":
      return { type: word, value: { reserved: 0, name: unquoted(tokens.next("a name")) } };
    case "segment-list":
      return { type: word, value: { reserved: 0, segments: segmentList(tokens) } };
    default:
      return undefined;
  }
}

export function srPolicyTunnel(tlvs: readonly TunnelTlv[]): TunnelEncapsulationAttribute {
  return { type: "tunnel-encapsulation", tunnels: [{ tunnelType: SR_POLICY_TUNNEL, tlvs }] };
}

function unquoted(text: string): string {
  return text.replaceAll(/^["']|["']$/g, "");
}

/** `weight N segment type-a ... segment type-b ...`; the last label is the bottom of the stack. */
function segmentList(tokens: Tokens): SegmentTlv[] {
  expect(tokens, "weight");
  const weight = tokens.unsigned("weight", MAX_UINT32);
  const list: SegmentTlv[] = [{ type: "weight", value: { flags: 0, reserved: 0, weight } }];
  while (tokens.skip("segment")) {
    const parsed = segment(tokens.next("a type of segment"), tokens);
    list.push(tokens.skip("verification") ? withFlags(parsed, VERIFICATION_FLAG) : parsed);
  }
  const last = list.pop()!;
  return [...list, atBottom(last)];
}

function withFlags(tlv: SegmentTlv, bits: number): SegmentTlv {
  if (tlv.type === "unknown") return tlv;
  return Object.assign({}, tlv, { value: { ...tlv.value, flags: tlv.value.flags | bits } });
}

function atBottom(tlv: SegmentTlv): SegmentTlv {
  switch (tlv.type) {
    case "mpls-label":
      return { ...tlv, value: { ...tlv.value, label: (tlv.value.label | BOTTOM_OF_STACK) >>> 0 } };
    case "ipv4-node":
    case "ipv6-node":
    case "ipv4-node-interface":
    case "ipv4-adjacency":
    case "ipv6-node-interface":
    case "ipv6-adjacency":
      return tlv.value.sid === undefined
        ? tlv
        : Object.assign({}, tlv, { value: { ...tlv.value, sid: (tlv.value.sid | BOTTOM_OF_STACK) >>> 0 } });
    default:
      return tlv;
  }
}

function expect(tokens: Tokens, word: string): void {
  if (!tokens.skip(word))
    throw new ExabgpTextError(`${tokens.peek() ?? "nothing"} stands where ${word} should be`);
}

function segment(kind: string, tokens: Tokens): SegmentTlv {
  const head = { flags: 0, reserved: 0 };
  switch (kind) {
    case "type-a":
      return { type: "mpls-label", value: { ...head, label: worded(tokens, "mpls", labelEntry) } };
    case "type-b": {
      const sid = worded(tokens, "srv6", address);
      return { type: "srv6-sid", value: { ...head, sid, ...behaviorTail(tokens, 0) } };
    }
    case "type-c":
      return {
        type: "ipv4-node",
        value: { node: worded(tokens, "ipv4", address), ...algorithm(tokens), ...label(tokens) },
      };
    case "type-d":
      return {
        type: "ipv6-node",
        value: { node: worded(tokens, "ipv6", address), ...algorithm(tokens), ...label(tokens) },
      };
    case "type-e": {
      const id = worded(tokens, "local-if-id", number);
      const node = worded(tokens, "ipv4", address);
      return { type: "ipv4-node-interface", value: { ...head, interface: id, node, ...label(tokens) } };
    }
    case "type-f":
      return { type: "ipv4-adjacency", value: { ...head, ...ends(tokens), ...label(tokens) } };
    case "type-g":
      return { type: "ipv6-node-interface", value: { ...head, ...interfaces(tokens), ...label(tokens) } };
    case "type-h":
      return { type: "ipv6-adjacency", value: { ...head, ...ends(tokens), ...label(tokens) } };
    case "type-i":
      return { type: "ipv6-node-srv6", value: { node: worded(tokens, "ipv6", address), ...srv6(tokens) } };
    case "type-j":
      return { type: "ipv6-interface-srv6", value: { ...interfaces(tokens), ...srv6(tokens) } };
    case "type-k":
      return { type: "ipv6-adjacency-srv6", value: { ...ends(tokens), ...srv6(tokens) } };
    default:
      throw new ExabgpTextError(`${kind} is no type of segment: type-a to type-k`);
  }
}

function worded<T>(tokens: Tokens, word: string, read: (tokens: Tokens) => T): T {
  expect(tokens, word);
  return read(tokens);
}

const address = (tokens: Tokens): Uint8Array => addressFrom(tokens.next("an address"));
const number = (tokens: Tokens): number => tokens.unsigned("number", MAX_UINT32);
const labelEntry = (tokens: Tokens): number => tokens.unsigned("label", MAX_LABEL) * 0x1000;

function label(tokens: Tokens): { readonly sid?: number } {
  return tokens.skip("sid") ? { sid: labelEntry(tokens) } : {};
}

function ends(tokens: Tokens): { readonly local: Uint8Array; readonly remote: Uint8Array } {
  return { local: worded(tokens, "local", address), remote: worded(tokens, "remote", address) };
}

interface Interfaces {
  readonly localInterface: number;
  readonly local: Uint8Array;
  readonly remoteInterface: number;
  readonly remote: Uint8Array;
}

function interfaces(tokens: Tokens): Interfaces {
  return {
    localInterface: worded(tokens, "local-if-id", number),
    local: worded(tokens, "local-ipv6", address),
    remoteInterface: worded(tokens, "remote-if-id", number),
    remote: worded(tokens, "remote-ipv6", address),
  };
}

function algorithm(tokens: Tokens): { readonly flags: number; readonly algorithm: number } {
  const value = worded(tokens, "algorithm", (rest) => rest.unsigned("algorithm", 0xff));
  return { flags: value === 0 ? 0 : ALGORITHM_FLAG, algorithm: value };
}

interface Srv6Tail {
  readonly flags: number;
  readonly algorithm: number;
  readonly sid?: Uint8Array;
  readonly behavior?: EndpointBehavior;
}

function srv6(tokens: Tokens): Srv6Tail {
  const head = algorithm(tokens);
  const sid = tokens.skip("sid") ? address(tokens) : undefined;
  return sid === undefined ? head : { ...head, sid, ...behaviorTail(tokens, head.flags) };
}

/** `endpoint-behavior CODE LB LN FUN ARG`, with the flag that tells of it. */
function behaviorTail(
  tokens: Tokens,
  flags: number,
): { readonly flags: number; readonly behavior?: EndpointBehavior } {
  if (!tokens.skip("endpoint-behavior")) return { flags };
  const behavior = {
    behavior: tokens.unsigned("endpoint behavior", 0xffff),
    reserved: 0,
    locatorBlock: tokens.unsigned("locator block's length", 0xff),
    locatorNode: tokens.unsigned("locator node's length", 0xff),
    function: tokens.unsigned("function's length", 0xff),
    argument: tokens.unsigned("argument's length", 0xff),
  };
  return { flags: flags | BEHAVIOR_FLAG, behavior };
}
