import {
  type Attribute,
  EncodeError,
  endOfRib,
  type Family,
  type Message,
  type NlriValue,
  safiOf,
  type TunnelTlv,
} from "@netferry/bgp";
import { parseExabgpFamily } from "../family-name.ts";
import { attributeOf, compareBytes, extendedCommunity } from "./attribute-words.ts";
import {
  addressFrom,
  flowRoute,
  impliedFamily,
  mcastVpnRoute,
  mupRoute,
  prefixFrom,
  prefixRoutes,
  type RouteFields,
  rtConstraintRoute,
  takeRouteWord,
  vplsRoute,
} from "./route-words.ts";
import { srPolicyRoute, srPolicyTlv, srPolicyTunnel } from "./sr-policy-words.ts";
import { ExabgpTextError, Tokens } from "./tokens.ts";
import { announceUpdate, type CommandRoute, type ExabgpSession, withdrawUpdate } from "./update-builder.ts";

export type ExabgpCommandResult =
  | { readonly ok: true; readonly messages: readonly Message[] }
  /** One line. */
  | { readonly ok: false; readonly problem: string };

const SAFI_FLOW = 133;
const SAFI_MCAST_VPN = 5;
const SAFI_VPLS = 65;
const SAFI_MUP = 85;
const SAFI_SR_POLICY = 73;
const SAFI_RT_CONSTRAINT = 132;
/** Words between which ExaBGP's configuration puts what a flow matches and does. */
const FLOW_FILLERS: ReadonlySet<string> = new Set(["{", "}", ";", "match", "then", "route", "accept"]);

/**
 * The messages that a text command of ExaBGP's leads to: `announce route 10.0.0.0/8 next-hop 192.0.2.1`,
 * `withdraw ...`, `announce attributes ... nlri ...`, `announce ipv4 flow ...`, `announce eor ipv4 unicast`,
 * `group A ; B`. Routes are announced as ExaBGP does, which fills in ORIGIN, AS_PATH and LOCAL_PREF and puts
 * communities in order. Total: a text that is none gives the problem.
 */
export function parseExabgpCommand(text: string, session: ExabgpSession): ExabgpCommandResult {
  try {
    const grouped = /^\s*group\s+(.*)$/s.exec(text)?.[1];
    const messages = grouped === undefined ? command(text, session) : group(grouped, session);
    return { ok: true, messages };
  } catch (error) {
    if (error instanceof ExabgpTextError || error instanceof EncodeError)
      return { ok: false, problem: error.message };
    throw error;
  }
}

/** Commands of a group: what has the same attributes and next hop goes into one UPDATE. */
function group(text: string, session: ExabgpSession): Message[] {
  const batches = new Map<string, { announce: boolean; routes: [CommandRoute, ...CommandRoute[]] }>();
  for (const part of text.split(";")) {
    const tokens = new Tokens(part);
    const announce = verb(tokens);
    for (const route of routesOf(tokens, session)) {
      const key = JSON.stringify([announce, route.family, route.nextHop, announce ? route.attributes : []]);
      const batch = batches.get(key);
      if (batch === undefined) batches.set(key, { announce, routes: [route] });
      else batch.routes.push(route);
    }
  }
  return [...batches.values()].map(({ announce, routes }) =>
    announce ? announceUpdate(routes, session) : withdrawUpdate(routes),
  );
}

function command(text: string, session: ExabgpSession): Message[] {
  const tokens = new Tokens(text);
  const announce = verb(tokens);
  if (tokens.skip("eor")) return [endOfRibOf(family(tokens))];
  if (announce && tokens.skip("route-refresh"))
    return [{ type: "route-refresh", family: family(tokens), subtype: 0 }];
  if (tokens.skip("attributes") || tokens.skip("attribute"))
    return attributesCommand(tokens, announce, session);
  return routesOf(tokens, session).map((route) =>
    announce ? announceUpdate([route], session) : withdrawUpdate([route]),
  );
}

function verb(tokens: Tokens): boolean {
  const word = tokens.next("announce or withdraw");
  if (word !== "announce" && word !== "withdraw") {
    throw new ExabgpTextError(`${word} is no command: announce, withdraw, group`);
  }
  return word === "announce";
}

