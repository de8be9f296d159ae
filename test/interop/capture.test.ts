/**
 * A session of two BIRDs, captured by tshark's dumpcap in a namespace of the test's own: what `netferry decode`
 * makes of the file must be what tshark itself says, message by message, and hold the routes that BIRD announced.
 */
import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { NETFERRY } from "./lib/collector.ts";
import { run } from "./lib/command.ts";
import { answering } from "./lib/daemon-process.ts";
import { type Lab, type Namespace, withLab } from "./lib/lab.ts";
import { requirePrograms } from "./lib/requirements.ts";
import { ensure, eventually } from "./lib/wait.ts";

requirePrograms("the capture test", "npm run interop", [
  "/usr/sbin/bird",
  "/usr/bin/tshark",
  "/usr/bin/dumpcap",
]);

/** More than a message, a segment and a first window hold, so that they do not end together. */
const ROUTES = 3000;
const TYPE_NAMES = ["", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "ROUTE-REFRESH"];

interface Side {
  readonly namespace: Namespace;
  readonly number: 1 | 2;
  readonly asn: number;
}

/** The record of `decode --format json`, as far as this test looks at it. */
interface DecodedLine {
  readonly place: string;
  readonly from: { readonly address: string; readonly asn: number };
  readonly context?: { readonly addPath?: readonly string[] };
  readonly message: {
    readonly type: string;
    readonly nlri?: readonly { readonly prefix: string; readonly pathId?: number }[];
    readonly attributes?: readonly {
      readonly type: string;
      readonly nlri?: readonly { readonly prefix: string }[];
    }[];
  };
}

function routes(channel: string, prefix: (i: number) => string): string[] {
  const all = Array.from({ length: ROUTES }, (_, i) => `  route ${prefix(i)} blackhole;`);
  return [`protocol static { ${channel};`, ...all, "}"];
}

function session(name: string, local: string, remote: string, channel: string): string {
  const timing = "direct; connect delay time 1; connect retry time 1;";
  const routing = `${channel} { import all; export where source = RTS_STATIC; add paths on; };`;
  return `protocol bgp ${name} { local ${local}; neighbor ${remote}; ${timing} ${routing} }`;
}

/** Announces its routes over a session of IPv4 and one of IPv6. */
function configuration({ number, asn }: Side, peerAsn: number): string {
  const peer = 3 - number;
  return [
    `router id 192.0.2.${number};`,
    "log stderr all;",
    "protocol device {}",
    ...routes("ipv4", (i) => `${number === 1 ? 10 : 11}.${i >>> 8}.${i & 255}.0/24`),
    ...routes("ipv6", (i) => `2001:db8:${number}${i.toString(16).padStart(3, "0")}::/48`),
    session("v4", `192.0.2.${number} as ${asn}`, `192.0.2.${peer} as ${peerAsn}`, "ipv4"),
    session("v6", `2001:db8:ffff::${number} as ${asn}`, `2001:db8:ffff::${peer} as ${peerAsn}`, "ipv6"),
    "",
  ].join("\n");
}

