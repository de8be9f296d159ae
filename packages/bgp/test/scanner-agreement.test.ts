import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Attribute,
  type CodecContext,
  codecContext,
  decodeAttributes,
  decodeMessage,
  effectiveUpdate,
  encodeAttributes,
  encodeMessage,
  endOfRibFamily,
  type Family,
  familyCodec,
  IPV4_FLOWSPEC,
  IPV4_UNICAST,
  IPV4_VPN_FLOWSPEC,
  IPV6_FLOWSPEC,
  IPV6_VPN_FLOWSPEC,
  mergeAs4,
  type Nlri,
  type NlriRun,
  originAsOf,
  pathView,
  toHex,
  type UpdateErrorCause,
  UpdateScanner,
} from "@netferry/bgp";
import fc from "fast-check";
import { context, mutate, mutations, update } from "./arbitraries.ts";

/** Their routes need no next hop. */
const FLOWS: ReadonlySet<Family> = new Set([
  IPV4_FLOWSPEC,
  IPV6_FLOWSPEC,
  IPV4_VPN_FLOWSPEC,
  IPV6_VPN_FLOWSPEC,
]);

const inContext = context.chain((codec) => fc.tuple(fc.constant(codec), update(codec)));

interface Routes {
  readonly family: Family;
  readonly nlri: readonly Nlri[];
}

/** The routes of a run, told apart by the family's codec. */
function routesOf(run: NlriRun): Routes {
  const codec = familyCodec(run.family);
  assert.ok(codec !== undefined);
  const nlri = codec.split(run.buffer, run.start, run.end, run.addPath);
  assert.equal(nlri.length, run.routes);
  return { family: run.family, nlri };
}

const octetsOf = (attribute: Attribute): string => toHex(encodeAttributes([attribute]));
const inOrder = (attributes: readonly Attribute[]): Attribute[] =>
  [...attributes].sort((a, b) => (octetsOf(a) < octetsOf(b) ? -1 : 1));

/** The attributes of a path, as the decoder's message has them, in the form that the scanner hands out. */
function pathAttributes(
  attributes: readonly Attribute[],
  forReach: boolean,
  codec: CodecContext,
): Attribute[] {
  const merged = codec.fourOctetAs
    ? attributes
    : mergeAs4(attributes).map((attribute) => withUsualLength(attribute));
  const path: Attribute[] = [];
  for (const attribute of merged) {
    if (attribute.type === "mp-unreach" || (attribute.type === "next-hop" && forReach)) continue;
    if (attribute.type !== "mp-reach") path.push(attribute);
    else if (forReach) {
      path.push({ type: "mp-reach", family: attribute.family, nextHop: attribute.nextHop, nlri: [] });
    }
  }
  return inOrder(path);
}

/** An Extended Length bit can become the usual one when AS numbers grow to four octets. */
function withUsualLength(attribute: Attribute): Attribute {
  const [again] = decodeAttributes(encodeOne(attribute));
  assert.ok(again !== undefined);
  return again;
}

function encodeOne(attribute: Attribute): Uint8Array {
  const message = encodeMessage({ type: "update", withdrawn: [], attributes: [attribute], nlri: [] });
  return message.subarray(23);
}