function family(tokens: Tokens): Family {
  const name = `${tokens.next("an address family")} ${tokens.next("a subsequent address family")}`;
  const found = parseExabgpFamily(name);
  if (found === undefined) throw new ExabgpTextError(`${name} is no family`);
  return found;
}

/** NB: ExaBGP writes it with a length of two octets. */
function endOfRibOf(which: Family): Message {
  const update = endOfRib(which);
  return {
    ...update,
    attributes: update.attributes.map((attribute) => Object.assign({ flags: 0x90 }, attribute)),
  };
}

/** `attributes ... nlri PREFIX PREFIX ...`. */
function attributesCommand(tokens: Tokens, announce: boolean, session: ExabgpSession): Message[] {
  const words = new RouteWords(session);
  while (!tokens.skip("nlri")) words.take(tokens.next("nlri"), tokens, false);
  const byFamily = new Map<Family, [CommandRoute, ...CommandRoute[]]>();
  while (!tokens.done) {
    words.fields.prefix = prefixFrom(tokens.next("a prefix"));
    const which = impliedFamily(words.fields);
    for (const value of prefixRoutes(which, words.fields)) {
      const route = words.route(which, value);
      const routes = byFamily.get(which);
      if (routes === undefined) byFamily.set(which, [route]);
      else routes.push(route);
    }
  }
  if (byFamily.size === 0) throw new ExabgpTextError("the command has no prefix behind nlri");
  return [...byFamily.values()].map((routes) =>
    announce ? announceUpdate(routes, session) : withdrawUpdate(routes),
  );
}

function routesOf(tokens: Tokens, session: ExabgpSession): CommandRoute[] {
  const words = new RouteWords(session);
  const first = tokens.next("route, or a family");
  if (first === "route") {
    words.fields.prefix = prefixFrom(tokens.next("a prefix"));
    words.takeAll(tokens, false);
    const which = impliedFamily(words.fields);
    return prefixRoutes(which, words.fields).map((value) => words.route(which, value));
  }
  if (first === "vpls" || (first === "l2vpn" && tokens.skip("vpls"))) {
    words.takeAll(tokens, false);
    return [words.route((25 << 8) | SAFI_VPLS, vplsRoute(words.fields))];
  }
  if (first === "flow") {
    words.takeAll(tokens, true);
    return [words.route(words.flowFamily(undefined), flowRoute(words.fields))];
  }
  const name = `${first} ${tokens.next("a subsequent address family")}`;
  const which = parseExabgpFamily(name);
  if (which === undefined) throw new ExabgpTextError(`${name} is no family that routes are announced for`);
  return familyRoutes(which, tokens, words);
}

function familyRoutes(which: Family, tokens: Tokens, words: RouteWords): CommandRoute[] {
  switch (safiOf(which)) {
    case SAFI_FLOW:
    case SAFI_FLOW + 1:
      words.takeAll(tokens, true);
      return [words.route(words.flowFamily(which), flowRoute(words.fields))];
    case SAFI_MCAST_VPN: {
      const kind = tokens.next("a kind of MCAST-VPN route");
      words.takeAll(tokens, false);
      return [words.route(which, mcastVpnRoute(kind, words.fields))];
    }
    case SAFI_MUP: {
      const kind = tokens.next("a kind of MUP route");
      const place = tokens.next("a prefix or an address");
      words.takeAll(tokens, false);
      return [words.route(which, mupRoute(kind, place, words.fields))];
    }
    case SAFI_SR_POLICY:
      words.takeAll(tokens, false, true);
      return [words.route(which, srPolicyRoute(words.fields))];
    case SAFI_RT_CONSTRAINT: {
      const isDefault = tokens.skip("default");
      words.takeAll(tokens, false);
      return [words.route(which, rtConstraintRoute(isDefault, words.fields))];
    }
    case 1:
    case 2:
    case 4:
    case 128:
      words.fields.prefix = prefixFrom(tokens.next("a prefix"));
      words.takeAll(tokens, false);
      return prefixRoutes(which, words.fields).map((value) => words.route(which, value));
    default:
      throw new ExabgpTextError(`routes of family ${which >>> 8}/${which & 255} have no text`);
  }
}

