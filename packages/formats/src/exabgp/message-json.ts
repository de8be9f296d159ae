import {
  endOfRibFamily,
  type Family,
  IPV4_UNICAST,
  type Message,
  mergeAs4,
  type Nlri,
  type NotificationMessage,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";
import { exabgpAddress, exabgpNextHop } from "./address-text.ts";
import { attributesToExabgp } from "./attribute-json.ts";
import { openToExabgp } from "./capability-json.ts";
import { exabgpAfi, exabgpFamily, exabgpSafi } from "./family-name.ts";
import type { JsonObject, JsonValue } from "../json/json-text.ts";
import { type ExabgpVersion, nlriToExabgp, NO_NEXT_HOP } from "./nlri-json.ts";

/** Whose message it is. */
export interface ExabgpNeighbor {
  readonly localAddress: string;
  readonly peerAddress: string;
  readonly localAsn: number;
  readonly peerAsn: number;
  readonly routerId?: string;
  /** "in" for received, "out" for sent. */
  readonly direction?: "in" | "out";
}

export interface ExabgpOptions {
  readonly version: ExabgpVersion;
  readonly neighbor: ExabgpNeighbor;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly host?: string;
  readonly pid?: number;
  readonly ppid?: number;
  readonly counter?: number;
}

const VERSION_TEXT: Readonly<Record<ExabgpVersion, string>> = { 4: "4.0.1", 6: "6.0.0" };
const REFRESH_SUBTYPES: readonly string[] = ["query", "begin", "end"];

/** A message as ExaBGP tells its programs of it; {@link writeJson} makes it a line. */
export function messageToExabgp(message: Message, options: ExabgpOptions): JsonObject {
  const { version, neighbor } = options;
  const [type, content] = messageContent(message, version);
  return {
    exabgp: VERSION_TEXT[version],
    time: options.time ?? 0,
    host: options.host ?? "localhost",
    pid: options.pid ?? 0,
    ppid: options.ppid ?? 0,
    counter: options.counter ?? 1,
    type,
    neighbor: {
      address: { local: neighbor.localAddress, peer: neighbor.peerAddress },
      asn: { local: neighbor.localAsn, peer: neighbor.peerAsn },
      "router-id": neighbor.routerId,
      direction: neighbor.direction ?? "in",
      ...content,
    },
  };
}

function messageContent(
  message: Message,
  version: ExabgpVersion,
): readonly [type: string, content: JsonObject] {
  switch (message.type) {
    case "open":
      return ["open", { open: openToExabgp(message) }];
    case "update":
      return ["update", { message: updateContent(message, version) }];
    case "notification":
      return ["notification", { notification: notificationContent(message) }];
    case "keepalive":
      return ["keepalive", {}];
    case "route-refresh": {
      const { family, subtype } = message;
      const refresh = {
        afi: exabgpAfi(family),
        safi: exabgpSafi(family),
        subtype: REFRESH_SUBTYPES[subtype] ?? `${subtype}`,
      };
      return ["refresh", { "route-refresh": refresh }];
    }
  }
}

function notificationContent({ code, subcode, data }: NotificationMessage): JsonObject {
  return { code, subcode, data: `0x${toHex(data).toUpperCase()}`, message: new TextDecoder().decode(data) };
}

function updateContent(update: UpdateMessage, version: ExabgpVersion): JsonObject {
  const endOfRib = endOfRibFamily(update);
  if (endOfRib !== undefined) return { eor: { afi: exabgpAfi(endOfRib), safi: exabgpSafi(endOfRib) } };
  const routes = new Routes(version);
  const attributes = mergeAs4(update.attributes);
  routes.withdraw(IPV4_UNICAST, update.withdrawn);
  if (update.nlri.length > 0) routes.announce(IPV4_UNICAST, classicNextHop(update), update.nlri);
  for (const attribute of attributes) {
    if (attribute.type === "mp-unreach") routes.withdraw(attribute.family, attribute.nlri);
    if (attribute.type === "mp-reach") {
      routes.announce(attribute.family, exabgpNextHop(attribute.nextHop), attribute.nlri);
    }
  }
  const json = attributesToExabgp(attributes);
  return {
    update: {
      attribute: Object.keys(json).length === 0 ? undefined : json,
      announce: routes.announced.size === 0 ? undefined : routes.announcedJson(),
      withdraw: routes.withdrawn.size === 0 ? undefined : Object.fromEntries(routes.withdrawn),
    },
  };
}

function classicNextHop(update: UpdateMessage): string {
  const attribute = update.attributes.find((each) => each.type === "next-hop");
  return attribute?.type === "next-hop" ? exabgpAddress(attribute.address) : NO_NEXT_HOP;
}

/** By family, what is announced by next hop. */
class Routes {
  readonly announced = new Map<string, Map<string, JsonValue[]>>();
  readonly withdrawn = new Map<string, JsonValue[]>();
  readonly #version: ExabgpVersion;

  constructor(version: ExabgpVersion) {
    this.#version = version;
  }

  announce(family: Family, nextHop: string, nlri: readonly Nlri[]): void {
    if (nlri.length === 0) return;
    const name = exabgpFamily(family);
    const byNextHop = this.announced.get(name) ?? new Map<string, JsonValue[]>();
    this.announced.set(name, byNextHop);
    const routes = byNextHop.get(nextHop) ?? [];
    byNextHop.set(nextHop, routes);
    for (const route of nlri) routes.push(nlriToExabgp(family, route, this.#version, nextHop));
  }

  withdraw(family: Family, nlri: readonly Nlri[]): void {
    if (nlri.length === 0) return;
    const name = exabgpFamily(family);
    const routes = this.withdrawn.get(name) ?? [];
    this.withdrawn.set(name, routes);
    for (const route of nlri) routes.push(nlriToExabgp(family, route, this.#version, undefined));
  }

  announcedJson(): JsonObject {
    return Object.fromEntries(
      [...this.announced].map(([family, byNextHop]) => [family, Object.fromEntries(byNextHop)]),
    );
  }
}
