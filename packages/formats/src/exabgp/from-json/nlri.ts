import {
  type Family,
  type FlowComponent,
  labelField,
  type NlriValue,
  parseAddress,
  parseIdentifier,
  parseRouteDistinguisher,
  parsePrefix,
  addressOfPrefix,
  type IpPrefix,
  safiOf,
} from "@netferry/bgp";
import { parseRouteTarget } from "../route-target.ts";
import { flowComponentType, inFlowOrder, parseFlowComponent } from "../flow-parse.ts";
import { type JsonObject, type JsonValue, isList } from "../../json/json-text.ts";
import { JsonShapeError, hexIn, listIn, parsed, textIn, unsignedIn } from "../../json/values.ts";

const MAX_UINT32 = 0xffffffff;
const MAX_LABEL_FIELD = 0xffffff;
const MAX_LABEL = 0xfffff;

/** A route's NLRI: what it says, or the octets of it where the JSON has them. Throws {@link JsonShapeError}. */
export function nlriFromExabgp(family: Family, json: JsonObject): NlriValue | Uint8Array {
  if (typeof json["raw"] === "string") return hexIn(json["raw"], "raw");
  switch (safiOf(family)) {
    case 1:
    case 2:
      return { kind: "prefix", prefix: prefix(json) };
    case 4:
      return { kind: "labelled", labels: labels(json), prefix: prefix(json) };
    case 128:
      return { kind: "vpn", labels: labels(json), rd: routeDistinguisher(json), prefix: prefix(json) };
    case 133:
    case 134:
      return flow(json);
    case 65:
      return {
        kind: "vpls",
        rd: routeDistinguisher(json),
        veId: unsignedIn(json["endpoint"], "endpoint", 0xffff),
        blockOffset: unsignedIn(json["offset"], "offset", 0xffff),
        blockSize: unsignedIn(json["size"], "size", 0xffff),
        labelBase: labelField(unsignedIn(json["base"], "base", MAX_LABEL), true),
      };
    case 73:
      return {
        kind: "sr-policy",
        distinguisher: unsignedIn(json["distinguisher"], "distinguisher", MAX_UINT32),
        color: unsignedIn(json["color"], "color", MAX_UINT32),
        endpoint: parsed(parseAddress(textIn(json["endpoint"], "endpoint")), "endpoint"),
      };
    case 132:
      return routeTargetConstraint(json);
    default:
      throw new JsonShapeError(
        `routes of family ${family >>> 8}/${family & 255} can't be made of JSON without raw`,
      );
  }
}

function routeTargetConstraint(json: JsonObject): NlriValue {
  const originAs = unsignedIn(json["origin"], "origin", MAX_UINT32);
  const routeTarget = new Uint8Array(8);
  if (json["route-target"] !== null) {
    const whole = parsed(parseRouteTarget(textIn(json["route-target"], "route-target")), "route-target");
    return { kind: "rt-constraint", length: 96, originAs, routeTarget: whole };
  }
  if (json["prefix-length"] === undefined) {
    return { kind: "rt-constraint", length: originAs === 0 ? 0 : 32, originAs, routeTarget };
  }
  const part = hexIn(json["route-target-prefix"], "route-target-prefix");
  if (part.length > routeTarget.length)
    throw new JsonShapeError("route-target-prefix has more than 8 octets");
  routeTarget.set(part);
  const length = unsignedIn(json["prefix-length"], "prefix-length", 96);
  return { kind: "rt-constraint", length, originAs, routeTarget };
}

/** Written like an address. */
export function pathIdFromExabgp(json: JsonObject): number | undefined {
  const text = json["path-information"];
  return text === undefined
    ? undefined
    : parsed(parseIdentifier(textIn(text, "path-information")), "path-information");
}

function prefix(json: JsonObject): IpPrefix {
  const text = textIn(json["nlri"], "nlri");
  const found = parsed(parsePrefix(text), "nlri");
  return { length: found.nlri[0]!, address: addressOfPrefix(found) };
}

function routeDistinguisher(json: JsonObject): Uint8Array {
  return parsed(parseRouteDistinguisher(textIn(json["rd"], "rd")), "rd");
}

/** Of each label the whole field, where it is told. */
function labels(json: JsonObject): number[] {
  const list = listIn(json["label"], "label");
  return list.map((entry, index) => {
    const [label, field] = isList(entry) ? entry : [entry];
    if (field !== undefined) return unsignedIn(field, "label", MAX_LABEL_FIELD);
    const value = unsignedIn(label, "label", MAX_LABEL);
    return value === 0 ? 0 : labelField(value, index === list.length - 1);
  });
}

function flow(json: JsonObject): NlriValue {
  const components: FlowComponent[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (flowComponentType(name) === undefined) continue;
    const alternatives = listIn(value, name).map((each: JsonValue) => textIn(each, name));
    components.push(parsed(parseFlowComponent(name, alternatives), name));
  }
  const sorted = inFlowOrder(components);
  return json["rd"] === undefined
    ? { kind: "flowspec", components: sorted }
    : { kind: "flowspec", rd: routeDistinguisher(json), components: sorted };
}