function checkAgreement(scanner: UpdateScanner, bytes: Uint8Array, codec: CodecContext): string {
  const decoded = decodeMessage(bytes, codec);
  const before = { ...scanner.counts };
  // In the middle of a buffer, as it stands in a run of messages.
  const buffer = new Uint8Array(bytes.length + 14).fill(0xa5);
  buffer.set(bytes, 7);
  const disposition = scanner.scan(buffer, 7, 7 + bytes.length);
  if (!decoded.ok) {
    assert.equal(disposition, "reset");
    assert.equal(scanner.withdrawnCount + scanner.announcedCount, 0);
    assert.deepEqual(scanner.resetError(), decoded.error);
    return disposition;
  }
  assert.ok(decoded.message.type === "update");
  assert.equal(disposition, decoded.disposition);
  const errors = new Map<UpdateErrorCause, number>();
  for (const { cause } of decoded.errors) errors.set(cause, (errors.get(cause) ?? 0) + 1);
  for (const [cause, count] of Object.entries(scanner.counts) as [UpdateErrorCause, number][]) {
    if (cause !== "family-opaque") assert.equal(count - before[cause], errors.get(cause) ?? 0, cause);
  }
  assert.deepEqual(scanner.errors(), decoded.errors);
  const message = effectiveUpdate(decoded.message, decoded.errors);
  if (decoded.errors.length === 0) assert.equal(scanner.endOfRib, endOfRib(decoded.message, codec));
  else assert.equal(scanner.endOfRib, undefined);

  const withdrawn: Routes[] = [{ family: IPV4_UNICAST, nlri: message.withdrawn }];
  const announced: (Routes & { attributes: Attribute[] })[] = [];
  for (const attribute of message.attributes) {
    if (attribute.type === "mp-unreach") withdrawn.push(attribute);
    if (attribute.type === "mp-reach") {
      const attributes = pathAttributes(message.attributes, true, codec);
      announced.push({ family: attribute.family, nlri: attribute.nlri, attributes });
    }
  }
  const attributes = pathAttributes(message.attributes, false, codec);
  announced.unshift({ family: IPV4_UNICAST, nlri: message.nlri, attributes });
  const isHandedOut = ({ family, nlri }: Routes): boolean =>
    familyCodec(family) !== undefined && nlri.length > 0;
  const perFamily = (list: readonly Routes[]): string[] =>
    list
      .filter((routes) => isHandedOut(routes))
      .flatMap(({ family, nlri }) =>
        nlri.map(({ pathId, bytes: route }) => `${family} ${pathId} ${toHex(route)}`),
      )
      .sort();
  assert.deepEqual(
    perFamily(scanner.withdrawn.slice(0, scanner.withdrawnCount).map((run) => routesOf(run))),
    perFamily(withdrawn),
  );
  const runs = scanner.announced.slice(0, scanner.announcedCount);
  assert.deepEqual(
    runs.map((run) => ({
      ...routesOf(run),
      attributes: inOrder(
        decodeAttributes(run.attributesBuffer.subarray(run.attributesStart, run.attributesEnd)),
      ),
    })),
    announced
      .filter((routes) => isHandedOut(routes))
      .map(({ family, nlri, attributes: list }) => ({ family, nlri, attributes: list })),
  );
  for (const run of runs) {
    const path = run.attributesBuffer.slice(run.attributesStart, run.attributesEnd);
    const view = pathView(path);
    assert.equal(originAsOf(run.attributesBuffer, run.attributesStart, run.attributesEnd), view.originAs);
    assert.ok(view.nextHops.length > 0 || FLOWS.has(run.family));
  }
  return disposition;
}

function endOfRib(message: Parameters<typeof endOfRibFamily>[0], codec: CodecContext): Family | undefined {
  const family = endOfRibFamily(message);
  const negotiated = family === undefined || codec.families === undefined || codec.families.has(family);
  return negotiated ? family : undefined;
}

test("scanner and decoder agree on valid UPDATEs", () => {
  fc.assert(
    fc.property(inContext, ([codec, message]) => {
      assert.equal(checkAgreement(new UpdateScanner(codec), encodeMessage(message, codec), codec), "ok");
    }),
    { numRuns: 1000 },
  );
});

test("scanner and decoder agree on mutated UPDATEs", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(inContext, mutations, ([codec, message], changes) => {
      const bytes = mutate(encodeMessage(message, codec), changes);
      const disposition = checkAgreement(new UpdateScanner(codec), bytes, codec);
      seen.set(disposition, (seen.get(disposition) ?? 0) + 1);
    }),
    { numRuns: 3000 },
  );
  for (const disposition of ["ok", "treat-as-withdraw", "afi-safi-disable", "reset"]) {
    assert.ok(seen.has(disposition), `no mutation came to ${disposition}`);
  }
});

test("scanner and decoder agree on UPDATEs read in the context of another session", () => {
  fc.assert(
    fc.property(context, context, (written, read) => {
      fc.assert(
        fc.property(update(written), (message) => {
          checkAgreement(new UpdateScanner(read), encodeMessage(message, written), read);
        }),
        { numRuns: 3 },
      );
    }),
    { numRuns: 300 },
  );
});

test("what a scanner hands out does not depend on what it scanned before", () => {
  const codec = codecContext({ families: new Set([IPV4_UNICAST]) });
  let scanner = new UpdateScanner(codec);
  fc.assert(
    fc.property(update(codec), mutations, fc.boolean(), (message, changes, isMutated) => {
      const bytes = encodeMessage(message, codec);
      const disposition = checkAgreement(scanner, isMutated ? mutate(bytes, changes) : bytes, codec);
      // A disabled family stays so until the session ends.
      if (disposition === "afi-safi-disable") scanner = new UpdateScanner(codec);
    }),
  );
});
