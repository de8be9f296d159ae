import fc from "fast-check";
import {
  type AsPathSegment,
  type Attribute,
  AttributeFlag,
  type Capability,
  type CodecContext,
  codecContext,
  codecFamilies,
  encodeAttributes,
  encodeMessage,
  encodeNlri,
  type Family,
  familyCodec,
  familyOf,
  IPV4_UNICAST,
  IPV6_UNICAST,
  type KnownAttribute,
  type Message,
  type Nlri,
  type NotificationMessage,
  type OpenMessage,
  type OptionalParameter,
  type RouteRefreshMessage,
  type UpdateMessage,
} from "@netferry/bgp";
import { laterAttributes } from "./attribute-arbitraries.ts";
import { nlriValue, octets, record, uint32 } from "./nlri-arbitraries.ts";

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const someOctets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const UNICAST = [IPV4_UNICAST, IPV6_UNICAST] as const;
const subset = (families: readonly Family[]): fc.Arbitrary<ReadonlySet<Family>> =>
  fc.subarray([...families]).map((chosen) => new Set(chosen));

/** Families with and without a codec. */
export const family: fc.Arbitrary<Family> = fc.oneof(
  fc.constantFrom(...UNICAST),
  fc.constantFrom(...codecFamilies, familyOf(1, 129)),
  fc.tuple(uint16, uint8).map(([afi, safi]) => familyOf(afi, safi)),
);

/** What is encoded in such a context can be decoded in it: both directions agree. */
export const context: fc.Arbitrary<CodecContext> = fc
  .record({
    internal: fc.boolean(),
    fourOctetAs: fc.boolean(),
    addPath: subset([...UNICAST, ...codecFamilies]),
    extendedNextHop: subset(codecFamilies),
    families: fc.option(fc.oneof(subset(UNICAST), subset([...codecFamilies, familyOf(1, 129)])), {
      nil: undefined,
    }),
  })
  .map(({ addPath, families, ...rest }) =>
    codecContext({
      ...rest,
      addPathReceive: addPath,
      addPathSend: addPath,
      ...(families === undefined ? {} : { families }),
    }),
  );

const MAX_TEXT_OCTETS = 80;
const text = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .filter((value) => new TextEncoder().encode(value).length <= MAX_TEXT_OCTETS);

export const capability: fc.Arbitrary<Capability> = fc.oneof(
  record({ kind: fc.constant("multiprotocol" as const), family }),
  fc.constant({ kind: "route-refresh" as const }),
  fc.constant({ kind: "enhanced-route-refresh" as const }),
  fc.constant({ kind: "extended-message" as const }),
  record({ kind: fc.constant("four-octet-as" as const), asn: uint32 }),
  record({
    kind: fc.constant("add-path" as const),
    families: fc.array(record({ family, mode: fc.constantFrom(1 as const, 2 as const, 3 as const) }), {
      maxLength: 4,
    }),
  }),
  record({
    kind: fc.constant("extended-next-hop" as const),
    entries: fc.array(record({ family, nextHopAfi: uint16 }), { maxLength: 4 }),
  }),
  record({
    kind: fc.constant("graceful-restart" as const),
    restarting: fc.boolean(),
    notification: fc.boolean(),
    restartTime: fc.nat(4095),
    families: fc.array(record({ family, forwarding: fc.boolean() }), { maxLength: 4 }),
  }),
  record({ kind: fc.constant("hostname" as const), hostname: text, domain: text }),
  record({ kind: fc.constant("software-version" as const), version: text }),
  record({ kind: fc.constant("role" as const), role: uint8 }),
  record({
    kind: fc.constant("outbound-route-filtering" as const),
    entries: fc.array(
      record({ family, types: fc.array(record({ orfType: uint8, mode: uint8 }), { maxLength: 3 }) }),
      { maxLength: 3 },
    ),
  }),
  record({ kind: fc.constant("bgpsec" as const), version: fc.nat(15), sends: fc.boolean(), afi: uint16 }),
  record({
    kind: fc.constant("multiple-labels" as const),
    families: fc.array(record({ family, count: uint8 }), { maxLength: 4 }),
  }),
  record({ kind: fc.constant("dynamic-capability" as const), codes: fc.array(uint8, { maxLength: 4 }) }),
  record({
    kind: fc.constant("multisession" as const),
    multisessionFlags: uint8,
    codes: fc.array(uint8, { maxLength: 4 }),
  }),
  record({
    kind: fc.constant("long-lived-graceful-restart" as const),
    families: fc.array(record({ family, forwarding: fc.boolean(), staleTime: fc.nat(0xffffff) }), {
      maxLength: 4,
    }),
  }),
  record({
    kind: fc.constant("routing-policy-distribution" as const),
    families: fc.array(record({ family, mode: uint8 }), { maxLength: 4 }),
  }),
  record({
    kind: fc.constant("paths-limit" as const),
    families: fc.array(record({ family, limit: uint16 }), { maxLength: 4 }),
  }),
  fc.constant({ kind: "bfd-strict-mode" as const }),
  fc.constant({ kind: "link-local-next-hop" as const }),
  record({
    kind: fc.constant("unknown" as const),
    code: fc.integer({ min: 128, max: 255 }),
    value: someOctets(40),
  }),
);

