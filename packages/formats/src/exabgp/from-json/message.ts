import { EncodeError, endOfRib, type Family, KEEPALIVE, type Message, parseAddress } from "@netferry/bgp";
import { parseExabgpFamily } from "../family-name.ts";
import { type JsonObject, type JsonValue, member } from "../../json/json-text.ts";
import { NO_NEXT_HOP } from "../nlri-json.ts";
import { announceWith, type CommandRoute, withdrawUpdate } from "../text/update-builder.ts";
import { attributesFromExabgp } from "./attributes.ts";
import { nlriFromExabgp, pathIdFromExabgp } from "./nlri.ts";
import { openFromExabgp } from "./open.ts";
import { JsonShapeError, hexIn, listIn, objectIn, parsed, textIn, unsignedIn } from "../../json/values.ts";

export type ExabgpMessagesResult =
  | { readonly ok: true; readonly messages: readonly Message[] }
  /** One line. */
  | { readonly ok: false; readonly problem: string };

const REFRESH_SUBTYPES = { query: 0, begin: 1, end: 2 } as const;
const EMPTY: JsonObject = {};

/**
 * The messages that a line of ExaBGP's JSON tells of, in either form: an UPDATE for each family and next hop
 * in it. What the JSON leaves out is not there: reserved bits, the kinds of a confederation's segments, the
 * link-local next hop. Total: a value that is none gives the problem.
 */
export function messagesFromExabgp(json: JsonValue): ExabgpMessagesResult {
  try {
    return {
      ok: true,
      messages: messagesFrom(
        textIn(member(json, "type"), "type"),
        objectIn(member(json, "neighbor"), "neighbor"),
      ),
    };
  } catch (error) {
    if (error instanceof JsonShapeError || error instanceof EncodeError)
      return { ok: false, problem: error.message };
    throw error;
  }
}

function messagesFrom(type: string, neighbor: JsonObject): Message[] {
  switch (type) {
    case "open":
      return [openFromExabgp(objectIn(neighbor["open"], "open"))];
    case "keepalive":
      return [KEEPALIVE];
    case "notification": {
      const json = objectIn(neighbor["notification"], "notification");
      return [
        {
          type: "notification",
          code: unsignedIn(json["code"], "code", 0xff),
          subcode: unsignedIn(json["subcode"], "subcode", 0xff),
          data: hexIn(json["data"] ?? "", "data"),
        },
      ];
    }
    case "refresh": {
      const json = objectIn(neighbor["route-refresh"], "route-refresh");
      return [
        { type: "route-refresh", family: familyOfNames(json), subtype: refreshSubtype(json["subtype"]) },
      ];
    }
    case "update":
      return updatesFrom(objectIn(neighbor["message"], "message"));
    default:
      throw new JsonShapeError(`messages of type ${type} can't be made of JSON`);
  }
}

function refreshSubtype(
  value: JsonValue | undefined,
): Extract<Message, { type: "route-refresh" }>["subtype"] {
  const text = textIn(value, "subtype");
  for (const [name, subtype] of Object.entries(REFRESH_SUBTYPES)) if (name === text) return subtype;
  return unsignedIn(text, "subtype", 0xff);
}

function familyOfNames(json: JsonObject): Family {
  return parsed(
    parseExabgpFamily(`${textIn(json["afi"], "afi")} ${textIn(json["safi"], "safi")}`),
    "afi, safi",
  );
}

function updatesFrom(json: JsonObject): Message[] {
  if (json["eor"] !== undefined) return [endOfRib(familyOfNames(objectIn(json["eor"], "eor")))];
  const update = objectIn(json["update"], "update");
  const attributes = attributesFromExabgp(objectIn(update["attribute"] ?? EMPTY, "attribute"));
  const messages: Message[] = [];
  for (const [name, routes] of Object.entries(objectIn(update["withdraw"] ?? EMPTY, "withdraw"))) {
    const [first, ...more] = routesFrom(name, routes, NO_NEXT_HOP);
    if (first !== undefined) messages.push(withdrawUpdate([first, ...more]));
  }
  for (const [name, byNextHop] of Object.entries(objectIn(update["announce"] ?? EMPTY, "announce"))) {
    for (const [nextHop, routes] of Object.entries(objectIn(byNextHop, name))) {
      const [first, ...more] = routesFrom(name, routes, nextHop);
      if (first === undefined) continue;
      // ExaBGP does not tell of an empty path.
      const hasPath = attributes.some((attribute) => attribute.type === "as-path");
      messages.push(
        announceWith(
          [first, ...more],
          hasPath ? attributes : [...attributes, { type: "as-path", segments: [] }],
        ),
      );
    }
  }
  if (messages.length === 0) messages.push({ type: "update", withdrawn: [], attributes, nlri: [] });
  return messages;
}

function routesFrom(name: string, routes: JsonValue | undefined, nextHopText: string): CommandRoute[] {
  const family = parsed(parseExabgpFamily(name), name);
  const nextHop = nextHopText === NO_NEXT_HOP ? undefined : parsed(parseAddress(nextHopText), nextHopText);
  return listIn(routes, name).map((value) => {
    const json = objectIn(value, "route");
    const pathId = pathIdFromExabgp(json);
    const route = { family, value: nlriFromExabgp(family, json), attributes: [] };
    return Object.assign(
      route,
      pathId === undefined ? {} : { pathId },
      nextHop === undefined ? {} : { nextHop },
    );
  });
}
