import {
  type Family,
  type FlowComponent,
  familyOf,
  type IpPrefix,
  labelField,
  type NlriValue,
  parseAddress,
  parseIdentifier,
  parseRouteDistinguisher,
  prefixOf,
  addressOfPrefix,
  safiOf,
} from "@netferry/bgp";
import { flowComponentType, inFlowOrder, parseFlowComponent } from "../flow-parse.ts";
import { parseRouteTarget } from "../route-target.ts";
import { ExabgpTextError, type Tokens, unsigned } from "./tokens.ts";

const MAX_LABEL = 0xfffff;
const MAX_UINT32 = 0xffffffff;
const SAFI_UNICAST = 1;
const SAFI_LABELLED = 4;
const SAFI_VPN = 128;

/** What the words of a route say of its NLRI. */
export interface RouteFields {
  prefix?: IpPrefix;
  /** Longer prefixes that the route is split into. */
  splitLength?: number;
  labels?: readonly number[];
  rd?: Uint8Array;
  pathId?: number;
  readonly flow: FlowComponent[];
  /** Words with one value each, such as a VPLS's. */
  readonly values: Map<string, string>;
}

/** Words that a value follows, of VPLS, MCAST-VPN and MUP routes. */
const VALUE_WORDS: ReadonlySet<string> = new Set([
  "endpoint",
  "base",
  "offset",
  "size",
  "rp",
  "group",
  "source",
  "source-as",
  "teid",
  "qfi",
  "distinguisher",
  "color",
  "origin-as",
  "route-target",
]);

/** Takes a word of a route's NLRI; false if it is none. `flow`: the route is of FlowSpec. */
export function takeRouteWord(word: string, tokens: Tokens, fields: RouteFields, flow: boolean): boolean {
  switch (word) {
    case "rd":
    case "route-distinguisher":
      fields.rd = routeDistinguisher(tokens.next("a route distinguisher"));
      return true;
    case "label": {
      const labels = tokens.list("a label").map((text) => unsigned(text, "label", MAX_LABEL));
      fields.labels = labels.map((label, index) => labelField(label, index === labels.length - 1));
      return true;
    }
    case "path-information":
      fields.pathId = pathIdOf(tokens.next("path information"));
      return true;
    case "split":
      fields.splitLength = unsigned(tokens.next("a prefix length").replace("/", ""), "prefix length", 128);
      return true;
  }
  if (flow && flowComponentType(word) !== undefined) {
    const alternatives = tokens.list(word);
    const component = parseFlowComponent(word, alternatives);
    if (component === undefined)
      throw new ExabgpTextError(`${alternatives.join(" ")} is no ${word} of a flow`);
    fields.flow.push(component);
    return true;
  }
  if (flow || !VALUE_WORDS.has(word)) return false;
  fields.values.set(word, tokens.next(word));
  return true;
}

export function routeDistinguisher(text: string): Uint8Array {
  const rd = parseRouteDistinguisher(text);
  if (rd === undefined)
    throw new ExabgpTextError(`${text} is no route distinguisher: AS:number or IPv4:number`);
  return rd;
}

/** A number, or one written like an address. */
export function pathIdOf(text: string): number {
  return parseIdentifier(text) ?? unsigned(text, "path information", MAX_UINT32);
}

/** `10.0.0.0/8`; an address is a prefix of all its bits. */
export function prefixFrom(text: string): IpPrefix {
  const [addressText = "", lengthText] = text.split("/");
  const address = addressFrom(addressText);
  const length = lengthText === undefined ? 8 * address.length : unsigned(lengthText, "prefix length", 128);
  const prefix = prefixOf(address, length);
  if (prefix === undefined) throw new ExabgpTextError(`${text} has more bits than its address`);
  return { length, address: addressOfPrefix(prefix) };
}

export function addressFrom(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === undefined) throw new ExabgpTextError(`${text} is no IP address`);
  return address;
}

/** The family of `route PREFIX`: what it has beside the prefix tells. */
export function impliedFamily(fields: RouteFields): Family {
  const afi = fields.prefix?.address.length === 16 ? 2 : 1;
  return familyOf(
    afi,
    fields.rd !== undefined ? SAFI_VPN : fields.labels !== undefined ? SAFI_LABELLED : SAFI_UNICAST,
  );
}

/** The NLRI of a route with a prefix, each of what it is split into. */
export function prefixRoutes(family: Family, fields: RouteFields): NlriValue[] {
  const { prefix, splitLength, labels, rd } = fields;
  if (prefix === undefined) throw new ExabgpTextError("the route has no prefix");
  return splitPrefix(prefix, splitLength).map((part): NlriValue => {
    if (safiOf(family) === SAFI_VPN) {
      if (rd === undefined) throw new ExabgpTextError("a VPN route needs rd");
      return { kind: "vpn", labels: labels ?? [labelField(0, true)], rd, prefix: part };
    }
    if (safiOf(family) === SAFI_LABELLED) {
      if (labels === undefined) throw new ExabgpTextError("a labelled route needs label");
      return { kind: "labelled", labels, prefix: part };
    }
    return { kind: "prefix", prefix: part };
  });
}

/** Routes that one word may make. */
const MAX_SPLIT_BITS = 16;

