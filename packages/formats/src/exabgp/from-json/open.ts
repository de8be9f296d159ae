import {
  AS_TRANS,
  BGP_VERSION,
  type Capability,
  decodeCapability,
  type Family,
  type OpenMessage,
  parseIdentifier,
} from "@netferry/bgp";
import { parseExabgpFamily } from "../family-name.ts";
import { type JsonObject, type JsonValue, member } from "../../json/json-text.ts";
import { JsonShapeError, hexIn, listIn, objectIn, parsed, textIn, unsignedIn } from "../../json/values.ts";

const MAX_UINT32 = 0xffffffff;
const ADD_PATH_MODES = { receive: 1, send: 2, "send/receive": 3 } as const;
const MAX_RESTART_TIME = 4095;

/** The inverse of `openToExabgp`, each capability in a parameter of its own. Throws {@link JsonShapeError}. */
export function openFromExabgp(json: JsonObject): OpenMessage {
  const asn = unsignedIn(json["asn"], "asn", MAX_UINT32);
  const capabilities = Object.entries(objectIn(json["capabilities"], "capabilities")).flatMap(
    ([code, value]) =>
      capabilitiesFrom(unsignedIn(code, "capability", 0xff), objectIn(value, `capability ${code}`)),
  );
  return {
    type: "open",
    version: unsignedIn(json["version"] ?? BGP_VERSION, "version", 0xff),
    myAs: asn > 0xffff ? AS_TRANS : asn,
    holdTime: unsignedIn(json["hold_time"], "hold_time", 0xffff),
    bgpIdentifier: parsed(parseIdentifier(textIn(json["router_id"], "router_id")), "router_id"),
    parameters: capabilities.map((capability) => ({ type: "capabilities", capabilities: [capability] })),
    extendedParameters: false,
  };
}

function capabilitiesFrom(code: number, json: JsonObject): Capability[] {
  switch (code) {
    case 1:
      return listIn(json["families"], "families").map((name) => ({
        kind: "multiprotocol",
        family: familyFrom(name),
      }));
    case 2:
      return [{ kind: "route-refresh" }];
    case 5:
      return [
        { kind: "extended-next-hop", entries: listIn(json["conversion"], "conversion").map(conversion) },
      ];
    case 6:
      return [{ kind: "extended-message" }];
    case 64:
      return [gracefulRestart(json)];
    case 65:
      return [{ kind: "four-octet-as", asn: unsignedIn(json["asn4"], "asn4", MAX_UINT32) }];
    case 69:
      return [
        {
          kind: "add-path",
          families: namedFamilies(json).map(([family, mode]) => ({ family, mode: addPathMode(mode) })),
        },
      ];
    case 70:
      return [{ kind: "enhanced-route-refresh" }];
    case 73:
      return [
        {
          kind: "hostname",
          hostname: textIn(json["host-name"], "host-name"),
          domain: textIn(json["domain-name"], "domain-name"),
        },
      ];
    case 75:
      return [{ kind: "software-version", version: textIn(json["software"], "software") }];
    default:
      return [
        parsed(decodeCapability(code, hexIn(json["raw"], `raw of capability ${code}`)), `capability ${code}`),
      ];
  }
}

function familyFrom(name: JsonValue | undefined): Family {
  return parsed(parseExabgpFamily(textIn(name, "family")), "family");
}

/** Members named by families, beside the capability's own name. */
function namedFamilies(json: JsonObject): [Family, JsonValue | undefined][] {
  return Object.entries(json)
    .filter(([name]) => name !== "name")
    .map(([name, value]) => [familyFrom(name), value]);
}

function addPathMode(value: JsonValue | undefined): 1 | 2 | 3 {
  const text = textIn(value, "addpath");
  for (const [name, mode] of Object.entries(ADD_PATH_MODES)) if (name === text) return mode;
  throw new JsonShapeError(`${text} is no mode of addpath`);
}

function conversion(value: JsonValue): { family: Family; nextHopAfi: number } {
  const [afi = "", safi = "", nextHop = ""] = textIn(value, "conversion").split("/");
  const nextHopAfi =
    nextHop === "ipv4" ? 1 : nextHop === "ipv6" ? 2 : unsignedIn(nextHop, "conversion", 0xffff);
  return { family: familyFrom(`${afi}/${safi}`), nextHopAfi };
}

function gracefulRestart(json: JsonObject): Capability {
  const flags = objectIn(json["address-family-flags"], "address-family-flags");
  return {
    kind: "graceful-restart",
    restarting: listIn(json["restart-flags"], "restart-flags").length > 0,
    notification: false,
    restartTime: unsignedIn(member(json, "time"), "time", MAX_RESTART_TIME),
    families: namedFamilies(flags).map(([family, value]) => ({
      family,
      forwarding: listIn(value, "address-family-flags").length > 0,
    })),
  };
}
