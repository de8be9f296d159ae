import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GOLDEN_LATER } from "../attribute/fixture.ts";
import { attributeCodecOf } from "../attribute/attribute.ts";
import { ByteWriter, fromHex } from "../bytes.ts";
import { codecContext } from "../codec-context.ts";
import { encodeMessage } from "../message-codec.ts";
import { dissectMessage } from "./dissect.ts";
import type { WireNode } from "./node.ts";
import { wireText } from "./text.ts";
import { traceEncoding } from "./trace.ts";

const MARKER = "ff".repeat(16);

/** A message of this type, its length filled in. */
function message(type: number, body: string): Uint8Array {
  const octets = body.replaceAll(" ", "");
  const length = (19 + octets.length / 2).toString(16).padStart(4, "0");
  return fromHex(MARKER + length + type.toString(16).padStart(2, "0") + octets) ?? new Uint8Array();
}

/** An UPDATE with these attributes and NLRI. */
function update(attributes: string, nlri = ""): Uint8Array {
  const length = (attributes.replaceAll(" ", "").length / 2).toString(16).padStart(4, "0");
  return message(2, `0000 ${length} ${attributes} ${nlri}`);
}

function lines(bytes: Uint8Array, context = codecContext()): string {
  return wireText(dissectMessage(bytes, { context }), bytes).join("\n");
}

function leaves(node: WireNode): WireNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leaves);
}

const ORIGIN = "400101 00";
const PATH = "400206 0201 0000fde8";
const NEXT_HOP = "400304 c0000201";

