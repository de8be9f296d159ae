import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type CodecContext,
  codecContext,
  codecFamilies,
  decodeNlri,
  encodeMessage,
  encodeNlri,
  equalBytes,
  type Family,
  familyCodec,
  familyName,
  formatNlri,
  fromHex,
  IPV4_FLOWSPEC,
  IPV4_UNICAST,
  IPV6_FLOWSPEC,
  L2VPN_EVPN,
  L2VPN_VPLS,
  LINK_STATE,
  LINK_STATE_VPN,
  MessageDecoder,
  toHex,
  type UpdateMessage,
  UpdateScanner,
} from "@netferry/bgp";
import { readMrtMessages } from "./mrt-messages.ts";

const data = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const skip = existsSync(data) ? false : `${data} is not there`;

/** Of one context: decodes without an error, encodes again to the same octets, scans without an error. */
function messageCheck(context: CodecContext): (bytes: Uint8Array) => void {
  const decoder = new MessageDecoder(context);
  const scanner = new UpdateScanner(context);
  return (bytes) => {
    const decoded = decoder.decode(bytes);
    assert.ok(decoded.ok, decoded.ok ? "" : `${decoded.error.text}: ${toHex(bytes)}`);
    assert.deepEqual(decoded.errors, []);
    assert.ok(equalBytes(encodeMessage(decoded.message, context), bytes), toHex(bytes));
    if (decoded.message.type !== "update") return;
    checkNlri(decoded.message);
    assert.equal(scanner.scan(bytes, 0, bytes.length), "ok");
  };
}

for (const name of skip === false ? readdirSync(`${data}mrt`) : []) {
  if (!/^updates\.[\d.]+\.gz$/.test(name)) continue;
  test(`messages of the RIS file ${name}`, () => {
    const messages = readMrtMessages(`${data}mrt/${name}`);
    assert.ok(messages.length > 500);
    const checks = [true, false].map((fourOctetAs) =>
      [true, false].map((internal) => messageCheck(codecContext({ fourOctetAs, internal }))),
    );
    for (const { bytes, fourOctetAs, internal } of messages) {
      checks[fourOctetAs ? 0 : 1]?.[internal ? 0 : 1]?.(bytes);
    }
  });
}

/** Every NLRI says something, and what it says is encoded to its octets. */
function checkNlri({ withdrawn, attributes, nlri }: UpdateMessage): void {
  for (const route of [...withdrawn, ...nlri]) checkTyped(IPV4_UNICAST, route.bytes);
  for (const attribute of attributes) {
    if (attribute.type !== "mp-reach" && attribute.type !== "mp-unreach") continue;
    for (const route of attribute.nlri) checkTyped(attribute.family, route.bytes);
  }
}

function checkTyped(family: Family, bytes: Uint8Array): void {
  const value = decodeNlri(family, bytes);
  assert.ok(value !== undefined, `${familyName(family)} ${toHex(bytes)}`);
  // Host bits that came are not in a value.
  if (value.kind === "prefix") assert.deepEqual(decodeNlri(family, encodeNlri(family, value)), value);
  else assert.equal(toHex(encodeNlri(family, value)), toHex(bytes));
  assert.notEqual(formatNlri(family, bytes), `0x${toHex(bytes)}`);
}

/** The session's context, of the sections of ExaBGP's configuration that change how messages are read. */
function exabgpContext(configuration: string): CodecContext {
  const addPath = /add-path\s+send/.test(configuration) ? new Set(codecFamilies) : new Set<number>();
  return codecContext({
    fourOctetAs: !/asn4\s+(?:disable|false)/.test(configuration),
    addPathReceive: addPath,
    addPathSend: addPath,
  });
}

for (const name of skip === false ? readdirSync(`${data}exabgp-qa/encoding`) : []) {
  test(`messages of ExaBGP's ${name}`, () => {
    const script = readFileSync(`${data}exabgp-qa/encoding/${name}`, "utf8");
    const file = /^option:file:(\S+)$/m.exec(script)?.[1];
    assert.ok(file !== undefined);
    const check = messageCheck(exabgpContext(readFileSync(`${data}exabgp-qa/etc/${file}`, "utf8")));
    const raw = [...script.matchAll(/^[A-Z]?\d+:raw:([\dA-F:]+)$/gim)].map((match) => match[1]!);
    assert.ok(raw.length > 0);
    for (const hex of raw) {
      const bytes = fromHex(hex);
      assert.ok(bytes !== undefined);
      check(bytes);
    }
  });
}

/** As the first line of a file has them that is bare NLRI. */
const EXABGP_FAMILIES: ReadonlyMap<string, Family> = new Map([
  ["nlri bgp-ls bgp-ls", LINK_STATE],
  ["nlri bgp-ls bgp-ls-vpn", LINK_STATE_VPN],
  ["nlri l2vpn evpn", L2VPN_EVPN],
  ["nlri l2vpn vpls", L2VPN_VPLS],
  ["nlri ipv4 flow", IPV4_FLOWSPEC],
  ["nlri ipv6 flow", IPV6_FLOWSPEC],
]);

for (const name of skip === false ? readdirSync(`${data}exabgp-qa/decoding`) : []) {
  const [kind = "", hex = ""] = readFileSync(`${data}exabgp-qa/decoding/${name}`, "utf8").split("\n");
  if (kind.startsWith("nlri")) {
    test(`NLRI of ExaBGP's ${name}`, () => {
      const family = EXABGP_FAMILIES.get(kind);
      const bytes = fromHex(hex);
      assert.ok(family !== undefined && bytes !== undefined);
      const nlri = familyCodec(family)?.split(bytes, 0, bytes.length, false) ?? [];
      assert.equal(familyCodec(family)?.count(bytes, 0, bytes.length, false), nlri.length);
      for (const route of nlri) checkTyped(family, route.bytes);
    });
    continue;
  }
  test(`message of ExaBGP's ${name}`, () => {
    const body = fromHex(hex);
    assert.ok(body !== undefined);
    messageCheck(codecContext())(withHeader(body, kind === "open" ? 1 : 2));
  });
}

/** Some of the files leave the header away. */
function withHeader(bytes: Uint8Array, type: number): Uint8Array {
  if (bytes.subarray(0, 16).every((octet) => octet === 0xff)) return bytes;
  const message = new Uint8Array(19 + bytes.length).fill(0xff, 0, 16);
  message[16] = message.length >>> 8;
  message[17] = message.length;
  message[18] = type;
  message.set(bytes, 19);
  return message;
}

test("messages of routers and of ExaBGP are there to be read", { skip }, () => {
  assert.ok(readdirSync(`${data}mrt`).length > 0);
});
