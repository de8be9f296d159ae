import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attribute } from "./attribute/attribute.ts";
import { decodeAttributes } from "./attribute/list.ts";
import { fromHex } from "./bytes.ts";
import { codecContext } from "./codec-context.ts";
import { familyOf, IPV4_UNICAST, IPV6_UNICAST } from "./family.ts";
import { encodeMessage } from "./message-codec.ts";
import { endOfRib, type UpdateMessage } from "./message/update.ts";
import type { Nlri } from "./nlri.ts";
import { formatPrefix, parsePrefix } from "./prefix.ts";
import { type NlriRun, UpdateScanner } from "./update-scan.ts";

const SESSION = codecContext({ families: new Set([IPV4_UNICAST, IPV6_UNICAST]) });
const V6_HOP = fromHex("20010db8000000000000000000000001") ?? new Uint8Array();
const HOP = Uint8Array.of(192, 0, 2, 1);

const ORIGIN: Attribute = { type: "origin", origin: "igp" };
const AS_PATH: Attribute = { type: "as-path", segments: [{ type: "sequence", asns: [65001] }] };
const NEXT_HOP: Attribute = { type: "next-hop", address: HOP };
const COMMUNITIES: Attribute = { type: "communities", values: [1, 2] };

const routes = (...texts: string[]): Nlri[] =>
  texts.map((text) => ({ bytes: parsePrefix(text)?.nlri ?? new Uint8Array() }));

const reach = (...texts: string[]): Attribute => ({
  type: "mp-reach",
  family: IPV6_UNICAST,
  nextHop: V6_HOP,
  nlri: routes(...texts),
});
const unreach = (...texts: string[]): Attribute => ({
  type: "mp-unreach",
  family: IPV6_UNICAST,
  nlri: routes(...texts),
});

function update(message: Partial<UpdateMessage>, context = SESSION): Uint8Array {
  return encodeMessage({ type: "update", withdrawn: [], attributes: [], nlri: [], ...message }, context);
}

function scan(scanner: UpdateScanner, bytes: Uint8Array): string {
  return scanner.scan(bytes, 0, bytes.length);
}

function prefixes(run: NlriRun | undefined): string[] {
  assert.ok(run !== undefined);
  const list: string[] = [];
  for (let at = run.start; at < run.end; at += 1 + ((run.buffer[at]! + 7) >>> 3)) {
    if (run.addPath) at += 4;
    list.push(formatPrefix(run.family, run.buffer, at));
  }
  assert.equal(list.length, run.routes);
  return list;
}

function attributes(run: NlriRun | undefined): Attribute[] {
  assert.ok(run !== undefined);
  return decodeAttributes(run.attributesBuffer.subarray(run.attributesStart, run.attributesEnd));
}

test("routes of the classic fields are handed out where they stand", () => {
  const scanner = new UpdateScanner(SESSION);
  const list = [ORIGIN, AS_PATH, NEXT_HOP, COMMUNITIES];
  const bytes = update({
    withdrawn: routes("10.0.0.0/8"),
    attributes: list,
    nlri: routes("192.0.2.0/24", "198.51.100.0/25"),
  });
  assert.equal(scan(scanner, bytes), "ok");
  assert.equal(scanner.withdrawnCount, 1);
  assert.equal(scanner.announcedCount, 1);
  const [run] = scanner.announced;
  assert.deepEqual(prefixes(scanner.withdrawn[0]), ["10.0.0.0/8"]);
  assert.deepEqual(prefixes(run), ["192.0.2.0/24", "198.51.100.0/25"]);
  assert.equal(run?.buffer, bytes);
  assert.equal(run.attributesBuffer, bytes);
  assert.deepEqual(attributes(run), list);
});

test("the attributes of MP_REACH_NLRI's routes begin with it, cut down, and have no NEXT_HOP", () => {
  const scanner = new UpdateScanner(SESSION);
  const list = [
    ORIGIN,
    unreach("2001:db8:9::/48"),
    NEXT_HOP,
    AS_PATH,
    reach("2001:db8::/32", "::/0"),
    COMMUNITIES,
  ];
  assert.equal(scan(scanner, update({ attributes: list })), "ok");
  assert.deepEqual(prefixes(scanner.withdrawn[0]), ["2001:db8:9::/48"]);
  assert.deepEqual(prefixes(scanner.announced[0]), ["2001:db8::/32", "::/0"]);
  assert.deepEqual(attributes(scanner.announced[0]), [reach(), ORIGIN, AS_PATH, COMMUNITIES]);
});