describe("the wire view", () => {
  it("names each octet of an UPDATE", () => {
    const text = lines(update(`${ORIGIN} ${PATH} ${NEXT_HOP} c00804 fde8029a`, "18 c00002"));
    const expected = [
      /^ {3}19 {5}2 {2}00 00 +length of withdrawn routes: 0 {2}\[RFC 4271 section 4\.3\]$/m,
      /^ {3}26 {5}1 {2}00 +origin: 0, igp {2}\[RFC 4271 section 5\.1\.1\]$/m,
      /^ {3}30 {5}1 {2}02 +segments\[0\]\.type: 2, sequence {2}\[RFC 4271 section 5\.1\.2\]$/m,
      /^ {3}31 {5}1 {2}01 +count of segments\[0\]\.asns: 1 /m,
      /^ {3}32 {5}4 {2}00 00 fd e8 +segments\[0\]\.asns\[0\]: 65000 /m,
      /^ {3}39 {5}4 {2}c0 00 02 01 +address: 192\.0\.2\.1 /m,
      /values\[0\]: 65000:666 {2}\[RFC 1997\]$/m,
      /NLRI: 192\.0\.2\.0\/24 /,
      /prefix\.length: 24 /,
      /=> well-formed$/,
    ];
    for (const line of expected) assert.match(text, line);
  });

  it("names each octet of an OPEN, capabilities by their RFCs", () => {
    const text = lines(
      message(1, "04 fde8 005a c0000201 16 020e 0104 00010001 4104 0000fde8 0200 0204 4002 4078"),
    );
    const expected = [
      /bgpIdentifier: 192\.0\.2\.1 {2}\[RFC 4271 section 4\.2\]/,
      /capability multiprotocol {2}\[RFC 4760 section 8\]/,
      /33 {5}2 {2}00 01 +AFI: 1, ipv4-unicast/,
      /35 {5}1 {2}00 +reserved: 0/,
      /36 {5}1 {2}01 +SAFI: 1, ipv4-unicast/,
      /asn: 65000 {2}\[RFC 6793 section 3\]/,
      /capability route-refresh {2}\[RFC 2918 section 2\]/,
      /restartTime 120, restarting false, notification true {2}\[RFC 4724 section 3\]/,
    ];
    for (const line of expected) assert.match(text, line);
  });

  it("names the enclosed NOTIFICATION and the administrator's words", () => {
    const text = lines(message(3, "06 09 06 02 05 68656c6c6f"));
    assert.match(text, /subcode: 9, Cease \/ Hard Reset/);
    assert.match(text, /enclosed NOTIFICATION {2}\[RFC 8538 section 3\.1\]/);
    assert.match(text, /communication: "hello" {2}\[RFC 9003 section 2\]/);
  });

  it("says which attribute is malformed, where, and what RFC 7606 makes of it", () => {
    const text = lines(update(`${ORIGIN.replace(/00$/, "07")} ${PATH} ${NEXT_HOP}`, "18 c00002"));
    assert.match(text, /value: 0x07.*\n.*\^ is no origin\n.*\^ origin is malformed .*count as withdrawn/);
    assert.match(text, /=> RFC 7606: treat-as-withdraw\n/);
  });

  it("reads a malformed attribute as far as it goes", () => {
    const text = lines(update(`${ORIGIN} ${PATH} ${NEXT_HOP} c00806 fde80001 fde8`, "18 c00002"));
    assert.match(text, /values\[0\]: 65000:1 /);
    assert.match(text, /unreadable: 0xfde8.*\n.*communities is well-formed up to here/);
  });

  it("notices AS numbers of the other width", () => {
    const text = lines(
      update(`${ORIGIN} ${PATH} ${NEXT_HOP}`, "18 c00002"),
      codecContext({ fourOctetAs: false }),
    );
    assert.match(text, /it reads with AS numbers of four octets/);
  });

  it("notices path identifiers that were not expected", () => {
    const text = lines(update(`${ORIGIN} ${PATH} ${NEXT_HOP}`, "00000001 18 c00002 00000002 20 c0000301"));
    assert.match(text, /no NLRI of ipv4-unicast begins here\n.*reads with path identifiers/);
    assert.match(text, /=> NOTIFICATION 3\/10 UPDATE Message Error \/ Invalid Network Field/);
  });

  it("says which NOTIFICATION a wrong header, an OPEN and a lost attribute lead to", () => {
    const short = update(ORIGIN).subarray(0, 24);
    assert.match(lines(short), /message length 27 but 24 octets[\s\S]*=> NOTIFICATION 1\/2/);
    const broken = update(ORIGIN).with(3, 0);
    assert.match(lines(broken), /marker[\s\S]*=> NOTIFICATION 1\/1/);
    assert.match(lines(message(9, "00")), /type: 9, unknown[\s\S]*=> NOTIFICATION 1\/3/);
    const version = lines(message(1, "03 fde8 005a c0000201 00"));
    assert.match(version, /version: 3.*\n.*\^ BGP version 3[\s\S]*=> NOTIFICATION 2\/1/);
    const hold = lines(message(1, "04 fde8 0001 c0000201 00"));
    assert.match(hold, /holdTime: 1 s.*\n.*\^ hold time 1 s[\s\S]*=> NOTIFICATION 2\/6/);
    const missing = lines(update(`${PATH} ${NEXT_HOP}`, "18 c00002"));
    assert.match(missing, /=> RFC 7606: treat-as-withdraw\n {3}origin is missing/);
  });

  it("expects the OPEN of the AS that it is told", () => {
    const bytes = message(1, "04 fde8 005a c0000201 00");
    const view = dissectMessage(bytes, { peerAsn: 65_001 });
    assert.match(
      wireText(view, bytes).join("\n"),
      /myAs: 65000.*\n.*expected 65001[\s\S]*=> NOTIFICATION 2\/2/,
    );
  });

  it("takes any octets, each once", () => {
    for (const hex of [
      "",
      "ff",
      MARKER,
      `${MARKER}001304`,
      `${MARKER}001302`,
      "00".repeat(40),
      `${MARKER}ffff02${"00".repeat(9)}`,
    ]) {
      const bytes = fromHex(hex) ?? new Uint8Array();
      const { root } = dissectMessage(bytes);
      let at = 0;
      for (const leaf of leaves(root)) {
        assert.equal(leaf.offset, at, hex);
        at += leaf.length;
      }
      assert.equal(at, bytes.length);
    }
  });

  for (const [hex, attribute] of GOLDEN_LATER) {
    it(`knows the fields of ${attribute.type} ${hex.slice(0, 16)}`, () => {
      if (attribute.type === "unknown") return;
      const out = new ByteWriter();
      const codec = attributeCodecOf(attribute);
      codec.encode(attribute, out, codecContext());
      const bytes = out.finish();
      const trace = traceEncoding(
        attribute,
        (each, to) => codec.encode(each, to, codecContext()),
        bytes,
        0,
        bytes.length,
      );
      assert.deepEqual(trace?.ignored, []);
      assert.equal(
        trace?.fields.reduce((sum, { length }) => sum + length, 0),
        bytes.length,
      );
      const whole = encodeMessage({ type: "update", withdrawn: [], attributes: [attribute], nlri: [] });
      assert.ok(leaves(dissectMessage(whole).root).length > 6);
    });
  }
});
