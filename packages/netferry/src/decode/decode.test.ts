import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import {
  encodeMessage,
  codecContext,
  fromHex,
  IPV4_UNICAST,
  KEEPALIVE,
  type Message,
  type OpenMessage,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";
import {
  type BmpPeer,
  decodedSchema,
  encodeBmpMessage,
  encodeMrtRecord,
  type MrtRecord,
  readJson,
} from "@netferry/formats";
import { schemaProblem } from "@netferry/formats/testing";
import type { Command } from "@netferry/service/command-line";
import { decodeCommand } from "./command.ts";
import { runDecode } from "./run.ts";
import { type Outcome, run, type Stdin, stdinOf } from "./testing/run.ts";

const v4 = (...address: number[]): Uint8Array => Uint8Array.from(address);
const A = v4(192, 0, 2, 1);
const B = v4(192, 0, 2, 2);

function commandWith(stdin: Stdin): Command {
  type Context = Parameters<typeof runDecode>[0];
  // As `defineCommand` does: the values come from the command's own tables.
  return { ...decodeCommand, run: (context) => runDecode(context as unknown as Context, stdin) };
}

function decode(words: readonly string[], input: string | Uint8Array = ""): Promise<Outcome> {
  return run(commandWith(stdinOf(input)), words);
}

const OPEN: OpenMessage = {
  type: "open",
  version: 4,
  myAs: 23456,
  holdTime: 90,
  bgpIdentifier: 0xc0000201,
  parameters: [
    {
      type: "capabilities",
      capabilities: [
        { kind: "multiprotocol", family: IPV4_UNICAST },
        { kind: "four-octet-as", asn: 4_200_000_001 },
        { kind: "add-path", families: [{ family: IPV4_UNICAST, mode: 3 }] },
      ],
    },
  ],
  extendedParameters: false,
};

const UPDATE: UpdateMessage = {
  type: "update",
  withdrawn: [],
  attributes: [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: [{ type: "sequence", asns: [4_200_000_001, 65_010] }] },
    { type: "next-hop", address: A },
    { type: "communities", values: [0xfde8029a] },
  ],
  nlri: [{ bytes: v4(24, 192, 0, 2) }, { bytes: v4(8, 10) }],
};

const addPath = codecContext({ addPathSend: new Set([IPV4_UNICAST]) });
const hex = (message: Message, context = codecContext()): string => toHex(encodeMessage(message, context));
const MALFORMED = hex(UPDATE).replace("40010100", "40010107");

function record(message: Message): MrtRecord {
  return {
    type: "bgp4mp-message",
    timestamp: 1_700_000_000,
    microseconds: 1500,
    peerAs: 65_010,
    localAs: 65_020,
    interfaceIndex: 0,
    peerAddress: A,
    localAddress: B,
    fourOctetAs: true,
    local: false,
    addPath: false,
    message: encodeMessage(message),
  };
}

const MRT = encodeMrtRecord(record(UPDATE));
const LINE =
  "BGP4MP_ET|1700000000.001500|A|192.0.2.1|65010|192.0.2.0/24|4200000001 65010|IGP|192.0.2.1|0|0|65000:666|NAG||";