const parameter: fc.Arbitrary<OptionalParameter> = fc.oneof(
  record({
    type: fc.constant("capabilities" as const),
    capabilities: fc.array(capability, { maxLength: 3 }),
  }),
  record({
    type: fc.constant("unknown" as const),
    code: fc.constantFrom(1, 3, 99, 254),
    value: someOctets(20),
  }),
);

export const open: fc.Arbitrary<OpenMessage> = fc
  .record({
    type: fc.constant("open" as const),
    version: fc.constant(4),
    myAs: uint16,
    holdTime: uint16,
    bgpIdentifier: uint32,
    parameters: fc.array(parameter, { maxLength: 4 }),
    extendedParameters: fc.boolean(),
  })
  .map((message) => asEncoded(message));

/** Where the encoder must take the extended form, that is what comes back. */
function asEncoded(message: OpenMessage): OpenMessage {
  const bytes = encodeMessage(message);
  return { ...message, extendedParameters: bytes[28] === 255 && bytes[29] === 255 };
}

export const notification: fc.Arbitrary<NotificationMessage> = record({
  type: fc.constant("notification" as const),
  code: fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8), uint8),
  subcode: fc.oneof(fc.nat(11), uint8),
  data: someOctets(300),
});

export const routeRefresh: fc.Arbitrary<RouteRefreshMessage> = fc.oneof(
  record({ type: fc.constant("route-refresh" as const), family, subtype: uint8 }),
  record({
    type: fc.constant("route-refresh" as const),
    family,
    subtype: fc.integer({ min: 3, max: 255 }),
    data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
);

const asn = (codec: CodecContext): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: codec.fourOctetAs ? 0xffffffff : 0xffff });

const segments = (
  number: fc.Arbitrary<number>,
  confederations: boolean,
  minLength = 0,
): fc.Arbitrary<AsPathSegment[]> =>
  fc.array(
    record({
      type: confederations
        ? fc.constantFrom(
            "set" as const,
            "sequence" as const,
            "confed-sequence" as const,
            "confed-set" as const,
          )
        : fc.constantFrom("set" as const, "sequence" as const),
      asns: fc.array(number, { minLength: 1, maxLength: 5 }),
    }),
    { minLength, maxLength: 4 },
  );

function prefix(maxBits: number, addPath: boolean): fc.Arbitrary<Nlri> {
  const bytes = fc
    .nat(maxBits)
    .chain((bits) => octets((bits + 7) >>> 3).map((value) => Uint8Array.of(bits, ...value)));
  return addPath ? record({ pathId: uint32, bytes }) : record({ bytes });
}