test("both kinds in one UPDATE have attributes of their own", () => {
  const scanner = new UpdateScanner(SESSION);
  const bytes = update({
    attributes: [reach("2001:db8::/32"), ORIGIN, AS_PATH, NEXT_HOP],
    nlri: routes("10.0.0.0/8"),
  });
  assert.equal(scan(scanner, bytes), "ok");
  assert.equal(scanner.announcedCount, 2);
  assert.deepEqual(attributes(scanner.announced[0]), [ORIGIN, AS_PATH, NEXT_HOP]);
  assert.deepEqual(attributes(scanner.announced[1]), [reach(), ORIGIN, AS_PATH]);
});

test("path identifiers stay in the run", () => {
  const context = codecContext({
    families: new Set([IPV4_UNICAST]),
    addPathReceive: new Set([IPV4_UNICAST]),
    addPathSend: new Set([IPV4_UNICAST]),
  });
  const scanner = new UpdateScanner(context);
  const nlri = [
    { pathId: 7, bytes: Uint8Array.of(8, 10) },
    { pathId: 8, bytes: Uint8Array.of(8, 10) },
  ];
  assert.equal(scan(scanner, update({ attributes: [ORIGIN, AS_PATH, NEXT_HOP], nlri }, context)), "ok");
  assert.equal(scanner.announced[0]?.addPath, true);
  assert.deepEqual(prefixes(scanner.announced[0]), ["10.0.0.0/8", "10.0.0.0/8"]);
});

test("a two-octet session's attributes come out in four octets, merged", () => {
  const context = codecContext({ fourOctetAs: false });
  const scanner = new UpdateScanner(context);
  const list: Attribute[] = [
    ORIGIN,
    { type: "as-path", segments: [{ type: "sequence", asns: [65001, 23456] }] },
    NEXT_HOP,
    { type: "aggregator", asn: 23456, address: HOP },
    { type: "as4-path", segments: [{ type: "sequence", asns: [4200000000] }] },
    { type: "as4-aggregator", asn: 4200000000, address: HOP },
    COMMUNITIES,
  ];
  assert.equal(scan(scanner, update({ attributes: list, nlri: routes("10.0.0.0/8") }, context)), "ok");
  assert.deepEqual(attributes(scanner.announced[0]), [
    { type: "as-path", segments: [{ type: "sequence", asns: [65001, 4200000000] }] },
    { type: "aggregator", asn: 4200000000, address: HOP },
    ORIGIN,
    NEXT_HOP,
    COMMUNITIES,
  ]);
});

test("discarded attributes are left out", () => {
  const external = codecContext({ internal: false });
  const scanner = new UpdateScanner(external);
  const list: Attribute[] = [ORIGIN, { type: "local-pref", value: 1 }, AS_PATH, NEXT_HOP];
  assert.equal(scan(scanner, update({ attributes: list, nlri: routes("10.0.0.0/8") })), "ok");
  assert.deepEqual(attributes(scanner.announced[0]), [ORIGIN, AS_PATH, NEXT_HOP]);
  assert.equal(scanner.counts["attribute-unexpected"], 1);
});

test("treat-as-withdraw withdraws what is announced", () => {
  const scanner = new UpdateScanner(SESSION);
  const bytes = update({
    withdrawn: routes("10.1.0.0/16"),
    attributes: [ORIGIN, NEXT_HOP, reach("2001:db8::/32"), unreach("2001:db8:9::/48")],
    nlri: routes("10.0.0.0/8"),
  });
  assert.equal(scan(scanner, bytes), "treat-as-withdraw");
  assert.equal(scanner.announcedCount, 0);
  assert.deepEqual(
    scanner.withdrawn.slice(0, scanner.withdrawnCount).map((run) => prefixes(run)),
    [["10.1.0.0/16"], ["2001:db8:9::/48"], ["10.0.0.0/8"], ["2001:db8::/32"]],
  );
  assert.equal(scanner.counts["attribute-missing"], 1);
  assert.deepEqual(
    scanner.errors().map(({ text }) => text),
    ["as-path is missing: its routes count as withdrawn"],
  );
});

test("a disabled family is named once and ignored from then on", () => {
  const scanner = new UpdateScanner(SESSION);
  const good = update({
    withdrawn: routes("10.0.0.0/8"),
    attributes: [reach("2001:db8::/32"), ORIGIN, AS_PATH, unreach("2001:db8:9::/48")],
  });
  // An IPv6 prefix of 255 bits: the length octet behind header, fields, and 24 octets of attribute.
  const broken = good.slice();
  const at = 19 + 2 + 2 + 2 + 24;
  assert.equal(broken[at], 32);
  broken[at] = 255;
  assert.equal(scan(scanner, broken), "afi-safi-disable");
  assert.deepEqual(scanner.disabled, [IPV6_UNICAST]);
  assert.equal(scanner.announcedCount, 0);
  assert.equal(scanner.withdrawnCount, 1);
  assert.deepEqual(prefixes(scanner.withdrawn[0]), ["10.0.0.0/8"]);
  assert.equal(scan(scanner, good), "ok");
  assert.deepEqual(scanner.disabled, []);
  assert.equal(scanner.announcedCount, 0);
  assert.equal(scanner.withdrawnCount, 1);
  assert.equal(scanner.counts["family-disabled"], 3);
  assert.equal(scan(scanner, encodeMessage(endOfRib(IPV6_UNICAST))), "ok");
  assert.equal(scanner.endOfRib, undefined);
});

