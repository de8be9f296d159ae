import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equalBytes, encodeMessage, familyOf, fromHex, KEEPALIVE, toHex } from "@netferry/bgp";
import {
  type BmpDownReason,
  BmpFramer,
  type BmpMessage,
  type BmpPeer,
  bmpPeerFlags,
  type BmpStatistic,
  bmpStatisticName,
  type BmpTlv,
  decodeBmpMessage,
  encodeBmpMessage,
} from "@netferry/formats";
import { concatenate } from "./files.ts";

function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffffffff);
const uint64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const someOctets = fc.uint8Array({ maxLength: 30 });
const tlvs: fc.Arbitrary<BmpTlv[]> = fc.array(record({ type: uint16, value: someOctets }), { maxLength: 4 });

/** The flag of IPv6 goes with the address, but for Loc-RIB peers. */
const peer: fc.Arbitrary<BmpPeer> = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 3),
    fc.boolean(),
    fc.nat(0x70),
    octets(8),
    octets(16),
    uint32,
    uint32,
    uint32,
    fc.nat(999_999),
  )
  .map(([peerType, isIPv6, low, distinguisher, address, asn, bgpIdentifier, seconds, microseconds]) => {
    const wide = isIPv6 && peerType !== 3;
    const flags = (low & 0x70) | (isIPv6 ? 0x80 : 0);
    return {
      peerType,
      flags,
      distinguisher,
      address: wide ? address : address.subarray(0, 4),
      asn,
      bgpIdentifier,
      seconds,
      microseconds,
    };
  });
const statistic: fc.Arbitrary<BmpStatistic> = fc.oneof(
  record({ kind: fc.constant("counter" as const), type: uint16, value: uint32 }),
  record({ kind: fc.constant("gauge" as const), type: uint16, value: uint64 }),
  record({
    kind: fc.constant("family-gauge" as const),
    type: uint16,
    family: fc.constant(familyOf(2, 1)),
    value: uint64,
  }),
  record({ kind: fc.constant("unknown" as const), type: uint16, bytes: octets(5) }),
);
const reason: fc.Arbitrary<BmpDownReason> = fc.oneof(
  record({ kind: fc.constant("local-notification" as const), notification: someOctets }),
  record({ kind: fc.constant("local-event" as const), fsmEvent: uint16 }),
  record({ kind: fc.constant("remote-notification" as const), notification: someOctets }),
  fc.constant({ kind: "remote-close" as const }),
  fc.constant({ kind: "de-configured" as const }),
  record({ kind: fc.constant("local-closed" as const), information: tlvs }),
  record({ kind: fc.constant("unknown" as const), code: fc.integer({ min: 7, max: 255 }), data: someOctets }),
);
const bgp = fc.constantFrom(
  encodeMessage(KEEPALIVE),
  encodeMessage({ type: "notification", code: 6, subcode: 2, data: Uint8Array.of(1, 2) }),
);
const message: fc.Arbitrary<BmpMessage> = fc.oneof(
  record({ type: fc.constant("route-monitoring" as const), peer, update: bgp }),
  record({
    type: fc.constant("statistics-report" as const),
    peer,
    statistics: fc.array(statistic, { maxLength: 5 }),
  }),
  record({ type: fc.constant("peer-down" as const), peer, reason }),
  peer.chain((chosen) =>
    record({
      type: fc.constant("peer-up" as const),
      peer: fc.constant(chosen),
      localAddress: octets(chosen.address.length),
      localPort: uint16,
      remotePort: uint16,
      sentOpen: bgp,
      receivedOpen: bgp,
      information: tlvs,
    }),
  ),
  record({ type: fc.constant("initiation" as const), information: tlvs }),
  record({ type: fc.constant("termination" as const), information: tlvs }),
  record({ type: fc.constant("route-mirroring" as const), peer, tlvs }),
  record({ type: fc.constant("unknown" as const), code: fc.integer({ min: 7, max: 255 }), body: someOctets }),
);

/** Views and arrays of octets compare as the same. */
function plain(value: BmpMessage): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      each instanceof Uint8Array ? toHex(each) : typeof each === "bigint" ? `${each}n` : each,
    ),
  );
}

