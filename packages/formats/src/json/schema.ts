import { attributeCodecs, capabilityCodecs } from "@netferry/bgp";
import type { JsonObject } from "./json-text.ts";
import {
  ADDRESS,
  BOOLEAN,
  constant,
  FAMILY,
  HEX,
  list,
  object,
  reference,
  UINT16,
  UINT32,
  UINT8,
} from "./schema-parts.ts";
import { ShapeSchemas } from "./shape-schemas.ts";

const IPV4 = { type: "string", pattern: "^\\d{1,3}(\\.\\d{1,3}){3}$" };
const shapes = new ShapeSchemas();
const FLAGS = { ...UINT8, description: "The flags octet, where it is not the usual one" };

function attribute(type: string, members: JsonObject): JsonObject {
  return object({ type: constant(type), ...members }, { flags: FLAGS });
}

const SEGMENT = object({
  type: { enum: ["set", "sequence", "confed-sequence", "confed-set"] },
  asns: list(UINT32),
});
const ROUTE = {
  oneOf: [
    object({ prefix: { type: "string" } }, { pathId: UINT32 }),
    object({ octets: HEX, text: { type: "string" } }, { pathId: UINT32 }),
  ],
};

const ATTRIBUTES: readonly JsonObject[] = [
  attribute("origin", { origin: { enum: ["igp", "egp", "incomplete"] } }),
  attribute("as-path", { segments: list(reference("segment")) }),
  attribute("as4-path", { segments: list(reference("segment")) }),
  attribute("next-hop", { address: IPV4 }),
  attribute("multi-exit-disc", { value: UINT32 }),
  attribute("local-pref", { value: UINT32 }),
  attribute("atomic-aggregate", {}),
  attribute("aggregator", { asn: UINT32, address: IPV4 }),
  attribute("as4-aggregator", { asn: UINT32, address: IPV4 }),
  attribute("communities", { values: list({ type: "string", pattern: "^\\d+:\\d+$" }) }),
  attribute("large-communities", { values: list({ type: "string", pattern: "^\\d+:\\d+:\\d+$" }) }),
  attribute("extended-communities", { values: list({ type: "string", pattern: "^[0-9a-f]{16}$" }) }),
  attribute("originator-id", { identifier: IPV4 }),
  attribute("cluster-list", { identifiers: list(IPV4) }),
  attribute("only-to-customer", { asn: UINT32 }),
  attribute("mp-reach", { family: FAMILY, nextHops: list(ADDRESS), nlri: list(reference("route")) }),
  attribute("mp-unreach", { family: FAMILY, nlri: list(reference("route")) }),
  ...attributeCodecs.flatMap(({ type, shape }) =>
    shape === undefined ? [] : [attribute(type, shapes.members(shape))],
  ),
  object({ type: constant("octets"), name: { type: "string" }, code: UINT8, flags: UINT8, value: HEX }),
];

const CAPABILITIES: readonly JsonObject[] = [
  ...capabilityCodecs.map(({ kind, shape, optionalShape }) =>
    object({ kind: constant(kind), ...shapes.members(shape) }, shapes.members(optionalShape ?? {})),
  ),
  object({ kind: constant("octets"), code: UINT8, name: { type: "string" }, value: HEX }),
];

const PARAMETERS: readonly JsonObject[] = [
  object({ type: constant("capabilities"), capabilities: list(reference("capability")) }),
  object({ type: constant("unknown"), code: UINT8, value: HEX }),
];

const MESSAGES: readonly JsonObject[] = [
  object({
    type: constant("open"),
    version: UINT8,
    myAs: UINT16,
    holdTime: UINT16,
    bgpIdentifier: IPV4,
    parameters: list(reference("parameter")),
    extendedParameters: BOOLEAN,
  }),
  object({
    type: constant("update"),
    withdrawn: list(reference("route")),
    attributes: list(reference("attribute")),
    nlri: list(reference("route")),
  }),
  object({ type: constant("notification"), code: UINT8, subcode: UINT8, data: HEX }),
  object({ type: constant("keepalive") }),
  object(
    { type: constant("route-refresh"), family: FAMILY, subtype: UINT8 },
    { data: { ...HEX, description: "What stands behind: outbound route filters" } },
  ),
];

const definitions: JsonObject = {
  parameter: { oneOf: PARAMETERS },
  capability: { oneOf: CAPABILITIES },
  attribute: { oneOf: ATTRIBUTES },
  segment: SEGMENT,
  route: ROUTE,
  ...shapes.definitions,
};

/** The JSON Schema of what `messageToJson` gives. */
export const messageSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "BGP message",
  description: "A BGP message as netferry writes and reads it: lossless, hexadecimal where it has no text",
  oneOf: MESSAGES,
  $defs: definitions,
};

const SPEAKER = object(
  {},
  { address: { type: "string" }, port: UINT16, asn: { ...UINT32, description: "0 where it is not known" } },
);
const TIME = {
  type: "string",
  description: "UTC, with microseconds or nanoseconds",
  pattern: "^\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(\\d{3})?Z$",
};
const PLACE: JsonObject = {
  place: { type: "string", description: "Where in the input: line 3, packet 12, record 7" },
};
const ORIGIN: JsonObject = {
  time: TIME,
  from: reference("speaker"),
  to: reference("speaker"),
  sent: { const: true, description: "Sent by the side that recorded it, not received" },
};
const CONTEXT = object(
  {},
  {
    asn4: { const: false, description: "AS numbers take two octets" },
    addPath: { ...list(FAMILY), description: "Families with path identifiers" },
  },
);
const ERROR = object(
  {
    action: { enum: ["discard", "treat-as-withdraw", "afi-safi-disable", "reset"] },
    cause: { type: "string" },
    text: { type: "string" },
  },
  { code: UINT8 },
);

/** The JSON Schema of the lines of `netferry decode --format json`, which `netferry encode` reads. */
export const decodedSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Decoded record",
  description: "What netferry decode found: a message, octets that are none, a path of a table, or an event",
  oneOf: [
    object({ ...PLACE, message: reference("message") }, { ...ORIGIN, context: reference("context") }),
    object(
      {
        ...PLACE,
        message: reference("message"),
        disposition: { enum: ["ok", "treat-as-withdraw", "afi-safi-disable"] },
        errors: list(reference("error")),
        octets: { ...HEX, description: "The message as it came, header included" },
      },
      { ...ORIGIN, context: reference("context") },
    ),
    object(
      {
        ...PLACE,
        error: object({ code: UINT8, subcode: UINT8, data: HEX, text: { type: "string" } }),
        octets: HEX,
      },
      { ...ORIGIN, context: reference("context") },
    ),
    object(
      {
        ...PLACE,
        path: object({ family: FAMILY, route: reference("route"), attributes: list(reference("attribute")) }),
      },
      ORIGIN,
    ),
    object(
      { ...PLACE, event: { type: "string" }, fields: { type: "object", additionalProperties: true } },
      ORIGIN,
    ),
  ],
  $defs: {
    ...definitions,
    message: { oneOf: MESSAGES },
    speaker: SPEAKER,
    context: CONTEXT,
    error: ERROR,
  },
};
