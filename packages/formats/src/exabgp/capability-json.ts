import {
  ByteWriter,
  encodeCapability,
  type Capability,
  capabilityCode,
  openAsn,
  openCapabilities,
  type OpenMessage,
  formatIdentifier,
  toHex,
} from "@netferry/bgp";
import { exabgpFamily } from "./family-name.ts";
import type { JsonObject, JsonValue } from "../json/json-text.ts";

const ADD_PATH_MODES: readonly string[] = ["", "receive", "send", "send/receive"];
const EXTENDED_MESSAGE_SIZE = 65535;
const AFI_NAMES: readonly string[] = ["", "ipv4", "ipv6"];

/** An OPEN, its capabilities by their codes. */
export function openToExabgp(open: OpenMessage): JsonObject {
  const capabilities: { [code: string]: JsonObject } = {};
  const families: string[] = [];
  for (const capability of openCapabilities(open)) {
    if (capability.kind === "multiprotocol") families.push(exabgpFamily(capability.family, "/"));
    capabilities[`${capabilityCode(capability)}`] = capabilityToExabgp(capability, families);
  }
  return {
    version: open.version,
    asn: openAsn(open),
    hold_time: open.holdTime,
    router_id: formatIdentifier(open.bgpIdentifier),
    capabilities,
  };
}

function capabilityToExabgp(capability: Capability, families: readonly string[]): JsonObject {
  switch (capability.kind) {
    case "multiprotocol":
      return { name: "multiprotocol", families: [...families] };
    case "route-refresh":
      return { name: "route-refresh", variant: "RFC" };
    case "enhanced-route-refresh":
      return { name: "enhanced-route-refresh" };
    case "extended-message":
      return { name: "extended-message", size: EXTENDED_MESSAGE_SIZE };
    case "four-octet-as":
      return { name: "asn4", asn4: capability.asn };
    case "add-path": {
      const modes = capability.families.map(({ family, mode }): [string, JsonValue] => [
        exabgpFamily(family, "/"),
        ADD_PATH_MODES[mode]!,
      ]);
      return { name: "addpath", ...Object.fromEntries(modes) };
    }
    case "extended-next-hop":
      return {
        name: "nexthop",
        conversion: capability.entries.map(
          ({ family, nextHopAfi }) => `${exabgpFamily(family, "/")}/${AFI_NAMES[nextHopAfi] ?? nextHopAfi}`,
        ),
      };
    case "graceful-restart": {
      const flags = capability.families.map(({ family, forwarding }): [string, JsonValue] => [
        exabgpFamily(family, "/"),
        forwarding ? ["restart"] : [],
      ]);
      return {
        name: "graceful restart",
        time: capability.restartTime,
        "address-family-flags": Object.fromEntries(flags),
        "restart-flags": capability.restarting ? ["forwarding"] : [],
      };
    }
    case "hostname":
      return { "host-name": capability.hostname, "domain-name": capability.domain };
    case "software-version":
      return { software: capability.version };
    default: {
      const out = new ByteWriter();
      encodeCapability(capability, out);
      return unknown(capabilityCode(capability), out.finish().subarray(2)); // behind code and length
    }
  }
}

function unknown(code: number, value: Uint8Array): JsonObject {
  return { name: "unknown", iana: "unknown", value: code, raw: toHex(value).toUpperCase() };
}