test("IPv4 unicast is disabled with its classic fields", () => {
  const scanner = new UpdateScanner(SESSION);
  const attribute: Attribute = {
    type: "mp-reach",
    family: IPV4_UNICAST,
    nextHop: HOP,
    nlri: routes("10.0.0.0/8"),
  };
  const bytes = update({ attributes: [attribute, ORIGIN, AS_PATH] });
  bytes[bytes.indexOf(8, 23)] = 33;
  assert.equal(scan(scanner, bytes), "afi-safi-disable");
  assert.deepEqual(scanner.disabled, [IPV4_UNICAST]);
  const classic = update({ attributes: [ORIGIN, AS_PATH, NEXT_HOP], nlri: routes("10.0.0.0/8") });
  assert.equal(scan(scanner, classic), "ok");
  assert.equal(scanner.announcedCount, 0);
  assert.equal(scan(scanner, encodeMessage(endOfRib(IPV4_UNICAST))), "ok");
  assert.equal(scanner.endOfRib, undefined);
});

test("End-of-RIB of each family", () => {
  const scanner = new UpdateScanner(SESSION);
  for (const family of [IPV4_UNICAST, IPV6_UNICAST]) {
    assert.equal(scan(scanner, encodeMessage(endOfRib(family))), "ok");
    assert.equal(scanner.endOfRib, family);
  }
  assert.equal(scan(scanner, update({ attributes: [unreach("2001:db8::/32")] })), "ok");
  assert.equal(scanner.endOfRib, undefined);
  assert.equal(scan(scanner, update({ attributes: [ORIGIN] })), "ok");
  assert.equal(scanner.endOfRib, undefined);
  assert.equal(scan(scanner, encodeMessage(endOfRib(familyOf(1, 128)))), "ok");
  assert.equal(scanner.endOfRib, undefined);
  assert.equal(scanner.counts["family-not-negotiated"], 1);
});

test("NLRI that are carried as bytes are counted, not handed out", () => {
  const opaque = familyOf(1, 129);
  const scanner = new UpdateScanner(codecContext({ families: new Set([opaque]) }));
  const attribute: Attribute = {
    type: "mp-reach",
    family: opaque,
    nextHop: HOP,
    nlri: [{ bytes: Uint8Array.of(1, 2, 3) }],
  };
  assert.equal(scan(scanner, update({ attributes: [attribute, ORIGIN, AS_PATH] })), "ok");
  assert.equal(scanner.announcedCount, 0);
  assert.equal(scanner.counts["family-opaque"], 1);
});

test("reset leaves no runs and tells what to send", () => {
  const scanner = new UpdateScanner(SESSION);
  const bytes = update({ attributes: [ORIGIN, AS_PATH, NEXT_HOP], nlri: routes("10.0.0.0/8") });
  bytes[bytes.length - 2] = 33;
  assert.equal(scan(scanner, bytes), "reset");
  assert.equal(scanner.withdrawnCount + scanner.announcedCount, 0);
  const error = scanner.resetError();
  assert.deepEqual([error?.code, error?.subcode], [3, 10]);
  assert.equal(scan(scanner, update({})), "ok");
  assert.equal(scanner.resetError(), undefined);
});

test("attributes of any length are written anew", () => {
  const scanner = new UpdateScanner(SESSION);
  for (const count of [1, 500, 16000]) {
    const values = Array.from({ length: count }, (_, index) => index);
    const list: Attribute[] = [reach("2001:db8::/32"), ORIGIN, AS_PATH, { type: "communities", values }];
    assert.equal(scan(scanner, update({ attributes: list })), "ok");
    assert.deepEqual(attributes(scanner.announced[0]), [
      reach(),
      ORIGIN,
      AS_PATH,
      { type: "communities", values },
    ]);
  }
});

test("a message of wrong length is no UPDATE", () => {
  const scanner = new UpdateScanner({ ...SESSION, maxMessageLength: 4096 });
  const values = Array.from({ length: 1100 }, () => 1);
  const long = update({
    attributes: [ORIGIN, AS_PATH, NEXT_HOP, { type: "communities", values }],
    nlri: routes("10.0.0.0/8"),
  });
  for (const bytes of [long, fromHex(`${"ff".repeat(16)}0016 02 000000`) ?? new Uint8Array()]) {
    assert.equal(scan(scanner, bytes), "reset");
    const error = scanner.resetError();
    assert.deepEqual([error?.code, error?.subcode], [1, 2]);
  }
  assert.equal(scanner.counts["message-length"], 2);
});
