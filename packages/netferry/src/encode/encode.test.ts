import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { codecContext, encodeMessage, IPV4_UNICAST, KEEPALIVE, type Message, toHex } from "@netferry/bgp";
import { decodeMrtRecord, messageToJson, MrtReader, writeJson } from "@netferry/formats";
import type { Command } from "@netferry/service/command-line";
import { decodeCommand } from "../decode/command.ts";
import { runDecode } from "../decode/run.ts";
import { type Outcome, run, stdinOf } from "../decode/testing/run.ts";
import { encodeCommand } from "./command.ts";
import { runEncode } from "./run.ts";
import { parseTime } from "./time.ts";

const CLOCK = { now: () => 1_700_000_000_250, monotonic: () => 0, later: () => () => {} };

function encode(words: readonly string[], input: string | Uint8Array, isTTY = false): Promise<Outcome> {
  type Context = Parameters<typeof runEncode>[0];
  const command: Command = {
    ...encodeCommand,
    run: (context) => runEncode(context as unknown as Context, stdinOf(input), CLOCK),
  };
  return run(command, words, isTTY);
}

function decode(words: readonly string[], input: string | Uint8Array): Promise<Outcome> {
  type Context = Parameters<typeof runDecode>[0];
  const command: Command = {
    ...decodeCommand,
    run: (context) => runDecode(context as unknown as Context, stdinOf(input, 100_000)),
  };
  return run(command, words);
}

const v4 = (...address: number[]): Uint8Array => Uint8Array.from(address);
const UPDATE: Message = {
  type: "update",
  withdrawn: [],
  attributes: [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: [{ type: "sequence", asns: [65_001] }] },
    { type: "next-hop", address: v4(192, 0, 2, 1) },
  ],
  nlri: [{ bytes: v4(24, 192, 0, 2) }],
};
const EXTERNAL = ["--local-as", "65001", "--peer-as", "65002"];
const COMMAND = "announce route 192.0.2.0/24 next-hop 192.0.2.1";
const HEX = toHex(encodeMessage(UPDATE));

