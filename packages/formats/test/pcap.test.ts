import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { encodeMessage, KEEPALIVE, type Message, toHex } from "@netferry/bgp";
import {
  BgpCapture,
  type CaptureCounts,
  CaptureReader,
  MAX_PENDING_OCTETS,
  readCapture,
} from "@netferry/formats";
import fc from "fast-check";
import { ipPacket, LINK_HEADERS, pcapFile, pcapngFile, type SegmentParts } from "./packets.ts";

const A = [192, 0, 2, 1];
const B = [192, 0, 2, 2];
const CLIENT = { source: A, destination: B, sourcePort: 40_000, destinationPort: 179 };
const SERVER = { source: B, destination: A, sourcePort: 179, destinationPort: 40_000 };
/** Wraps around within the first messages. */
const ISN = 0xffff_fff0;

function notification(subcode: number, length = 4): Message {
  return { type: "notification", code: 6, subcode, data: new Uint8Array(length).fill(subcode) };
}

function octets(...messages: readonly Message[]): Uint8Array {
  return Uint8Array.from(messages.flatMap((message) => Array.from(encodeMessage(message))));
}

interface Seen {
  readonly texts: readonly string[];
  readonly counts: CaptureCounts;
}

/** What is made of packets: `A` or `B` in front of each message's octets, `!` behind what is none. */
async function seenIn(
  file: Uint8Array,
  pieces = file.length,
): Promise<Seen & { readonly error: string | undefined }> {
  const texts: string[] = [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += pieces) yield file.slice(at, at + pieces);
  }
  for await (const item of readCapture(chunks())) {
    if (item.kind === "end") return { texts, counts: item.counts, error: item.error?.text };
    const { source, bytes, broken } = item.message;
    texts.push(`${source.address.at(-1) === 1 ? "A" : "B"} ${toHex(bytes, 18)}${broken ? "!" : ""}`);
  }
  assert.fail("a capture without an end");
}

function seenOf(segments: readonly SegmentParts[]): Promise<Seen> {
  return seenIn(pcapFile(segments.map((parts) => ({ data: ipPacket(parts) }))));
}

/** The text of a message of A. */
function text(message: Message, side = "A"): string {
  return `${side} ${toHex(encodeMessage(message), 18)}`;
}

/** 2001:db8::LAST. */
const v6 = (last: number): number[] => [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), last];

const SYN: readonly SegmentParts[] = [
  { ...CLIENT, sequence: ISN, flags: "S" },
  { ...SERVER, sequence: 100, acknowledgement: ISN + 1, flags: "SA" },
];
const from = (at: number, payload: Uint8Array): SegmentParts => ({
  ...CLIENT,
  sequence: ISN + 1 + at,
  payload,
});