describe("netferry decode of hexadecimal", () => {
  it("gives a line for each message", async () => {
    const input = `# a session\n${hex(OPEN)}\n${hex(KEEPALIVE)}\n\n${hex(UPDATE)}\n`;
    const { code, stdout, stderr } = await decode(["--from", "hex"], input);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, 3);
    assert.match(lines[0]!, /^OPEN +AS 4200000001, identifier 192\.0\.2\.1, hold time 90 s; ipv4-unicast/);
    assert.match(lines[1]!, /^KEEPALIVE$/);
    assert.match(stderr, /standard input: 3 messages/);
  });

  it("learns the session from its OPENs", async () => {
    const withIds = { ...UPDATE, nlri: [{ pathId: 7, bytes: v4(24, 192, 0, 2) }] };
    const { code, stdout } = await decode([], `${hex(OPEN)}\n${hex(OPEN)}\n${hex(withIds, addPath)}\n`);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /UPDATE +announce 192\.0\.2\.0\/24 path-id 7; next hop 192\.0\.2\.1, path 4200000001 65010/,
    );
  });

  it("is told of the session by flags", async () => {
    const two = codecContext({ fourOctetAs: false, addPathSend: new Set([IPV4_UNICAST]) });
    const update: UpdateMessage = {
      ...UPDATE,
      attributes: [
        UPDATE.attributes[0]!,
        { type: "as-path", segments: [{ type: "sequence", asns: [65_010] }] },
        UPDATE.attributes[2]!,
      ],
      nlri: [{ pathId: 7, bytes: v4(8, 10) }],
    };
    const line = hex(update, two);
    const told = await decode(["--no-asn4", "--add-path", "ipv4-unicast"], line);
    assert.equal(told.code, 0);
    assert.match(told.stdout, /announce 10\.0\.0\.0\/8 path-id 7; .*path 65010/);
    assert.equal((await decode([], line)).code, 1);
    const families = await decode(["--families", "ipv6-unicast"], hex(UPDATE));
    assert.match(families.stdout, /family that was not negotiated/);
    const long: UpdateMessage = {
      ...UPDATE,
      nlri: Array.from({ length: 2000 }, () => ({ bytes: v4(24, 192, 0, 2) })),
    };
    assert.match((await decode([], hex(long))).stdout, /message length \d+ is not within 19 to 4096/);
    assert.equal((await decode(["--extended-message"], hex(long))).code, 0);
  });

  it("shows what is wrong, goes on, and ends with 1", async () => {
    const { code, stdout, stderr } = await decode(
      [],
      `${MALFORMED}\nxyz\n${hex(KEEPALIVE)}00\n${hex(KEEPALIVE)}\n`,
    );
    assert.equal(code, 1);
    const lines = stdout.trimEnd().split("\n");
    assert.match(lines[0]!, /announce .*! origin is malformed \(40010107\): its routes count as withdrawn/);
    assert.match(lines[1]!, /! message length 19 but 20 octets \(NOTIFICATION 1\/2 .*\): f+00130400$/);
    assert.equal(lines[2], "KEEPALIVE");
    assert.match(stderr, /line 2: "x" is no hexadecimal digit/);
    assert.match(stderr, /1 that could not be decoded; 1 with parts that could not be decoded; 1 place /);
  });

  it("is one JSON object a line, with the octets of what could not be read", async () => {
    const { stdout } = await decode(
      ["--format", "json", "--peer-as", "65001"],
      `${hex(UPDATE)}\n${MALFORMED}\nff00\n`,
    );
    const [whole, flawed, none] = stdout
      .trimEnd()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    assert.deepEqual(whole?.["from"], { asn: 65_001 });
    assert.equal("octets" in (whole ?? {}), false);
    assert.equal(flawed?.["disposition"], "treat-as-withdraw");
    assert.equal(flawed["octets"], MALFORMED);
    assert.deepEqual(
      [none?.["octets"], "error" in (none ?? {}), "message" in (none ?? {})],
      ["ff00", true, false],
    );
  });

  it("is ExaBGP's JSON in both forms, with what a router makes of an error", async () => {
    for (const [format, version] of [
      ["exabgp", "6.0.0"],
      ["exabgp4", "4.0.1"],
    ] as const) {
      const { stdout } = await decode(
        ["--format", format, "--peer-as", "65001", "--local-as", "65002"],
        `${hex(UPDATE)}\n${MALFORMED}\n`,
      );
      const [first, second] = stdout
        .trimEnd()
        .split("\n")
        .map((line): Record<string, never> => JSON.parse(line));
      assert.equal(first?.["exabgp"], version);
      assert.deepEqual(first["neighbor"]?.["asn"], { local: 65_002, peer: 65_001 });
      assert.equal(second?.["neighbor"]?.["message"]?.["update"]?.["withdraw"] === undefined, false);
    }
  });

  it("shows in ExaBGP's JSON attributes that end a session, as ExaBGP does", async () => {
    const unrecognized: UpdateMessage = {
      type: "update",
      withdrawn: [],
      attributes: [{ type: "unknown", code: 0x99, flags: 0x60, value: v4(1, 2) }],
      nlri: [],
    };
    const { code, stdout } = await decode(["--format", "exabgp"], hex(unrecognized));
    assert.equal(code, 1);
    assert.match(stdout, /"attribute-0x99-0x60": ?"0x0102"/i);
  });

  it("is a wire view that says what a router answers", async () => {
    const { code, stdout } = await decode(["--wire"], `${MALFORMED}\n`);
    assert.equal(code, 1);
    assert.match(stdout, /^line 1 {2}UPDATE, \d+ octets\n/);
    assert.match(stdout, /\^ origin is malformed/);
    assert.match(stdout, /=> RFC 7606: treat-as-withdraw/);
    assert.equal((await decode(["--format", "wire"], `${MALFORMED}\n`)).stdout, stdout);
  });

  it("is lines of bgpdump", async () => {
    const { stdout } = await decode(
      ["--format", "bgpdump", "--peer-as", "65001"],
      `${hex(UPDATE)}\n${hex(KEEPALIVE)}`,
    );
    assert.match(stdout, /^BGP4MP\|0\|A\|0\.0\.0\.0\|65001\|192\.0\.2\.0\/24\|4200000001 65010\|IGP\|/);
    assert.equal(stdout.trimEnd().split("\n").length, 2);
  });
});

