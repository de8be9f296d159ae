import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { IPV4_UNICAST } from "@netferry/bgp";
import { startFakeIngest } from "@netferry/ingest/testing";
import type { FakeIngest } from "@netferry/ingest/testing";
import { z } from "zod";
import { accessTo, run } from "./testing/run.ts";
import type { Outcome, RunOptions } from "./testing/run.ts";

let ingest: FakeIngest;
let id: number;
beforeEach(async () => {
  ingest = await startFakeIngest();
  id = ingest.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] }).id;
});
afterEach(() => ingest.close());

function routes(words: string, options: RunOptions = {}): Promise<Outcome> {
  return run(["routes", "--device", "r1", ...words.split(" ").filter((word) => word !== "")], {
    env: accessTo(ingest),
    ...options,
  });
}

function announceSome(): void {
  ingest.announce(
    id,
    { prefix: "0.0.0.0/0", asPath: [] },
    { prefix: "192.0.0.0/8", asPath: [65001, 65002], localPref: 100 },
    {
      prefix: "192.0.2.0/24",
      asPath: [65001, 65002, 4_200_000_001],
      med: 5,
      communities: [65001 * 65536 + 7, 65001 * 65536 + 8],
    },
    { prefix: "2001:db8::/32", asPath: [65001, 65002] },
  );
}

function manyPrefixes(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
}

const Route = z.looseObject({ prefix: z.string() });

function prefixesOf(lines: string): string[] {
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => Route.parse(JSON.parse(line)).prefix);
}