function splitPrefix(prefix: IpPrefix, length: number | undefined): IpPrefix[] {
  if (length === undefined || length <= prefix.length) return [prefix];
  const bits = length - prefix.length;
  if (length > 8 * prefix.address.length || bits > MAX_SPLIT_BITS) {
    throw new ExabgpTextError(`/${prefix.length} can't be split into /${length}`);
  }
  return Array.from({ length: 2 ** bits }, (_, number) => {
    const address = prefix.address.slice();
    for (let bit = 0; bit < bits; bit++) {
      const place = length - 1 - bit;
      if (((number >>> bit) & 1) !== 0) address[place >>> 3]! |= 0x80 >>> (place & 7);
    }
    return { length, address };
  });
}

export function flowRoute(fields: RouteFields): NlriValue {
  const components = inFlowOrder(fields.flow);
  if (components.length === 0) throw new ExabgpTextError("the flow matches nothing: it has no component");
  return fields.rd === undefined
    ? { kind: "flowspec", components }
    : { kind: "flowspec", rd: fields.rd, components };
}

/** The value of a word that a route must have. */
export function required(fields: RouteFields, word: string): string {
  const value = fields.values.get(word);
  if (value === undefined) throw new ExabgpTextError(`the route needs ${word}`);
  return value;
}

export function requiredRd({ rd }: RouteFields): Uint8Array {
  if (rd === undefined) throw new ExabgpTextError("the route needs rd");
  return rd;
}

export function vplsRoute(fields: RouteFields): NlriValue {
  return {
    kind: "vpls",
    rd: requiredRd(fields),
    veId: unsigned(required(fields, "endpoint"), "endpoint", 0xffff),
    blockOffset: unsigned(required(fields, "offset"), "offset", 0xffff),
    blockSize: unsigned(required(fields, "size"), "size", 0xffff),
    labelBase: labelField(unsigned(required(fields, "base"), "base", MAX_LABEL), true),
  };
}

/** Bits of a route target's membership: the origin AS, and the route target. */
const MEMBERSHIP_BITS = 96;

/** `default` for every route target; else of `origin-as N route-target target:65000:1`. */
export function rtConstraintRoute(isDefault: boolean, fields: RouteFields): NlriValue {
  if (isDefault) return { kind: "rt-constraint", length: 0, originAs: 0, routeTarget: new Uint8Array(8) };
  const text = required(fields, "route-target");
  const routeTarget = parseRouteTarget(text);
  if (routeTarget === undefined)
    throw new ExabgpTextError(`${text} is no route target: AS:number or IPv4:number`);
  const originAs = unsigned(required(fields, "origin-as"), "origin AS", MAX_UINT32);
  return { kind: "rt-constraint", length: MEMBERSHIP_BITS, originAs, routeTarget };
}

const JOINS = { "shared-join": "shared-tree-join", "source-join": "source-tree-join" } as const;

export function mcastVpnRoute(kind: string, fields: RouteFields): NlriValue {
  const rd = requiredRd(fields);
  const group = addressFrom(required(fields, "group"));
  if (kind === "source-ad") {
    const source = addressFrom(required(fields, "source"));
    return { kind: "mcast-vpn", routeType: "source-active", rd, source, group };
  }
  if (kind !== "shared-join" && kind !== "source-join") {
    throw new ExabgpTextError(`${kind} is no MCAST-VPN route: shared-join, source-join, source-ad`);
  }
  const source = addressFrom(required(fields, kind === "shared-join" ? "rp" : "source"));
  const sourceAs = unsigned(required(fields, "source-as"), "source AS", MAX_UINT32);
  return { kind: "mcast-vpn", routeType: JOINS[kind], rd, sourceAs, source, group };
}

export function mupRoute(kind: string, place: string, fields: RouteFields): NlriValue {
  const rd = requiredRd(fields);
  switch (kind) {
    case "mup-isd":
      return { kind: "mup", routeType: "interwork-segment", rd, prefix: prefixFrom(place) };
    case "mup-dsd":
      return { kind: "mup", routeType: "direct-segment", rd, address: addressFrom(place) };
    case "mup-t1st": {
      const source = fields.values.get("source");
      return {
        kind: "mup",
        routeType: "type-1-session-transformed",
        rd,
        prefix: prefixFrom(place),
        teid: unsigned(required(fields, "teid"), "teid", MAX_UINT32),
        qfi: unsigned(required(fields, "qfi"), "qfi", 0xff),
        endpoint: addressFrom(required(fields, "endpoint")),
        ...(source === undefined ? {} : { source: addressFrom(source) }),
      };
    }
    case "mup-t2st": {
      const [teid = "", length = "32"] = required(fields, "teid").split("/");
      const teidLength = unsigned(length, "teid's length", 32);
      const octets = Math.ceil(teidLength / 8); // in which ExaBGP writes the number
      const number = unsigned(teid, "teid", 2 ** (8 * octets) - 1);
      return {
        kind: "mup",
        routeType: "type-2-session-transformed",
        rd,
        endpoint: addressFrom(place),
        teid: number * 2 ** (32 - 8 * octets),
        teidLength,
      };
    }
    default:
      throw new ExabgpTextError(`${kind} is no MUP route: mup-isd, mup-dsd, mup-t1st, mup-t2st`);
  }
}