describe("a capture file", () => {
  const frames = [
    {
      data: ipPacket({ ...CLIENT, sequence: 1, payload: octets(KEEPALIVE) }),
      seconds: 1_700_000_000,
      fraction: 5,
    },
  ];

  it("is read in each of its forms", () => {
    const forms: readonly (readonly [string, Uint8Array, number])[] = [
      ["pcap", pcapFile(frames), 5000],
      ["pcap, swapped", pcapFile(frames, { littleEndian: false }), 5000],
      ["pcap, nanoseconds", pcapFile(frames, { nanoseconds: true }), 5],
      ["pcap, nanoseconds, swapped", pcapFile(frames, { nanoseconds: true, littleEndian: false }), 5],
      ["pcapng", pcapngFile(frames), 5000],
      ["pcapng, swapped", pcapngFile(frames, { littleEndian: false }), 5000],
      ["pcapng, nanoseconds", pcapngFile(frames, { resolution: 9 }), 5],
      ["pcapng, hundredths", pcapngFile(frames, { resolution: 2 }), 50_000_000],
    ];
    for (const [name, file, nanoseconds] of forms) {
      for (const size of [file.length, 7, 1]) {
        const reader = new CaptureReader();
        const packets = [];
        for (let at = 0; at < file.length; at += size) {
          reader.push(file.slice(at, at + size));
          for (let packet = reader.next(); packet !== undefined; packet = reader.next()) packets.push(packet);
        }
        assert.equal(reader.finish(), undefined, name);
        assert.deepEqual(packets, [
          { number: 1, seconds: 1_700_000_000, nanoseconds, linkType: 101, data: frames[0]!.data },
        ]);
      }
    }
  });

  it("is read with sections one behind the other, each in its own byte order", async () => {
    const file = Uint8Array.from([...pcapngFile(frames), ...pcapngFile(frames, { littleEndian: false })]);
    const { counts, error } = await seenIn(file);
    assert.equal(error, undefined);
    assert.deepEqual([counts.packets, counts.messages, counts.retransmittedOctets], [2, 1, 19]);
  });

  it("may be compressed", async () => {
    for (const compress of [gzipSync, zstdCompressSync]) {
      const { texts } = await seenIn(compress(pcapFile(frames)));
      assert.deepEqual(texts, [text(KEEPALIVE)]);
    }
  });

  it("that is none, or is cut short, or has lost its place, says so", async () => {
    assert.match((await seenIn(Uint8Array.of(1, 2, 3, 4, 5))).error ?? "", /neither pcap nor pcapng/);
    assert.match((await seenIn(new Uint8Array())).error ?? "", /0 octets has no header/);
    assert.match(
      (await seenIn(pcapFile(frames).subarray(0, -1))).error ?? "",
      /ends \d+ octets into a packet/,
    );
    const long = pcapFile(frames);
    new DataView(long.buffer).setUint32(24 + 8, 0x7fff_ffff, true);
    assert.match((await seenIn(long)).error ?? "", /more than the limit/);
    const blocks = pcapngFile(frames);
    new DataView(blocks.buffer).setUint32(28 + 4, 6, true);
    assert.match((await seenIn(blocks)).error ?? "", /not within/);
    assert.match((await seenIn(gzipSync(pcapFile(frames)).subarray(0, 40))).error ?? "", /can't be read on/);
  });
});

describe("link layers", () => {
  for (const [name, linkType, header] of LINK_HEADERS) {
    it(`understands ${name}`, async () => {
      const data = Uint8Array.from([
        ...header,
        ...ipPacket({ ...CLIENT, sequence: 9, payload: octets(KEEPALIVE) }),
      ]);
      const { texts } = await seenIn(pcapFile([{ data }], { linkType }));
      assert.deepEqual(texts, [text(KEEPALIVE)]);
    });
  }

  it("counts what it does not understand", async () => {
    const ip = ipPacket({ ...CLIENT, sequence: 9, payload: octets(KEEPALIVE) });
    const udp = ip.slice();
    udp[9] = 17;
    const fragment = ip.slice();
    fragment[6] = 0x20;
    const arp = Uint8Array.from([...Array<number>(12).fill(2), 8, 6, 0, 1]);
    const frames = [ip.subarray(0, 30), udp, fragment, Uint8Array.of(0x70)].map((data) => ({ data }));
    const { counts } = await seenIn(pcapFile(frames));
    assert.deepEqual(
      [counts.skipped.malformed, counts.skipped["not-tcp"], counts.skipped.fragment],
      [2, 1, 1],
    );
    assert.equal((await seenIn(pcapFile([{ data: arp }], { linkType: 1 }))).counts.skipped["not-ip"], 1);
    assert.equal((await seenIn(pcapFile([{ data: ip }], { linkType: 147 }))).counts.skipped["link-type"], 1);
    const http = { ...CLIENT, destinationPort: 80, sequence: 1, payload: Uint8Array.of(71, 69, 84) };
    assert.equal((await seenOf([http])).counts.skipped["not-bgp"], 1);
  });

  it("goes behind the extension headers of IPv6 and the padding of Ethernet", async () => {
    const plain = ipPacket({
      ...CLIENT,
      source: v6(1),
      destination: v6(2),
      sequence: 1,
      payload: octets(KEEPALIVE),
    });
    const extended = Uint8Array.from([
      ...plain.subarray(0, 40),
      6,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...plain.subarray(40),
    ]);
    extended[6] = 0;
    extended[5]! += 8;
    const padded = Uint8Array.from([
      ...ipPacket({ ...CLIENT, sequence: 500, payload: octets(KEEPALIVE) }),
      0,
      0,
      0,
    ]);
    const frames = [plain, extended, padded].map((data) => ({ data }));
    const { counts } = await seenIn(pcapFile(frames));
    assert.deepEqual([counts.connections, counts.messages, counts.retransmittedOctets], [2, 2, 19]);
  });
});

describe("reassembly", () => {
  const messages = [1, 2, 3, 4].map((subcode) => notification(subcode));
  const whole = octets(...messages);
  const expected = messages.map((message) => text(message));

  it("puts segments in order, over the end of the sequence numbers", async () => {
    const cut = [0, 10, 30, 31, 70].map((at, index, all) => from(at, whole.subarray(at, all[index + 1])));
    const { texts, counts } = await seenOf([...SYN, cut[0]!, cut[3]!, cut[2]!, cut[4]!, cut[1]!]);
    assert.deepEqual(texts, expected);
    assert.deepEqual([counts.reordered, counts.gaps, counts.skippedOctets], [3, 0, 0]);
  });

  it("takes what comes again or overlaps once", async () => {
    const { texts, counts } = await seenOf([
      ...SYN,
      from(0, whole.subarray(0, 40)),
      from(0, whole.subarray(0, 40)),
      from(20, whole.subarray(20, 60)),
      from(70, whole.subarray(70)),
      from(50, whole.subarray(50, 80)),
    ]);
    assert.deepEqual(texts, expected);
    assert.equal(counts.retransmittedOctets, 40 + 20 + 10 + 10);
  });

  it("goes on at the next header behind a gap, once the capture has ended", async () => {
    const { texts, counts } = await seenOf([
      ...SYN,
      from(0, whole.subarray(0, 30)),
      from(40, whole.subarray(40)),
    ]);
    assert.deepEqual(texts, [expected[0], expected[2], expected[3]]);
    assert.deepEqual([counts.gaps, counts.gapOctets], [1, 10]);
    assert.equal(counts.skippedOctets, 5 + 10);
  });

  it("goes on behind a gap that the receiver does not know", () => {
    const capture = new BgpCapture();
    let number = 0;
    const add = (parts: SegmentParts): number =>
      capture.add({ number: ++number, seconds: 0, nanoseconds: 0, linkType: 101, data: ipPacket(parts) })
        .length;
    for (const parts of SYN) add(parts);
    add(from(0, whole.subarray(0, 30)));
    assert.equal(add(from(50, whole.subarray(50))), 0);
    let given = 0;
    for (let i = 0; i < 100; i++)
      given += add({ ...SERVER, sequence: 101, acknowledgement: ISN + 1 + whole.length });
    assert.equal(given, 2);
    assert.equal(capture.counts.gaps, 1);
  });

  it("gives a hole up with more octets behind it than it holds", () => {
    const capture = new BgpCapture();
    const segment = octets(...Array.from({ length: 10 }, () => notification(9, 100)));
    const data = (at: number): Uint8Array => ipPacket(from(at, segment));
    capture.add({ number: 1, seconds: 0, nanoseconds: 0, linkType: 101, data: ipPacket(SYN[0]!) });
    let given = 0;
    let at = 1;
    while (given === 0) {
      given += capture.add({ number: 2, seconds: 0, nanoseconds: 0, linkType: 101, data: data(at) }).length;
      at += segment.length;
      assert.ok(at < MAX_PENDING_OCTETS + 3 * segment.length);
      assert.ok(capture.counts.pendingOctets <= MAX_PENDING_OCTETS + segment.length);
    }
    assert.equal(capture.counts.gapOctets, 1);
    assert.equal(capture.counts.pendingOctets, 0);
  });

  it("finds its place in a stream whose start was not captured", async () => {
    const { texts, counts } = await seenOf([from(0, whole.subarray(12, 30)), from(18, whole.subarray(30))]);
    assert.deepEqual(texts, expected.slice(1));
    assert.equal(counts.skippedOctets, 25 - 12);
  });

  it("gives out what stands where a message should begin, and goes on behind it", async () => {
    const noise = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    const wrongLength = octets(KEEPALIVE).with(17, 5);
    const stream = Uint8Array.from([
      ...octets(messages[0]!),
      ...noise,
      ...octets(messages[1]!),
      ...wrongLength,
      ...octets(messages[2]!),
    ]);
    const { texts, counts } = await seenOf([...SYN, from(0, stream)]);
    assert.deepEqual(texts, [expected[0], "A 1314!", expected[1], "A 04!", expected[2]]);
    assert.equal(counts.broken, 2);
  });

  it("leaves out what a short snapshot length cut off", async () => {
    const data = ipPacket(from(0, whole));
    const frames = [
      ...SYN.map((parts) => ipPacket(parts)),
      data.subarray(0, -30),
      ipPacket(from(whole.length, whole)),
    ];
    const { texts, counts } = await seenIn(pcapFile(frames.map((each) => ({ data: each }))));
    assert.deepEqual(texts, [...expected.slice(0, 2), ...expected]);
    assert.deepEqual([counts.gaps, counts.gapOctets], [1, 30]);
  });

  it("tells the directions and the connections of the same ports apart", async () => {
    const answer = {
      ...SERVER,
      sequence: 101,
      acknowledgement: ISN + 1 + whole.length,
      payload: octets(KEEPALIVE),
    };
    const again = [
      { ...CLIENT, sequence: 5000, flags: "S" },
      { ...CLIENT, sequence: 5001, payload: octets(KEEPALIVE) },
    ];
    const ends = [
      { ...from(whole.length, new Uint8Array()), flags: "FA" },
      { ...SERVER, sequence: 120, flags: "FA" },
    ];
    const { texts, counts } = await seenOf([...SYN, from(0, whole), answer, ...ends, ...again]);
    assert.deepEqual(texts, [...expected, text(KEEPALIVE, "B"), text(KEEPALIVE)]);
    assert.equal(counts.connections, 2);
  });

  it("finds BGP on another port by its first header", async () => {
    const other = { ...CLIENT, destinationPort: 1790 };
    const { texts } = await seenOf([{ ...other, sequence: 7, payload: whole }]);
    assert.deepEqual(texts, expected);
  });

  it("is the stream again, however it was cut, shuffled and repeated", () => {
    const stream = octets(
      ...Array.from({ length: 8 }, (_, index) => notification(index, 7 * index)),
      KEEPALIVE,
    );
    const cuts = fc.array(
      fc.record({ at: fc.nat(stream.length - 1), length: fc.integer({ min: 1, max: 60 }), order: fc.nat(8) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 40 }), (extra, size) => {
        const pieces = [];
        for (let at = 0; at < stream.length; at += size) pieces.push({ at, length: size, order: at });
        const order = [...pieces, ...extra.map((each) => ({ ...each, order: each.order * size }))].toSorted(
          (a, b) => (a.order % 97) - (b.order % 97),
        );
        const capture = new BgpCapture();
        const given: string[] = [];
        const take = (parts: SegmentParts): void => {
          const packet = { number: 1, seconds: 0, nanoseconds: 0, linkType: 101, data: ipPacket(parts) };
          for (const { bytes, broken } of capture.add(packet))
            given.push(`${toHex(bytes)}${broken ? "!" : ""}`);
        };
        for (const parts of SYN) take(parts);
        for (const { at, length } of order) take(from(at, stream.subarray(at, at + length)));
        assert.equal(given.join(""), toHex(stream));
        assert.equal(capture.counts.gaps, 0);
      }),
    );
  });
});

describe("hostile captures", () => {
  it("never throw", async () => {
    const valid = pcapFile(
      [...SYN, from(0, octets(KEEPALIVE, notification(1)))].map((parts) => ({ data: ipPacket(parts) })),
    );
    const ng = pcapngFile([...SYN, from(0, octets(KEEPALIVE))].map((parts) => ({ data: ipPacket(parts) })));
    const changes = fc.array(fc.record({ at: fc.nat(), octet: fc.integer({ min: 0, max: 255 }) }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(valid, ng), changes, fc.nat(400), async (file, edits, cut) => {
        const bytes = file.slice(0, Math.max(0, file.length - (cut > 300 ? cut - 300 : 0)));
        for (const { at, octet } of edits) bytes[at % bytes.length] = octet;
        const { counts } = await seenIn(bytes, 50);
        assert.ok(counts.packets < 100);
      }),
      { numRuns: 500 },
    );
  });
});
