import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeMessage, equalBytes, IPV6_UNICAST, toHex } from "@netferry/bgp";
import {
  type Bgp4mpForm,
  BgpdumpLines,
  decodeMrtRecord,
  decodeRibAttributes,
  encodeMrtRecord,
  encodeRibAttributes,
  MrtReader,
  type MrtRecord,
  readMrt,
} from "@netferry/formats";
import { concatenate, data, pieces, skipWithoutData } from "./files.ts";
import { anyRecord, attributes, fileRecords } from "./mrt-arbitraries.ts";

function onlyRecord(bytes: Uint8Array): MrtRecord {
  const reader = new MrtReader();
  reader.push(bytes);
  assert.ok(reader.next());
  const decoded = decodeMrtRecord(reader);
  assert.ok(decoded.ok, decoded.ok ? "" : decoded.error.text);
  assert.equal(reader.finish(), undefined);
  return decoded.record;
}

/** Views and arrays of octets compare as the same. */
function plain(record: MrtRecord): unknown {
  return JSON.parse(
    JSON.stringify(record, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value)),
  );
}

test("a record that is encoded decodes to itself, and encodes to the same octets again", () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const bytes = encodeMrtRecord(record);
      const decoded = onlyRecord(bytes);
      assert.deepEqual(plain(decoded), plain(record));
      assert.ok(equalBytes(encodeMrtRecord(decoded), bytes));
    }),
    { numRuns: 500 },
  );
});

test("records are the same however the file is cut into pieces", async () => {
  const [records] = fc.sample(fileRecords, { seed: 1, numRuns: 1 });
  assert.ok(records);
  const file = concatenate(records.map(encodeMrtRecord));
  for (const length of [1, 7, 100, file.length]) {
    let count = 0;
    for await (const result of readMrt(pieces(file, length))) {
      assert.ok(result.ok);
      assert.deepEqual(plain(result.record), plain(records[count++]!));
    }
    assert.equal(count, records.length);
  }
});

test("RIB_GENERIC takes one NLRI of any family by the family's own length", () => {
  const nlris: [afi: number, safi: number, hex: string][] = [
    [25, 70, "0203aabbcc"],
    [25, 65, "0003aabbcc"],
    [1, 133, "03010180"],
    [1, 133, "f003010180"],
    [1, 128, "58000101000000010000000a"],
    [16388, 71, "00010002aabb"],
    [1, 85, "01000102aabb"],
    [1, 5, "0102aabb"],
  ];
  for (const [afi, safi, hex] of nlris) {
    const record: MrtRecord = {
      type: "rib",
      timestamp: 1,
      generic: true,
      addPath: true,
      sequence: 2,
      family: (afi << 8) | safi,
      nlri: Uint8Array.from(Buffer.from(hex, "hex")),
      entries: [{ peerIndex: 3, originated: 4, pathId: 5, attributes: Uint8Array.of(0x40, 1, 1, 0) }],
    };
    assert.deepEqual(plain(onlyRecord(encodeMrtRecord(record))), plain(record));
  }
});

test("an error in a record does not hide the next; an error of framing is the last", async () => {
  const good = encodeMrtRecord({
    type: "other",
    timestamp: 1,
    mrtType: 99,
    subtype: 0,
    body: new Uint8Array(4),
  });
  const bad = encodeMrtRecord({
    type: "other",
    timestamp: 1,
    mrtType: 16,
    subtype: 1,
    body: new Uint8Array(4),
  });
  const huge = Uint8Array.of(0, 0, 0, 1, 0, 16, 0, 1, 0xff, 0xff, 0xff, 0xff);
  const outcomes: string[] = [];
  for await (const result of readMrt(pieces(concatenate([good, bad, good, huge, good]), 10))) {
    outcomes.push(result.ok ? result.record.type : `${result.error.cause} at ${result.error.offset}`);
  }
  assert.deepEqual(outcomes, ["other", "record-malformed at 16", "other", "record-too-long at 48"]);
  const cut: string[] = [];
  for await (const result of readMrt(pieces(concatenate([good, good.subarray(0, 15)]), 100))) {
    cut.push(result.ok ? result.record.type : `${result.error.cause} at ${result.error.offset}`);
  }
  assert.deepEqual(cut, ["other", "cut-short at 16"]);
});