/** The words of a route, in any order. */
class RouteWords {
  readonly fields: RouteFields = { flow: [], values: new Map() };
  readonly #attributes: Attribute[] = [];
  readonly #policy: TunnelTlv[] = [];
  readonly #session: ExabgpSession;
  #nextHop: Uint8Array | undefined;

  constructor(session: ExabgpSession) {
    this.#session = session;
  }

  takeAll(tokens: Tokens, flow: boolean, policy = false): void {
    while (!tokens.done) {
      const word = tokens.next("a word");
      const tlv = policy ? srPolicyTlv(word, tokens) : undefined;
      if (tlv === undefined) this.take(word, tokens, flow);
      else this.#policy.push(tlv);
    }
    if (this.#policy.length > 0) this.#add(srPolicyTunnel(this.#policy));
  }

  take(word: string, tokens: Tokens, flow: boolean): void {
    if (word === "next-hop") {
      this.#nextHop = this.#nextHopOf(tokens.next("a next hop"));
      return;
    }
    if (flow && (FLOW_FILLERS.has(word) || this.#takeFlowAction(word, tokens))) return;
    if (takeRouteWord(word, tokens, this.fields, flow)) return;
    const attribute = attributeOf(word, tokens);
    if (attribute === undefined) throw new ExabgpTextError(`${word} is no word of a route`);
    this.#add(attribute);
  }

  route(which: Family, value: NlriValue): CommandRoute {
    const { pathId } = this.fields;
    return {
      family: which,
      value,
      attributes: this.#attributes,
      ...(pathId === undefined ? {} : { pathId }),
      ...(this.#nextHop === undefined ? {} : { nextHop: this.#nextHop }),
    };
  }

  /** FlowSpec of the addresses in it, with a route distinguisher the VPN's. */
  flowFamily(named: Family | undefined): Family {
    const isIPv6 = this.fields.flow.some(
      (component) => "prefix" in component && component.prefix.address.length === 16,
    );
    const afi = named === undefined ? (isIPv6 ? 2 : 1) : named >>> 8;
    return (afi << 8) | (this.fields.rd === undefined ? SAFI_FLOW : SAFI_FLOW + 1);
  }

  #nextHopOf(text: string): Uint8Array {
    if (text !== "self") return addressFrom(text);
    if (this.#session.localAddress === undefined)
      throw new ExabgpTextError("next-hop self needs a local address");
    return this.#session.localAddress;
  }

  /** What a flow does, by itself and not as an extended community. */
  #takeFlowAction(word: string, tokens: Tokens): boolean {
    switch (word) {
      case "discard":
        this.#act("rate-limit:0");
        return true;
      case "rate-limit": {
        const rate = tokens.next("a rate");
        this.#act(`rate-limit:${rate}${tokens.skip("packets") ? ":packets" : ""}`);
        return true;
      }
      case "mark":
      case "action":
        this.#act(`${word} ${tokens.next(word)}`);
        return true;
      case "redirect-to-nexthop":
      case "copy-to-nexthop":
        this.#act(word);
        return true;
      case "copy":
        this.#nextHop = addressFrom(tokens.next("an address"));
        this.#act("copy-to-nexthop");
        return true;
      case "redirect": {
        const to = tokens.next("an address, or AS:number");
        if (/^\d+:\d+$/.test(to)) {
          this.#act(`redirect:${to}`);
        } else {
          this.#nextHop = addressFrom(to);
          this.#act("redirect-to-nexthop");
        }
        return true;
      }
      default:
        return false;
    }
  }

  #act(community: string): void {
    this.#add({ type: "extended-communities", values: [extendedCommunity(community)] });
  }

  /** Extended communities add up; any other attribute is told once. */
  #add(attribute: Attribute): void {
    const at = this.#attributes.findIndex(
      (known) => known.type === attribute.type && known.type !== "unknown",
    );
    const known = this.#attributes[at];
    if (known === undefined) this.#attributes.push(attribute);
    else if (known.type === "extended-communities" && attribute.type === "extended-communities") {
      const values = [...known.values, ...attribute.values].toSorted(compareBytes);
      this.#attributes[at] = { type: "extended-communities", values };
    } else this.#attributes[at] = attribute;
  }
}