async function capture(lab: Lab, file: string): Promise<void> {
  const left: Side = { namespace: await lab.namespace("left"), number: 1, asn: 4_200_000_001 };
  const right: Side = { namespace: await lab.namespace("right"), number: 2, asn: 65_002 };
  const device = await lab.link(
    { namespace: left.namespace, ipv4: "192.0.2.1/24", ipv6: "2001:db8:ffff::1/64" },
    { namespace: right.namespace, ipv4: "192.0.2.2/24", ipv6: "2001:db8:ffff::2/64" },
  );
  const sniffer = left.namespace.start("dumpcap", ["dumpcap", "-q", "-i", device, "-w", file]);
  await eventually("dumpcap has begun", () => {
    ensure(statSync(file).size > 0, "the file is empty");
  });
  const clis: ((words: string) => Promise<string>)[] = [];
  for (const side of [left, right]) {
    const { namespace } = side;
    const [config, socket] = [join(namespace.directory, "bird.conf"), join(namespace.directory, "bird.ctl")];
    writeFileSync(config, configuration(side, side === left ? right.asn : left.asn));
    const bird = namespace.start("bird", ["bird", "-f", "-c", config, "-s", socket]);
    const cli = async (words: string): Promise<string> =>
      (await namespace.run(["birdc", "-s", socket, ...words.split(" ")])).stdout;
    await answering(bird, () => cli("show status"));
    clis.push(cli);
  }
  await eventually("both have all routes", async () => {
    for (const cli of clis) {
      const text = await cli("show route count");
      ensure(
        (text.match(new RegExp(`\\b${2 * ROUTES} of ${2 * ROUTES} routes`, "g")) ?? []).length === 2,
        text,
      );
    }
  });
  // The session of IPv4 ends with words, and what was captured has all of it.
  await clis[0]?.('disable v4 "maintenance"');
  await eventually("the end is in the file", async () => {
    ensure(
      (await tsharkTypes(file)).some((line) => /\t(?:.*,)?3$/.test(line)),
      "no NOTIFICATION yet",
    );
  });
  await sniffer.stop("SIGINT");
}

/** Frame and message types, one line for each frame that ends messages. */
async function tsharkTypes(file: string): Promise<string[]> {
  const fields = ["-T", "fields", "-e", "frame.number", "-e", "bgp.type"];
  const { stdout } = await run(["tshark", "-r", file, "-Y", "bgp", ...fields], { timeoutMs: 120_000 });
  return stdout.split("\n").filter((line) => line !== "");
}

async function decode(words: readonly string[]): Promise<string> {
  return (await run([NETFERRY, "decode", ...words], { timeoutMs: 120_000 })).stdout;
}

describe("a captured session", () => {
  test("is what tshark says, and has the routes", { timeout: 300_000 }, () =>
    withLab("cap", async (lab) => {
      const file = join(lab.directory, "left", "session.pcapng");
      await capture(lab, file);
      const lines = (await decode(["--format", "json", file]))
        .trimEnd()
        .split("\n")
        .map((line): DecodedLine => JSON.parse(line));

      const ours = Map.groupBy(lines, ({ place }) => place.replace("packet ", ""));
      const frames = [...ours].map(
        ([frame, all]) =>
          `${frame}\t${all.map(({ message }) => TYPE_NAMES.indexOf(message.type.toUpperCase())).join(",")}`,
      );
      assert.deepEqual(frames, await tsharkTypes(file));

      for (const [asn, octet, group] of [
        [4_200_000_001, 10, 1],
        [65_002, 11, 2],
      ] as const) {
        const sent = lines.filter(({ from }) => from.asn === asn);
        const v4 = sent.flatMap(({ message }) => message.nlri ?? []);
        assert.ok(v4.every(({ prefix, pathId }) => prefix.startsWith(`${octet}.`) && pathId !== undefined));
        assert.equal(new Set(v4.map(({ prefix }) => prefix)).size, ROUTES);
        const v6 = sent.flatMap(({ message }) =>
          (message.attributes ?? []).flatMap((each) => (each.type === "mp-reach" ? (each.nlri ?? []) : [])),
        );
        assert.ok(v6.every(({ prefix }) => prefix.startsWith(`2001:db8:${group}`)));
        assert.equal(new Set(v6.map(({ prefix }) => prefix)).size, ROUTES);
      }
      assert.match(await decode(["--wire", file]), /Cease \/ Administrative Shutdown/);

      // The octets come back from the JSON.
      const json = join(lab.directory, "left", "session.json");
      writeFileSync(json, await decode(["--format", "json", file]));
      const hex = (await run([NETFERRY, "encode", json])).stdout;
      const again = (await run([NETFERRY, "decode", "--from", "hex", "-"], { input: hex })).stdout;
      assert.equal(again.trimEnd().split("\n").length, lines.length);
    }),
  );
});