/** NLRI of a family; of one without a codec all in one. */
function nlri(of: Family, codec: CodecContext, minLength: number): fc.Arbitrary<Nlri[]> {
  const addPath = codec.addPathReceive.has(of);
  if (of === IPV4_UNICAST) return fc.array(prefix(32, addPath), { minLength, maxLength: 5 });
  if (of === IPV6_UNICAST) return fc.array(prefix(128, addPath), { minLength, maxLength: 5 });
  const value = nlriValue(of);
  if (value !== undefined) {
    const bytes = value.map((one) => encodeNlri(of, one));
    return fc.array(addPath ? record({ pathId: uint32, bytes }) : record({ bytes }), {
      minLength,
      maxLength: 5,
    });
  }
  return fc.array(record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }) }), {
    minLength,
    maxLength: 1,
  });
}

function nextHop(of: Family, codec: CodecContext): fc.Arbitrary<Uint8Array> {
  const accepted = familyCodec(of);
  const extended = codec.extendedNextHop.has(of);
  const lengths = [4, 12, 16, 24, 32, 48].filter(
    (length) => accepted?.acceptsNextHop(length, extended) ?? true,
  );
  return fc.constantFrom(...lengths).chain((length) => octets(length));
}

/** A family that the context accepts. */
function acceptedFamily(codec: CodecContext): fc.Arbitrary<Family> {
  if (codec.families === undefined) return family;
  return codec.families.size === 0 ? fc.constant(IPV4_UNICAST) : fc.constantFrom(...codec.families);
}

/** Flag bits that no RFC fixes, and an Extended Length bit where it isn't needed, make no difference to an attribute. */
const flagged = (attribute: Attribute, codec: CodecContext): fc.Arbitrary<Attribute> => {
  if (attribute.type === "unknown") return fc.constant(attribute);
  const usual = encodeAttributes([attribute], codec)[0]!;
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      fc.constantFrom(AttributeFlag.partial, AttributeFlag.extendedLength, 1, 0x0f),
    )
    .map((extra) => withFlags(attribute, usual, usual | extra));
};

function withFlags(attribute: KnownAttribute, usual: number, flags: number): Attribute {
  return flags === usual ? attribute : { ...attribute, flags };
}