test("a message that is encoded decodes to itself, and encodes to the same octets again", () => {
  fc.assert(
    fc.property(message, (value) => {
      const bytes = encodeBmpMessage(value);
      const decoded = decodeBmpMessage(bytes);
      assert.ok(decoded.ok, decoded.ok ? "" : decoded.error.text);
      assert.deepEqual(plain(decoded.message), plain(value));
      assert.ok(equalBytes(encodeBmpMessage(decoded.message), bytes));
    }),
    { numRuns: 1000 },
  );
});

test("messages come whole out of a stream, however it is cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), (values, length) => {
      const encoded = values.map(encodeBmpMessage);
      const stream = concatenate(encoded);
      const framer = new BmpFramer();
      const messages: string[] = [];
      for (let at = 0; at < stream.length; at += length) {
        framer.push(stream.subarray(at, at + length));
        for (let next = framer.next(); next !== undefined; next = framer.next()) messages.push(toHex(next));
      }
      assert.deepEqual(
        messages,
        encoded.map((bytes) => toHex(bytes)),
      );
      assert.equal(framer.error, undefined);
      assert.equal(framer.buffered, 0);
    }),
  );
});

test("a stream that is none is refused at once", () => {
  const causes = ["02000000060", "0300000005", "03ffffffff"].map((start) => {
    const framer = new BmpFramer();
    framer.push(fromHex(start.padEnd(24, "0")) ?? new Uint8Array(0));
    assert.equal(framer.next(), undefined);
    return framer.error?.cause;
  });
  assert.deepEqual(causes, ["version", "length", "length"]);
});

test("hostile octets never throw", () => {
  fc.assert(
    fc.property(
      message,
      fc.array(fc.tuple(fc.nat(), uint8), { maxLength: 6 }),
      fc.nat(20),
      (value, changes, cut) => {
        const bytes = encodeBmpMessage(value);
        for (const [at, octet] of changes) bytes[5 + (at % (bytes.length - 5))] = octet;
        decodeBmpMessage(bytes);
        const shorter = bytes.slice(0, Math.max(6, bytes.length - cut));
        shorter[4] = shorter.length & 255;
        shorter[3] = shorter.length >>> 8;
        decodeBmpMessage(shorter);
      },
    ),
    { numRuns: 3000 },
  );
});

test("flags mean what the peer's type says", () => {
  const header = {
    distinguisher: new Uint8Array(8),
    address: new Uint8Array(4),
    asn: 1,
    bgpIdentifier: 1,
    seconds: 0,
    microseconds: 0,
  };
  assert.deepEqual(bmpPeerFlags({ ...header, peerType: 0, flags: 0xf0 }), {
    ipv6: true,
    postPolicy: true,
    twoOctetAs: true,
    adjRibOut: true,
    filtered: false,
  });
  assert.deepEqual(bmpPeerFlags({ ...header, peerType: 3, flags: 0x80 }), {
    ipv6: false,
    postPolicy: false,
    twoOctetAs: false,
    adjRibOut: false,
    filtered: true,
  });
  assert.equal(bmpStatisticName(7), "routes in Adj-RIBs-In");
  assert.equal(bmpStatisticName(900), "statistic 900");
});

/** The octets as RFC 7854 lays them out. */
test("an initiation and a peer-down notification", () => {
  const initiation = encodeBmpMessage({
    type: "initiation",
    information: [{ type: 2, value: new TextEncoder().encode("r1") }],
  });
  assert.equal(toHex(initiation), "030000000c04000200027231");
  const down = encodeBmpMessage({
    type: "peer-down",
    peer: {
      peerType: 0,
      flags: 0,
      distinguisher: new Uint8Array(8),
      address: Uint8Array.of(192, 0, 2, 1),
      asn: 65001,
      bgpIdentifier: 0x0a000001,
      seconds: 1,
      microseconds: 2,
    },
    reason: { kind: "local-event", fsmEvent: 10 },
  });
  const header = `0000${"00".repeat(8)}${"00".repeat(12)}c00002010000fde90a0000010000000100000002`;
  assert.equal(toHex(down), `030000003302${header}02000a`);
});
