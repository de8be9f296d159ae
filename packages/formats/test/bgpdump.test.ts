import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import {
  codecContext,
  encodeAttributes,
  encodeMessage,
  familyOf,
  IPV4_UNICAST,
  IPV6_UNICAST,
  KEEPALIVE,
  type Message,
} from "@netferry/bgp";
import { encodeMrtRecord, type MrtRecord, writeBgpdumpLines } from "@netferry/formats";
import { concatenate, data, pieces, skipWithoutData } from "./files.ts";
import { fileRecords } from "./mrt-arbitraries.ts";

async function linesOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  const result = await writeBgpdumpLines(source, (lines) => void parts.push(lines.slice()));
  assert.equal(result.error, undefined);
  return Buffer.from(concatenate(parts)).toString("latin1");
}

/** Says where two texts begin to differ. */
function assertSameLines(actual: string, expected: string): void {
  if (actual === expected) return;
  const ours = actual.split("\n");
  const theirs = expected.split("\n");
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  assert.equal(`line ${at + 1}: ${ours[at]}`, `line ${at + 1}: ${theirs[at]}`);
  assert.equal(ours.length, theirs.length);
}

for (const name of skipWithoutData === false ? readdirSync(`${data}mrt`) : []) {
  if (!name.endsWith(".gz") || name.endsWith(".bgp.gz")) continue;
  test(`lines of the RIS file ${name}`, async () => {
    const expected = gunzipSync(readFileSync(`${data}mrt/${name}.bgp.gz`)).toString("latin1");
    assertSameLines(await linesOf(createReadStream(`${data}mrt/${name}`)), expected);
  });
}

test("RIS files are there to be compared with", { skip: skipWithoutData }, () => {
  assert.ok(readdirSync(`${data}mrt`).length > 0);
});

const version = spawnSync("bgpdump", { encoding: "utf8" }).error === undefined;
const skip = version ? false : "bgpdump is not installed";