/** Every attribute but those that hold NLRI, as this kind of peer may send it. */
export function attributes(codec: CodecContext): readonly fc.Arbitrary<Attribute>[] {
  const plain: fc.Arbitrary<Attribute>[] = [
    // Some of them, so that messages stay short; two in a message may be of one code and are not both kept.
    fc.oneof(...laterAttributes),
    record({ type: fc.constant("multi-exit-disc" as const), value: uint32 }),
    fc.constant({ type: "atomic-aggregate" as const }),
    record({ type: fc.constant("aggregator" as const), asn: asn(codec), address: octets(4) }),
    record({
      type: fc.constant("communities" as const),
      values: fc.array(uint32, { minLength: 1, maxLength: 80 }),
    }),
    record({
      type: fc.constant("extended-communities" as const),
      values: fc.array(octets(8), { minLength: 1, maxLength: 5 }),
    }),
    record({
      type: fc.constant("large-communities" as const),
      values: fc.array(record({ globalAdministrator: uint32, localData1: uint32, localData2: uint32 }), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
    record({ type: fc.constant("only-to-customer" as const), asn: uint32 }),
    record({
      type: fc.constant("unknown" as const),
      code: fc.integer({ min: 200, max: 255 }),
      flags: fc.constantFrom(0x80, 0xc0, 0xe0),
      value: someOctets(200),
    }),
  ];
  if (codec.internal) {
    plain.push(
      record({ type: fc.constant("local-pref" as const), value: uint32 }),
      record({ type: fc.constant("originator-id" as const), identifier: uint32 }),
      record({
        type: fc.constant("cluster-list" as const),
        identifiers: fc.array(uint32, { minLength: 1, maxLength: 5 }),
      }),
    );
  }
  if (!codec.fourOctetAs) {
    const four = fc.integer({ min: 1, max: 0xffffffff });
    plain.push(
      record({ type: fc.constant("as4-path" as const), segments: segments(four, true, 1) }),
      record({ type: fc.constant("as4-aggregator" as const), asn: four, address: octets(4) }),
    );
  }
  return plain;
}

/** A valid UPDATE: what it announces has the attributes that it must have, none of them twice. */
export function update(codec: CodecContext): fc.Arbitrary<UpdateMessage> {
  const ipv4 = codec.families === undefined || codec.families.has(IPV4_UNICAST);
  const accepts = codec.families === undefined || codec.families.size > 0;
  const classic = ipv4 ? nlri(IPV4_UNICAST, codec, 0) : fc.constant([]);
  const unreach: fc.Arbitrary<Attribute> = acceptedFamily(codec).chain((of) =>
    record({
      type: fc.constant("mp-unreach" as const),
      family: fc.constant(of),
      nlri: nlri(of, codec, 0),
    }),
  );
  const reach: fc.Arbitrary<Attribute> = acceptedFamily(codec).chain((of) =>
    record({
      type: fc.constant("mp-reach" as const),
      family: fc.constant(of),
      nextHop: nextHop(of, codec),
      nlri: nlri(of, codec, 0),
    }),
  );
  const mandatory: fc.Arbitrary<Attribute>[] = [
    record({
      type: fc.constant("origin" as const),
      origin: fc.constantFrom("igp" as const, "egp" as const, "incomplete" as const),
    }),
    record({ type: fc.constant("as-path" as const), segments: segments(asn(codec), codec.internal) }),
    record({ type: fc.constant("next-hop" as const), address: octets(4) }),
  ];
  const rest: fc.Arbitrary<Attribute[]> = fc
    .subarray([...attributes(codec), ...(accepts ? [unreach, reach] : [])])
    .chain((chosen) => fc.tuple(...mandatory, ...chosen))
    .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }))
    .chain((list) => fc.tuple(...list.map((attribute) => flagged(attribute, codec))));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: record({
        type: fc.constant("update" as const),
        withdrawn: classic,
        attributes: rest,
        nlri: classic,
      }),
    },
    record({
      type: fc.constant("update" as const),
      withdrawn: classic,
      attributes: accepts
        ? fc.oneof(
            fc.constant([]),
            unreach.map((only) => [only]),
          )
        : fc.constant([]),
      nlri: fc.constant([]),
    }),
  );
}

/** A message and the context that it belongs to. */
export const messageInContext: fc.Arbitrary<{ codec: CodecContext; message: Message }> = context.chain(
  (codec) =>
    record({
      codec: fc.constant(codec),
      message: fc.oneof(
        { weight: 6, arbitrary: update(codec) },
        open,
        notification,
        routeRefresh,
        fc.constant({ type: "keepalive" as const }),
      ),
    }),
);

/** Changes to the octets behind a header: where, counted from either end, and to what. */
export const mutations = fc.array(
  record({
    at: fc.nat(400),
    value: fc.oneof(uint8, fc.constantFrom(0, 1, 2, 3, 4, 5, 0x10, 0x40, 0x50, 0x80, 0x90, 0xc0, 0xff)),
    kind: fc.constantFrom("set" as const, "insert" as const, "remove" as const, "increment" as const),
  }),
  { minLength: 1, maxLength: 4 },
);

export type Mutation = typeof mutations extends fc.Arbitrary<readonly (infer M)[]> ? M : never;

/** Applies mutations to a message and makes its header's length right again, so that the rest is looked at. */
export function mutate(message: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  const body = [...message];
  for (const { at, value, kind } of changes) {
    const offset = 19 + (at % Math.max(1, body.length - 19));
    if (kind === "set") body[offset] = value;
    else if (kind === "insert") body.splice(offset, 0, value);
    else if (kind === "remove") body.splice(offset, 1);
    else body[offset] = ((body[offset] ?? 0) + (value & 1 ? 1 : 255)) & 0xff;
  }
  const bytes = Uint8Array.from(body);
  bytes[16] = bytes.length >>> 8;
  bytes[17] = bytes.length;
  return bytes;
}