test("routes are a table for people", async () => {
  announceSome();
  assert.deepEqual(await routes(""), {
    code: 0,
    stdout: [
      "PREFIX         NEXT HOP      PREF  MED  AS PATH                 ORIGIN  COMMUNITIES",
      "0.0.0.0/0      192.0.2.254      -    -  -                       igp     -",
      "192.0.0.0/8    192.0.2.254    100    -  65001 65002             igp     -",
      "192.0.2.0/24   192.0.2.254      -    5  65001 65002 4200000001  igp     65001:7 65001:8",
      "2001:db8::/32  2001:db8::fe     -    -  65001 65002             igp     -",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test("an address asks for its longest match, a prefix for itself", async () => {
  announceSome();
  assert.match((await routes("192.0.2.77")).stdout, /^192\.0\.2\.0\/24 /m);
  assert.match((await routes("8.8.8.8")).stdout, /^0\.0\.0\.0\/0 /m);
  assert.deepEqual(prefixesOf((await routes("192.0.0.0/8 --json")).stdout), ["192.0.0.0/8"]);
  assert.deepEqual(prefixesOf((await routes("--within 192.0.0.0/8 --json")).stdout), [
    "192.0.0.0/8",
    "192.0.2.0/24",
  ]);
  assert.deepEqual(prefixesOf((await routes("--origin 65002 --family ipv6-unicast --json")).stdout), [
    "2001:db8::/32",
  ]);
});

test("what is not there is said on stderr, with exit code 1", async () => {
  announceSome();
  ingest.withdraw(id, "0.0.0.0/0");
  const cases: readonly (readonly [string, string])[] = [
    ["8.8.8.8", "no route to 8.8.8.8 on device r1"],
    ["8.8.8.8 --json", "no route to 8.8.8.8 on device r1"],
    ["192.0.2.0/25", "no route to 192.0.2.0/25 on device r1"],
    ["--within 10.0.0.0/8", "no route within 10.0.0.0/8 on device r1"],
    ["--origin 64999", "no route from AS64999 on device r1"],
    ["192.0.2.1 --origin 65002", "no route to 192.0.2.1 from AS65002 on device r1"],
  ];
  for (const [words, message] of cases) {
    assert.deepEqual(await routes(words), { code: 1, stdout: "", stderr: `netferry: ${message}\n` });
  }
});

test("a device without any routes is not an error, and its state is told", async () => {
  assert.deepEqual(await routes(""), {
    code: 0,
    stdout: "",
    stderr: "device r1 has no routes; its state is never-seen\n",
  });
});

test("on a terminal the table fits and the count follows", async () => {
  announceSome();
  ingest.announce(id, { prefix: "198.51.100.0/24", asPath: Array.from({ length: 60 }, (_, n) => 65000 + n) });
  const { stdout, stderr } = await routes("", { columns: 80 });
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  assert.match(stdout, /^198\.51\.100\.0\/24 .*…/m);
  assert.equal(stderr, "5 routes\n");
  assert.equal(
    (await routes("--limit 2", { columns: 80 })).stderr,
    "2 routes, as many as --limit asked for\n",
  );
});

test("stale routes and path identifiers are shown where there are any", async () => {
  ingest.announce(id, { prefix: "192.0.2.0/24", pathId: 7 });
  ingest.table(id).markStale(IPV4_UNICAST);
  const [header = "", line = ""] = (await routes("")).stdout.split("\n");
  assert.match(header, /^PREFIX +PATH ID +NEXT HOP/);
  assert.match(line, /^192\.0\.2\.0\/24 stale +7 +192\.0\.2\.254/);
});

test("routes of another device's table say whose they are", async () => {
  announceSome();
  ingest.registry.addDevice({ name: "sw1", type: "table", tableDeviceId: id });
  const { code, stderr, stdout } = await run(["routes", "--device", "sw1", "192.0.2.1"], {
    env: accessTo(ingest),
  });
  assert.equal(code, 0);
  assert.match(stdout, /^192\.0\.2\.0\/24/m);
  assert.equal(stderr, "these are the routes of r1, whose table sw1 uses\n");
});

test("a long listing is whole, in order, and its columns stay where they are", async () => {
  const all = manyPrefixes(20_000);
  ingest.announce(id, ...all.map((prefix) => ({ prefix })));
  assert.deepEqual(prefixesOf((await routes("--json")).stdout), all);
  const { stdout } = await routes("");
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, all.length + 1);
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(" ")[0]),
    all,
  );
  const column = lines[0]?.indexOf("NEXT HOP");
  assert.ok(lines.every((line, index) => index === 0 || line.indexOf("192.0.2.254") === column));
  assert.deepEqual(prefixesOf((await routes("--limit 1234 --json")).stdout), all.slice(0, 1234));
});

test("a listing that breaks off is an error", async () => {
  ingest.announce(id, ...manyPrefixes(60_000).map((prefix) => ({ prefix })));
  let dropped = false;
  const { code, stderr } = await routes("--json", {
    onStdout: () => {
      if (!dropped) ingest.dropTable(id);
      dropped = true;
    },
  });
  assert.equal(code, 1);
  assert.match(stderr, /^netferry: the listing of http:\S+ broke off: .*; it is not complete, try again\n$/);
});

test("wrong questions are wrong usage, or refused by ingest with the field's name", async () => {
  const both = await routes("192.0.2.1 --within 192.0.0.0/8");
  assert.equal(both.code, 2);
  assert.match(both.stderr, /--within/);
  const noDevice = await run(["routes", "192.0.2.1"], { env: accessTo(ingest) });
  assert.equal(noDevice.code, 2);
  assert.match(noDevice.stderr, /--device/);
  const nonsense = await routes("nonsense");
  assert.equal(nonsense.code, 1);
  assert.match(nonsense.stderr, /^netferry: address: "nonsense" is no IPv4 or IPv6 address/);
  ingest.registry.addDevice({ name: "pdu1", type: "none" });
  const none = await run(["routes", "--device", "pdu1"], { env: accessTo(ingest) });
  assert.match(none.stderr, /^netferry: device "pdu1" is of type "none" and has no routes/);
});

test("a reader that goes away, as head does, ends the command without a word", async () => {
  ingest.announce(id, ...manyPrefixes(60_000).map((prefix) => ({ prefix })));
  const main = fileURLToPath(new URL("testing/main.ts", import.meta.url));
  for (const words of [[], ["--json"]]) {
    const child = spawn(process.execPath, [main, "routes", "--device", "r1", ...words], {
      env: accessTo(ingest),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = (await once(child, "close")) as [number | null];
    assert.deepEqual([code, stderr], [0, ""]);
  }
});