describe("netferry encode", () => {
  it("makes octets of a command and of a message", async () => {
    const { code, stdout, stderr } = await encode(
      EXTERNAL,
      `# routes\n\n${COMMAND}\n${writeJson(messageToJson(UPDATE))}\n`,
    );
    assert.equal(code, 0);
    assert.equal(stdout, `${HEX}\n${HEX}\n`);
    assert.equal(stderr, "2 messages\n");
  });

  it("makes them as the session has them", async () => {
    const two = toHex(encodeMessage(UPDATE, codecContext({ fourOctetAs: false })));
    assert.equal((await encode([...EXTERNAL, "--no-asn4"], COMMAND)).stdout, `${two}\n`);
    const context = codecContext({ addPathSend: new Set([IPV4_UNICAST]) });
    const withId: Message = { ...UPDATE, nlri: [{ pathId: 7, bytes: v4(24, 192, 0, 2) }] };
    const line = `${COMMAND} path-information 0.0.0.7`;
    const { stdout } = await encode([...EXTERNAL, "--add-path", "ipv4-unicast"], line);
    assert.equal(stdout, `${toHex(encodeMessage(withId, context))}\n`);
    const self = await encode(
      [...EXTERNAL, "--local-address", "192.0.2.1"],
      COMMAND.replace(/[0-9.]+$/, "self"),
    );
    assert.equal(self.stdout, `${HEX}\n`);
  });

  it("makes MRT records, dated by the line or by the clock", async () => {
    const json = writeJson({
      time: "2023-11-14T22:13:20.000000Z",
      from: { address: "192.0.2.1", asn: 65_001 },
      to: { address: "192.0.2.2", asn: 4_200_000_002 },
      message: messageToJson(UPDATE),
    });
    const words = [
      ...EXTERNAL,
      "--to",
      "mrt",
      "--local-address",
      "2001:db8::1",
      "--peer-address",
      "2001:db8::2",
    ];
    const { code, octets } = await encode(words, `${json}\n${COMMAND}\n`);
    assert.equal(code, 0);
    const reader = new MrtReader();
    reader.push(octets);
    const records = [];
    while (reader.next()) records.push(decodeMrtRecord(reader));
    assert.equal(reader.finish(), undefined);
    const [first, second] = records.map((each) => (each.ok ? each.record : undefined));
    assert.ok(first?.type === "bgp4mp-message" && second?.type === "bgp4mp-message");
    assert.deepEqual(
      [first.timestamp, first.microseconds, first.peerAs, first.localAs],
      [1_700_000_000, undefined, 65_001, 4_200_000_002],
    );
    assert.deepEqual(
      [second.timestamp, second.microseconds, second.peerAs, second.peerAddress.length],
      [1_700_000_000, 250_000, 65_001, 16],
    );
    assert.equal(toHex(second.message), HEX);
  });

  it("tells what is wrong with a line and goes on", async () => {
    const lines = [
      COMMAND,
      "announce route 192.0.2.0/33 next-hop 192.0.2.1",
      '{"type":"update"',
      '{"type":"updates"}',
      '{"a":1}',
      '{"message":{"type":"keepalive"},"time":"now"}',
      '{"octets":"xx"}',
      '{"type":"keepalive"}',
    ];
    const { code, stdout, stderr } = await encode(EXTERNAL, lines.join("\n"));
    assert.equal(code, 1);
    assert.equal(stdout, `${HEX}\n${toHex(encodeMessage(KEEPALIVE))}\n`);
    const told = stderr.trimEnd().split("\n");
    const expected = [
      /^standard input: line 2: .*; a command is one such as/,
      /^standard input: line 3: no JSON: a line is one object/,
      /^standard input: line 4: type is none of open.*; see docs\/schema/,
      /^standard input: line 5: no message: it has neither/,
      /^standard input: line 6: time is none: it looks like/,
      /^standard input: line 7: octets is no hexadecimal/,
      /^2 messages; 6 lines without a message$/,
    ];
    assert.equal(told.length, expected.length);
    expected.forEach((pattern, index) => assert.match(told[index]!, pattern));
  });

  it("says which flags a command needs, and which a long message", async () => {
    assert.match((await encode([], COMMAND)).stderr, /line 1: .*needs --local-as and --peer-as/);
    const long: Message = {
      ...UPDATE,
      nlri: Array.from({ length: 2000 }, () => ({ bytes: v4(24, 192, 0, 2) })),
    };
    const line = writeJson(messageToJson(long));
    assert.match((await encode([], line)).stderr, /can receive 4096; --extended-message allows more/);
    assert.equal((await encode(["--extended-message"], line)).code, 0);
    assert.equal((await encode(["--to", "mrt"], COMMAND, true)).code, 2);
    assert.match((await encode(["--peer-address", "r1"], COMMAND)).stderr, /"r1" is no IPv4 or IPv6 address/);
  });

  it("gives back what decode made lines of: broken octets, path identifiers, two-octet AS numbers", async () => {
    const malformed = HEX.replace("40010100", "40010107");
    const input = `${HEX}\n${malformed}\nff00\n`;
    const { stdout } = await encode([], (await decode(["--format", "json"], input)).stdout);
    assert.equal(stdout, input);
    const context = codecContext({ fourOctetAs: false, addPathSend: new Set([IPV4_UNICAST]) });
    const withId: Message = { ...UPDATE, nlri: [{ pathId: 7, bytes: v4(24, 192, 0, 2) }] };
    const line = `${toHex(encodeMessage(withId, context))}\n`;
    const json = await decode(["--format", "json", "--no-asn4", "--add-path", "ipv4-unicast"], line);
    assert.equal(json.code, 0);
    assert.equal((await encode([], json.stdout)).stdout, line);
  });
});

const data = new URL("../../../../../shared/data/mrt/", import.meta.url);
const files = readFiles();

function readFiles(): readonly string[] {
  try {
    return readdirSync(data).filter((name) => /^updates.*\.gz$/.test(name) && !name.endsWith(".bgp.gz"));
  } catch {
    return [];
  }
}

describe("decode and encode of archives", () => {
  it(
    "give every message back, and the same lines of bgpdump",
    { skip: files.length === 0 && "../shared/data/mrt is not there" },
    async () => {
      for (const name of files) {
        const file = gunzipSync(readFileSync(new URL(name, data)));
        const reader = new MrtReader();
        reader.push(file);
        const messages: string[] = [];
        while (reader.next()) {
          const result = decodeMrtRecord(reader);
          if (result.ok && result.record.type === "bgp4mp-message")
            messages.push(toHex(result.record.message));
        }
        const json = (await decode(["--from", "mrt", "--format", "json"], file)).octets;
        const hex = await encode(["--extended-message"], json);
        assert.equal(hex.code, 0, name);
        assert.equal(hex.stdout, `${messages.join("\n")}\n`, name);
        const mrt = await encode(["--to", "mrt", "--extended-message"], json);
        const before = (await decode(["--format", "bgpdump"], file)).stdout.replaceAll(
          /^.*\|STATE\|.*\n/gm,
          "",
        );
        assert.equal((await decode(["--format", "bgpdump"], mrt.octets)).stdout, before, name);
      }
    },
  );
});

it("times are read as they are written", () => {
  assert.deepEqual(parseTime("2023-11-14T22:13:20.001500Z"), {
    seconds: 1_700_000_000,
    nanoseconds: 1_500_000,
  });
  assert.deepEqual(parseTime("2023-11-14T22:13:20Z"), { seconds: 1_700_000_000, nanoseconds: 0 });
  for (const text of ["", "yesterday", "2023-13-14T22:13:20Z", "1960-01-01T00:00:00Z"])
    assert.equal(parseTime(text), undefined);
});
