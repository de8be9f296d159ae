import {
  afiOf,
  type Capability,
  capabilityCode,
  encodeMessage,
  formatIdentifier,
  type NotificationMessage,
  type OpenMessage,
  type RouteRefreshMessage,
  safiOf,
} from "@netferry/bgp";
import type { FactList } from "./facts.ts";

export function expectOpen(message: OpenMessage, facts: FactList): void {
  facts.add("open.version", message.version);
  facts.add("open.myas", message.myAs);
  facts.add("open.holdtime", message.holdTime);
  facts.add("open.identifier", formatIdentifier(message.bgpIdentifier));
  for (const parameter of message.parameters) {
    if (parameter.type === "unknown") {
      facts.add("open.opt.param.type", parameter.code);
      continue;
    }
    facts.add("open.opt.param.type", 2);
    for (const capability of parameter.capabilities) expectCapability(capability, facts);
  }
}

/** The value of a capability: of an OPEN that has nothing else, behind 29 octets and the parameter's and capability's heads. */
function valueOf(capability: Capability): Uint8Array {
  const open: OpenMessage = {
    type: "open",
    version: 4,
    myAs: 1,
    holdTime: 0,
    bgpIdentifier: 1,
    parameters: [{ type: "capabilities", capabilities: [capability] }],
    extendedParameters: false,
  };
  return encodeMessage(open).subarray(33);
}

function expectCapability(capability: Capability, facts: FactList): void {
  const value = valueOf(capability);
  facts.add("cap.type", capabilityCode(capability));
  facts.add("cap.length", value.length);
  switch (capability.kind) {
    case "multiprotocol":
      facts.add("cap.mp.afi", afiOf(capability.family));
      facts.add("cap.mp.safi", safiOf(capability.family));
      return;
    case "four-octet-as":
      facts.add("cap.4as", capability.asn);
      return;
    case "add-path":
      for (const { family, mode } of capability.families) {
        facts.add("cap.ap.afi", afiOf(family));
        facts.add("cap.ap.safi", safiOf(family));
        facts.add("cap.ap.sendreceive", mode);
      }
      return;
    case "extended-next-hop":
      for (const { family, nextHopAfi } of capability.entries) {
        facts.add("cap.enh.afi", afiOf(family));
        facts.add("cap.enh.safi", safiOf(family));
        facts.add("cap.enh.nhafi", nextHopAfi);
      }
      return;
    case "graceful-restart":
      facts.add("cap.gr.timers.restart_flag", capability.restarting);
      facts.add("cap.gr.timers.notification_flag", capability.notification);
      facts.add("cap.gr.timers.restart_time", capability.restartTime);
      for (const { family, forwarding } of capability.families) {
        facts.add("cap.gr.afi", afiOf(family));
        facts.add("cap.gr.safi", safiOf(family));
        facts.add("cap.gr.flag.pfs", forwarding);
      }
      return;
    case "hostname":
      facts.add("cap.orf.fqdn.hostname.len", value[0]!);
      if (capability.hostname !== "") facts.add("cap.orf.fqdn.hostname", capability.hostname);
      facts.add("cap.orf.fqdn.domain_name.len", value[1 + value[0]!]!);
      if (capability.domain !== "") facts.add("cap.orf.fqdn.domain_name", capability.domain);
      return;
    case "outbound-route-filtering":
      for (const { family, types } of capability.entries) {
        facts.add("cap.orf.afi", afiOf(family));
        facts.add("cap.orf.safi", safiOf(family));
        facts.add("cap.orf.number", types.length);
        for (const { orfType, mode } of types) {
          facts.add("cap.orf.type", orfType);
          facts.add("cap.orf.sendreceive", mode);
        }
      }
      return;
    case "bgpsec":
      facts.add("cap.bgpsec.version", capability.version);
      facts.add("cap.bgpsec.sendreceive", capability.sends);
      facts.add("cap.bgpsec.afi", capability.afi);
      return;
    case "dynamic-capability":
      for (const code of capability.codes) facts.add("cap.dc", code);
      return;
    default:
      // What tshark has no fields for, or no value at all.
      facts.bytes("cap.unknown", value);
  }
}

/** The field of the subcode, by code; those that tshark names. */
const SUBCODES: ReadonlyMap<number, string> = new Map([
  [1, "notify.minor_error"],
  [2, "notify.minor_error_open"],
  [3, "notify.minor_error_update"],
  [4, "notify.minor_error_expired"],
  [5, "notify.minor_error_state"],
  [6, "notify.minor_error_cease"],
]);

export function expectNotification(message: NotificationMessage, facts: FactList): void {
  facts.add("notify.major_error", message.code);
  facts.add(SUBCODES.get(message.code) ?? "notify.minor_error_unknown", message.subcode);
  facts.bytes("notify.minor_data", message.data);
}

export function expectRouteRefresh(message: RouteRefreshMessage, facts: FactList): void {
  facts.add("route_refresh.afi", afiOf(message.family));
  facts.add("route_refresh.subtype", message.subtype);
  facts.add("route_refresh.safi", safiOf(message.family));
}
