import {
  afiOf,
  type CodecContext,
  decodeNlri,
  encodeMessage,
  type Family,
  formatIPv4,
  formatIPv6,
  type Message,
  messageType,
  type Nlri,
  safiOf,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";
import { expectAttribute } from "./expect-attributes.ts";
import { expectNlri, type Place } from "./expect-nlri.ts";
import { expectNotification, expectOpen, expectRouteRefresh } from "./expect-open.ts";
import { FactList, type Facts } from "./facts.ts";

/** What tshark must say of a message that says what ours does. */
export function expectedFacts(message: Message, context: CodecContext): Facts {
  const facts = new FactList();
  const bytes = encodeMessage(message, context);
  facts.add("length", bytes.length);
  facts.add("type", messageType(bytes, 0));
  if (message.type === "update") expectUpdate(message, context, facts);
  else if (message.type === "open") expectOpen(message, facts);
  else if (message.type === "notification") expectNotification(message, facts);
  else if (message.type === "route-refresh") expectRouteRefresh(message, facts);
  return facts.facts;
}

function expectUpdate(message: UpdateMessage, context: CodecContext, facts: FactList): void {
  for (const { bytes, pathId } of message.withdrawn) expectClassic(bytes, pathId, "withdrawn_prefix", facts);
  for (const attribute of message.attributes) {
    expectAttribute(attribute, context, facts);
    if (attribute.type !== "mp-reach" && attribute.type !== "mp-unreach") continue;
    const place = attribute.type === "mp-reach" ? "reach" : "unreach";
    facts.add(`update.path_attribute.mp_${place}_nlri.afi`, afiOf(attribute.family));
    facts.add(`update.path_attribute.mp_${place}_nlri.safi`, safiOf(attribute.family));
    if (attribute.type === "mp-reach") expectNextHop(attribute.nextHop, facts);
    expectRoutes(attribute.family, attribute.nlri, place, facts);
  }
  for (const { bytes, pathId } of message.nlri) expectClassic(bytes, pathId, "nlri_prefix", facts);
}

function expectClassic(bytes: Uint8Array, pathId: number | undefined, field: string, facts: FactList): void {
  if (pathId !== undefined) facts.add("nlri_path_id", pathId);
  const address = new Uint8Array(4);
  address.set(bytes.subarray(1));
  facts.add("prefix_length", bytes[0]!);
  facts.add(field, formatIPv4(address));
}

function expectRoutes(family: Family, nlri: readonly Nlri[], place: Place, facts: FactList): void {
  for (const { bytes, pathId } of nlri) {
    const value = decodeNlri(family, bytes);
    if (value === undefined) throw new Error(`${toHex(bytes)} is no NLRI of ${family}`);
    if (pathId !== undefined) facts.add("nlri_path_id", pathId);
    expectNlri(family, value, bytes.length, place, facts);
  }
}

const at = (field: string): string => `update.path_attribute.mp_reach_nlri.next_hop${field}`;

/** With a route distinguisher of 0 in front for the VPN families. */
function expectNextHop(nextHop: Uint8Array, facts: FactList): void {
  const distinguished = [12, 24, 48].includes(nextHop.length);
  const address = distinguished ? nextHop.subarray(8) : nextHop;
  if (distinguished) facts.add(at(".rd"), "0:0");
  if (address.length === 4) facts.add(at(".ipv4"), formatIPv4(address));
  else if (address.length >= 16) facts.add(at(".ipv6"), formatIPv6(address));
  if (address.length === 32) facts.add(at(".ipv6.link_local"), formatIPv6(address.subarray(16)));
}