function bgpdump(file: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), "netferry-bgpdump-"));
  try {
    const path = join(directory, "file.mrt");
    writeFileSync(path, file);
    // the time zone shows in no line
    const run = spawnSync("env", ["TZ=America/St_Johns", "bgpdump", "-m", path], {
      encoding: "latin1",
      maxBuffer: 256 * 1024 * 1024,
    });
    assert.equal(run.signal, null, `bgpdump ended with ${run.signal}`);
    return run.stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function compare(records: readonly MrtRecord[]): Promise<number> {
  const file = concatenate(records.map(encodeMrtRecord));
  const lines = await linesOf(pieces(file, 64 * 1024));
  assertSameLines(lines, bgpdump(file));
  return lines.split("\n").length - 1;
}

test("lines of generated files are bgpdump's", { skip }, async () => {
  let lines = 0;
  for (const records of fc.sample(fileRecords, { seed: 42, numRuns: 60 })) lines += await compare(records);
  assert.ok(lines > 5000, `${lines} lines`);
});

function announcement(attributes: Uint8Array, fourOctetAs: boolean): MrtRecord {
  const message = encodeMessage({
    type: "update",
    withdrawn: [],
    attributes: [],
    nlri: [{ bytes: Uint8Array.of(8, 10) }],
  });
  const body = concatenate([
    message.subarray(0, 21),
    Uint8Array.of(attributes.length >>> 8, attributes.length & 255),
    attributes,
    message.subarray(23),
  ]);
  body[16] = body.length >>> 8;
  body[17] = body.length & 255;
  const address = Uint8Array.of(192, 0, 2, 1);
  return {
    type: "bgp4mp-message",
    timestamp: 1,
    fourOctetAs,
    local: false,
    addPath: false,
    peerAs: 1,
    localAs: 2,
    interfaceIndex: 0,
    peerAddress: address,
    localAddress: address,
    message: body,
  };
}

const longPath = (count: number): Uint8Array =>
  encodeAttributes([
    { type: "origin", origin: "igp" },
    {
      type: "as-path",
      segments: Array.from({ length: count }, (_, i) => ({
        type: "sequence" as const,
        asns: Array.from({ length: 255 }, (_2, j) => 4_000_000_000 + 255 * i + j),
      })),
    },
  ]);

test("lines of long and odd paths are bgpdump's", { skip }, async () => {
  const communities = encodeAttributes([
    { type: "communities", values: Array.from({ length: 900 }, (_, i) => 0xfde8_0000 + 60_000 + i) },
  ]);
  const named = encodeAttributes([
    { type: "communities", values: Array.from({ length: 900 }, () => 0xffffff02) },
  ]);
  const narrow = codecContext({ fourOctetAs: false });
  const odd = encodeAttributes(
    [{ type: "as-path", segments: [{ type: "sequence", asns: [1, 2, 3] }] }],
    narrow,
  );
  await compare([
    announcement(longPath(1), true),
    announcement(longPath(3), true),
    announcement(longPath(4), true),
    announcement(communities, true),
    announcement(named, true),
    announcement(odd, true), // read with the wrong width
    announcement(Uint8Array.of(0x40, 2, 4, 9, 1, 0, 1), false),
    announcement(Uint8Array.of(0x40, 2, 2, 2, 0), false),
    announcement(Uint8Array.of(0x40, 2, 0), false),
    announcement(Uint8Array.of(0x40, 2, 6, 1, 0, 2, 1, 0, 9), false),
    announcement(Uint8Array.of(0x40, 1, 1, 7, 0x40, 3, 2, 10, 1), false),
    announcement(Uint8Array.of(0x40, 1, 9, 7), false),
    announcement(Uint8Array.of(0xc0, 7, 8, 0, 0, 0xfd, 0xe8, 192, 0, 2, 1), false),
  ]);
});

const ADDRESS = Uint8Array.of(192, 0, 2, 1);

/** Every kind of message and of RIB, most of which have no line. */
test("lines among records of other kinds are bgpdump's", { skip }, async () => {
  const session = {
    timestamp: 1_470_931_200,
    fourOctetAs: true,
    local: false,
    addPath: false,
    peerAs: 65_001,
    localAs: 65_000,
    interfaceIndex: 0,
    peerAddress: ADDRESS,
    localAddress: ADDRESS,
  } as const;
  const message = (value: Message): MrtRecord => ({
    type: "bgp4mp-message",
    ...session,
    message: encodeMessage(value),
  });
  const table: MrtRecord = {
    type: "peer-index-table",
    timestamp: 1_470_931_200,
    collectorId: 0xc0000201,
    viewName: "",
    peers: [{ bgpIdentifier: 0xc0000209, address: ADDRESS, asn: 65_001, fourOctetAs: true }],
  };
  const rib = (family: number, nlri: Uint8Array, generic: boolean): MrtRecord => ({
    type: "rib",
    timestamp: 1_470_931_200,
    generic,
    addPath: false,
    sequence: 0,
    family,
    nlri,
    entries: [{ peerIndex: 0, originated: 7, attributes: longPath(1) }],
  });
  const prefix = Uint8Array.of(8, 10);
  const end = announcement(longPath(1), true);
  await compare([
    message({
      type: "open",
      version: 4,
      myAs: 65_001,
      holdTime: 90,
      bgpIdentifier: 0xc0000209,
      parameters: [],
      extendedParameters: false,
    }),
    message(KEEPALIVE),
    message({ type: "route-refresh", family: IPV4_UNICAST, subtype: 0 }),
    message({ type: "notification", code: 6, subcode: 2, data: new Uint8Array(0) }),
    message({ type: "update", withdrawn: [], attributes: [], nlri: [] }),
    message({ type: "update", withdrawn: [{ bytes: prefix }], attributes: [], nlri: [] }),
    { type: "bgp4mp-state-change", ...session, oldState: 6, newState: 1 },
    { type: "bgp4mp-state-change", ...session, microseconds: 5, oldState: 1, newState: 6 },
    table,
    rib(IPV4_UNICAST, prefix, false),
    rib(familyOf(1, 2), prefix, false),
    rib(IPV4_UNICAST, prefix, true),
    rib(familyOf(25, 70), Uint8Array.of(3, 0), true),
    { type: "other", timestamp: 1, mrtType: 13, subtype: 7, body: new Uint8Array(20) },
    { type: "other", timestamp: 1, mrtType: 32, subtype: 0, body: new Uint8Array(20) },
    rib(IPV6_UNICAST, Uint8Array.of(16, 0x20, 0x01), false),
    end,
  ]);
});