test("a RIB entry's next hop stands for the whole of MP_REACH_NLRI", () => {
  const nlri = Uint8Array.of(32, 0x20, 1, 0xd, 0xb8);
  fc.assert(
    fc.property(attributes(true), fc.uint8Array({ minLength: 16, maxLength: 16 }), (others, nextHop) => {
      const list = [
        ...others,
        { type: "mp-reach" as const, family: IPV6_UNICAST, nextHop, nlri: [{ bytes: nlri }] },
      ];
      const bytes = encodeRibAttributes(list);
      const decoded = decodeRibAttributes(bytes, IPV6_UNICAST, nlri);
      assert.deepEqual(decoded.at(-1), list.at(-1));
      assert.ok(equalBytes(encodeRibAttributes(decoded), bytes));
    }),
  );
});

test("hostile octets never throw, and messages in records decode by their form", () => {
  const lines = new BgpdumpLines();
  fc.assert(
    fc.property(anyRecord, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), (record, changes) => {
      const bytes = encodeMrtRecord(record);
      for (const [at, value] of changes) bytes[12 + (at % Math.max(1, bytes.length - 12))] = value;
      const reader = new MrtReader();
      reader.push(bytes);
      while (reader.next()) {
        const decoded = decodeMrtRecord(reader);
        if (decoded.ok && decoded.record.type === "bgp4mp-message") decodeMessage(decoded.record.message);
        lines.write(reader);
        assert.ok(lines.pending < 8 * 1024 * 1024);
        lines.take();
      }
      reader.finish();
    }),
    { numRuns: 3000 },
  );
  assert.ok(lines.lines > 1000);
});

test("each form of message has its own subtype", () => {
  const seen = new Set<number>();
  for (let bits = 0; bits < 8; bits++) {
    const form: Bgp4mpForm = {
      fourOctetAs: (bits & 1) !== 0,
      local: (bits & 2) !== 0,
      addPath: (bits & 4) !== 0,
    };
    const address = new Uint8Array(4);
    const record: MrtRecord = {
      type: "bgp4mp-message",
      timestamp: 0,
      ...form,
      peerAs: 1,
      localAs: 2,
      interfaceIndex: 0,
      peerAddress: address,
      localAddress: address,
      message: new Uint8Array(19),
    };
    const bytes = encodeMrtRecord(record);
    seen.add(bytes[7]!);
    assert.deepEqual(plain(onlyRecord(bytes)), plain(record));
  }
  assert.deepEqual(
    [...seen].toSorted((a, b) => a - b),
    [1, 4, 6, 7, 8, 9, 10, 11],
  );
});

for (const name of skipWithoutData === false ? readdirSync(`${data}mrt`) : []) {
  if (!name.endsWith(".gz") || name.endsWith(".bgp.gz")) continue;
  test(`records of the RIS file ${name} encode to the same octets`, () => {
    const file = gunzipSync(readFileSync(`${data}mrt/${name}`));
    const reader = new MrtReader();
    reader.push(file);
    while (reader.next()) {
      const decoded = decodeMrtRecord(reader);
      assert.ok(decoded.ok, decoded.ok ? "" : decoded.error.text);
      assert.ok(equalBytes(encodeMrtRecord(decoded.record), file.subarray(reader.offset, reader.end)));
    }
    assert.equal(reader.finish(), undefined);
    assert.ok(reader.records > 10);
  });
}

test("RIS files are there to be read", { skip: skipWithoutData }, () => {
  assert.ok(readdirSync(`${data}mrt`).length > 0);
});