describe("netferry decode of MRT", () => {
  it("is guessed, compressed or not, and has times and sides", async () => {
    for (const input of [MRT, gzipSync(MRT)]) {
      const { code, stdout } = await decode([], input);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /^2023-11-14T22:13:20\.001500Z {2}192\.0\.2\.1 AS65010 > 192\.0\.2\.2 AS65020 {2}UPDATE /,
      );
    }
  });

  it("is lines of bgpdump, told or guessed", async () => {
    for (const words of [["--from", "mrt"], []]) {
      const { code, stdout, stderr } = await decode([...words, "--format", "bgpdump"], MRT);
      assert.equal(code, 0);
      assert.equal(stdout.split("\n")[0], LINE);
      assert.match(stderr, /1 record; 2 lines/);
    }
  });

  it("has the paths of tables and the changes of states", async () => {
    const attributes = fromHex("40010100 400206 0201 0000fde8 400304 c0000201") ?? new Uint8Array();
    const peers: MrtRecord = {
      type: "peer-index-table",
      timestamp: 1,
      collectorId: 1,
      viewName: "",
      peers: [{ bgpIdentifier: 1, address: A, asn: 65_000, fourOctetAs: true }],
    };
    const rib = (peerIndex: number): MrtRecord => ({
      type: "rib",
      timestamp: 1,
      generic: false,
      addPath: false,
      sequence: 0,
      family: IPV4_UNICAST,
      nlri: v4(8, 10),
      entries: [{ peerIndex, originated: 1_700_000_000, attributes }],
    });
    const state: MrtRecord = {
      type: "bgp4mp-state-change",
      timestamp: 1_700_000_000,
      peerAs: 65_010,
      localAs: 65_020,
      interfaceIndex: 0,
      peerAddress: A,
      localAddress: B,
      fourOctetAs: true,
      oldState: 5,
      newState: 6,
    };
    const file = Buffer.concat([peers, rib(0), rib(9), state].map((each) => encodeMrtRecord(each)));
    const { code, stdout, stderr } = await decode([], file);
    assert.equal(code, 1);
    assert.match(stdout, /AS65000 .*RIB +10\.0\.0\.0\/8; next hop 192\.0\.2\.1, path 65000, origin igp\n/);
    assert.match(stdout, /state-change +OpenConfirm to Established\n$/);
    assert.match(stderr, /record 3: peer 9 is not in the peer index table/);
    const json = (await decode(["--format", "json"], file)).stdout.trimEnd().split("\n");
    for (const line of json)
      assert.equal(schemaProblem(decodedSchema, readJson(line) ?? null), undefined, line);
    assert.match(json[0]!, /"path":\{"family":"ipv4-unicast","route":\{"prefix":"10\.0\.0\.0\/8"\}/);
    assert.match(
      json[1]!,
      /"event":"state-change","fields":\{"oldState":"OpenConfirm","newState":"Established"\}/,
    );
  });

  it("that is cut short gives what is there, and ends with 1", async () => {
    const file = Buffer.concat([MRT, MRT.subarray(0, 40)]);
    const plain = await decode([], file);
    assert.equal(plain.code, 1);
    assert.match(plain.stdout, /UPDATE/);
    assert.match(plain.stderr, /ends 40 octets into a record/);
    assert.equal((await decode(["--format", "bgpdump"], file)).code, 1);
    assert.equal((await decode(["--from", "mrt"], gzipSync(file).subarray(0, -20))).code, 1);
    const broken = gzipSync(file).fill(1, 10, 30);
    assert.match((await decode([], broken)).stderr, /^standard input: it can't be decompressed: /);
  });
});

describe("netferry decode of BMP", () => {
  const peer: BmpPeer = {
    peerType: 0,
    flags: 0,
    distinguisher: new Uint8Array(8),
    address: A,
    asn: 65_010,
    bgpIdentifier: 1,
    seconds: 1_700_000_000,
    microseconds: 0,
  };
  const open = encodeMessage(OPEN);
  const withIds = { ...UPDATE, nlri: [{ pathId: 7, bytes: v4(8, 10) }] };
  const stream = Buffer.concat(
    [
      { type: "initiation", information: [{ type: 2, value: new TextEncoder().encode("r1") }] } as const,
      {
        type: "peer-up",
        peer,
        localAddress: B,
        localPort: 179,
        remotePort: 4000,
        sentOpen: open,
        receivedOpen: open,
        information: [],
      } as const,
      { type: "route-monitoring", peer, update: encodeMessage(withIds, addPath) } as const,
      { type: "statistics-report", peer, statistics: [{ kind: "counter", type: 1, value: 5 }] } as const,
      {
        type: "peer-down",
        peer,
        reason: {
          kind: "remote-notification",
          notification: encodeMessage({ type: "notification", code: 6, subcode: 4, data: new Uint8Array() }),
        },
      } as const,
    ].map((each) => encodeBmpMessage(each)),
  );

  it("has the router's events and the peers' messages, read by their OPENs", async () => {
    const { code, stdout, stderr } = await decode([], stream);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    assert.match(lines[0]!, /initiation +sysName r1/);
    assert.match(lines[1]!, /peer-up/);
    assert.match(lines[4]!, /192\.0\.2\.1 AS65010 > AS4200000001 +UPDATE +announce 10\.0\.0\.0\/8 path-id 7/);
    assert.match(lines[5]!, /statistics +duplicate prefix advertisements 5/);
    assert.match(lines[6]!, /peer-down +NOTIFICATION received: Cease \/ Administrative Reset/);
    assert.match(lines[7]!, /NOTIFICATION +Cease/);
    assert.match(stderr, /4 messages; 4 other records; 5 BMP messages/);
  });

  it("that loses its framing says where", async () => {
    const { code, stderr } = await decode(
      ["--from", "bmp"],
      Buffer.concat([stream, Buffer.of(9, 9, 9, 9, 9, 9, 9)]),
    );
    assert.equal(code, 1);
    assert.match(stderr, /BMP message 6: BMP version 9/);
  });
});

describe("netferry decode", () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "netferry-decode-"));
  });
  after(() => rm(dir, { recursive: true }));

  it("reads several files, standard input among them, and goes on behind one that it can't", async () => {
    const [first, second] = [join(dir, "a.mrt"), join(dir, "b.hex")];
    await writeFile(first, MRT);
    await writeFile(second, hex(KEEPALIVE));
    const missing = join(dir, "missing");
    const { code, stdout, stderr } = await decode([first, missing, "-", second], hex(UPDATE));
    assert.equal(code, 1);
    assert.equal(stdout.trimEnd().split("\n").length, 3);
    assert.match(stderr, /missing: there is no such file/);
    assert.match(stderr, /b\.hex: 1 message\n/);
  });

  it("says what is wrong with the command line", async () => {
    const unknown = await decode([], Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
    assert.deepEqual([unknown.code, /can't tell what this is; give --from/.test(unknown.stderr)], [2, true]);
    const family = await decode(["--add-path", "ipv4"], hex(UPDATE));
    assert.deepEqual(
      [family.code, /--add-path: "ipv4" is no family; one of ipv4-unicast/.test(family.stderr)],
      [2, true],
    );
    const terminal: Stdin = Object.assign(stdinOf(""), { isTTY: true });
    const nothing = await run(commandWith(terminal), []);
    assert.deepEqual([nothing.code, /nothing to read/.test(nothing.stderr)], [2, true]);
    assert.equal((await decode([dir])).code, 1);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const file = join(dir, "long.hex");
    await writeFile(file, `${hex(UPDATE)}\n`.repeat(20_000));
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, "decode", file], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = (await once(child, "close")) as [number | null];
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("cuts lines of a table to the terminal", async () => {
    const { stdout } = await run(commandWith(stdinOf(hex(UPDATE))), [], true);
    assert.ok(stdout.trimEnd().length <= 80, stdout);
  });
});
