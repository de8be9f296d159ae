import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fakeSession, startFakeIngest } from "@netferry/ingest/testing";
import type { FakeIngest } from "@netferry/ingest/testing";
import { z } from "zod";
import { accessTo, run } from "./testing/run.ts";
import type { Outcome } from "./testing/run.ts";

let ingest: FakeIngest;
beforeEach(async () => {
  ingest = await startFakeIngest();
});
afterEach(() => ingest.close());

function netferry(...words: string[]): Promise<Outcome> {
  return run(words, { env: accessTo(ingest) });
}

const Device = z.looseObject({ id: z.number(), name: z.string() });

describe("device add", () => {
  test("registers a device with everything that was said of it", async () => {
    ingest.registry.addSite({ name: "ams" });
    const outcome = await netferry(
      ..."device add core-r1 --address 192.0.2.1 --address=2001:db8::1 --asn AS65001 --site ams".split(" "),
      ..."--local-asn 1.10 --hold-time 30 --family ipv4-unicast --family ipv6-unicast --add-path all".split(
        " ",
      ),
    );
    const device = ingest.registry.device("core-r1");
    assert.deepEqual(outcome, {
      code: 0,
      stdout: `registered device core-r1 (id ${device?.id})\n`,
      stderr: "",
    });
    assert.deepEqual(
      { ...device, id: 0, createdAt: "", updatedAt: "" },
      {
        id: 0,
        name: "core-r1",
        siteId: ingest.registry.site("ams")?.id,
        type: "peer",
        asn: 65001,
        localAsn: 65546,
        addresses: ["192.0.2.1", "2001:db8::1"],
        holdTime: 30,
        families: ["ipv4-unicast", "ipv6-unicast"],
        addPath: true,
        createdAt: "",
        updatedAt: "",
      },
    );
  });

  test("registers one that uses another's table, and shows JSON when asked", async () => {
    await netferry(..."device add r1 --address 192.0.2.1 --asn 65001".split(" "));
    const { code, stdout } = await netferry(
      ..."device add sw1 --type table --table-device r1 --json".split(" "),
    );
    assert.equal(code, 0);
    const shown = Device.parse(JSON.parse(stdout));
    assert.equal(shown["tableDevice"], "r1");
    assert.equal(shown["state"], "never-seen");
  });

  test("passes on what the registry refuses, in one line", async () => {
    await netferry(..."device add r1 --address 192.0.2.1 --asn 65001".split(" "));
    const twin = await netferry(..."device add r2 --address 192.0.2.1 --asn 65001".split(" "));
    assert.equal(twin.code, 1);
    assert.match(
      twin.stderr,
      /^netferry: addresses: 192\.0\.2\.1 belongs to device "r1" .*; put one of the two.*\n$/,
    );
    assert.equal(twin.stdout, "");
    const site = await netferry(..."device add r2 --address 192.0.2.2 --asn 65001 --site nowhere".split(" "));
    assert.match(site.stderr, /^netferry: site: there is no site "nowhere"; add it first/);
  });

  test("tells wrong usage from failure", async () => {
    for (const [words, message] of [
      ["device add r1 --asn nonsense", /--asn/],
      ["device add r1 --asn 4294967296", /expected an AS number/],
      ["device add r1 --asn 1.65536", /expected an AS number/],
      ["device add", /NAME/],
      ["device add r1 --type router", /--type/],
      ["device add r1 --hold-time x", /--hold-time/],
      ["device add r1 --colour red", /--colour/],
    ] as const) {
      const { code, stderr } = await netferry(...words.split(" "));
      assert.equal(code, 2, words);
      assert.match(stderr, message);
    }
  });
});

describe("device list", () => {
  beforeEach(() => {
    const site = ingest.registry.addSite({ name: "ams" });
    const { id } = ingest.registry.addDevice({
      name: "core-r1",
      asn: 65001,
      addresses: ["192.0.2.1", "2001:db8::1"],
      siteId: site.id,
    });
    ingest.registry.addDevice({ name: "sw1", type: "table", tableDeviceId: id });
    ingest.states.set(id, {
      state: "established",
      flaps: 0,
      routes: { "ipv4-unicast": 1_000_000, "ipv6-unicast": 230_000 },
    });
    ingest.states.set(id + 1, { state: "table", flaps: 0, routes: {} });
  });

  test("is a table for people", async () => {
    const { code, stdout, stderr } = await netferry("device", "list");
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.equal(
      stdout,
      [
        "ID  NAME     SITE  TYPE                ASN  ADDRESSES              STATE           ROUTES",
        " 1  core-r1  ams   peer              65001  192.0.2.1 2001:db8::1  established  1,230,000",
        " 2  sw1      -     table of core-r1      -  -                      table                0",
        "",
      ].join("\n"),
    );
  });

  test("is JSON lines for scripts, and narrows to a site", async () => {
    const { stdout } = await netferry("device", "list", "--json");
    const names = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Device.parse(JSON.parse(line)).name);
    assert.deepEqual(names, ["core-r1", "sw1"]);
    const site = await netferry("device", "list", "--site", "ams", "--json");
    assert.equal(site.stdout.split("\n").length, 2);
  });

  test("fits the terminal", async () => {
    const { stdout } = await run(["device", "list"], { env: accessTo(ingest), columns: 70 });
    for (const line of stdout.split("\n")) assert.ok(line.length <= 70, line);
    assert.match(stdout, /…/);
  });

  test("says what to do where there is nothing", async () => {
    const { code, stdout, stderr } = await netferry(
      "device",
      "list",
      "--site",
      String(ingest.registry.addSite({ name: "fra" }).id),
    );
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /no devices in site \d+; 'netferry device add'/);
  });
});

describe("one device", () => {
  let id: number;
  beforeEach(() => {
    id = ingest.registry.addDevice({ name: "core-r1", asn: 65001, addresses: ["192.0.2.1"] }).id;
  });

  test("is shown with its sessions", async () => {
    const down = { at: "2026-01-01T00:00:00.000Z", reason: "hold timer expired" };
    ingest.states.set(id, {
      state: "down",
      flaps: 3,
      routes: {},
      lastDown: down,
      lastError: "wrong AS 65009",
    });
    ingest.sessions.set(id, [
      fakeSession(id, {
        hostname: "r1\u001b[2J",
        roundTripMs: 12,
        detached: true,
        standby: true,
        counters: { ...fakeSession(id).counters, treatedAsWithdraw: 2, faults: { "attribute-length": 2 } },
      }),
    ]);
    const { code, stdout } = await netferry("device", "show", "core-r1");
    assert.equal(code, 0);
    for (const line of [
      /^device +core-r1 \(id \d+\)$/m,
      /^state +down$/m,
      /^last error +wrong AS 65009$/m,
      /^last down +2026-01-01T00:00:00\.000Z: hold timer expired$/m,
      /^flaps +3$/m,
      /^local ASN +65001 \(the device's own: iBGP\)$/m,
      /^hold time +90 s$/m,
      /^state +Established for 1m, detached: its agent holds it, stands by: another session's routes count$/m,
      /^way +192\.0\.2\.1:54321 to 192\.0\.2\.253:179 \(direct\)$/m,
      /^round trip +12 ms$/m,
      /^received +10 messages, 1000 B$/m,
      /^trouble +UPDATEs treated as withdrawal 2, attribute-length 2$/m,
    ]) {
      assert.match(stdout, line);
    }
    // What a router calls itself must not reach the terminal as a command to it.
    assert.equal(stdout.includes("\u001b"), false);
    const json = Device.parse(JSON.parse((await netferry("device", "show", String(id), "--json")).stdout));
    assert.equal(json.id, id);
    assert.ok(Array.isArray(json["sessions"]));
  });

  test("is changed in what is named", async () => {
    const set = await netferry(
      ..."device set core-r1 --hold-time 0 --local-asn 65000 --new-name edge-r1".split(" "),
    );
    assert.deepEqual(set, { code: 0, stdout: `changed device edge-r1 (id ${id})\n`, stderr: "" });
    const device = ingest.registry.device(id);
    assert.deepEqual([device?.holdTime, device?.localAsn, device?.asn], [0, 65000, 65001]);
    await netferry(..."device set edge-r1 --unset local-asn --address 192.0.2.9 --add-path none".split(" "));
    const again = ingest.registry.device(id);
    assert.deepEqual([again?.localAsn, again?.addresses], [undefined, ["192.0.2.9"]]);
    const nothing = await netferry("device", "set", "edge-r1");
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /nothing to change/);
    const both = await netferry(..."device set edge-r1 --site ams --unset site".split(" "));
    assert.equal(both.code, 2);
  });

  test("is removed", async () => {
    assert.deepEqual(await netferry("device", "remove", "core-r1"), {
      code: 0,
      stdout: "removed device core-r1\n",
      stderr: "",
    });
    assert.equal(ingest.registry.deviceCount(), 0);
  });

  test("that is not there is an error which names those that are alike", async () => {
    for (const words of [
      ["device", "show", "core-r2"],
      ["device", "set", "core-r2", "--hold-time", "30"],
      ["device", "remove", "core-r2"],
      ["routes", "--device", "core-r2"],
    ]) {
      const { code, stderr, stdout } = await netferry(...words);
      assert.deepEqual([code, stdout], [1, ""], words.join(" "));
      assert.match(stderr, /^netferry: there is no device "core-r2" at http:\S+; did you mean core-r1\?\n$/);
    }
    const far = await netferry("device", "show", "zzz");
    assert.match(far.stderr, /'netferry device list' lists them/);
    ingest.registry.removeDevice(id);
    const none = await netferry("device", "show", "a/../b");
    assert.match(none.stderr, /there is no device "a\/\.\.\/b" .*'netferry device add' registers one/);
  });
});

test("sites are added, listed and removed", async () => {
  assert.match((await netferry("site", "list")).stderr, /no sites; 'netferry site add'/);
  const added = await netferry("site", "add", "ams");
  const id = ingest.registry.site("ams")?.id;
  assert.equal(added.stdout, `added site ams (id ${id}); its agents take --site-id ${id}\n`);
  ingest.registry.addDevice({
    name: "r1",
    asn: 65001,
    addresses: ["192.0.2.1"],
    ...(id === undefined ? {} : { siteId: id }),
  });
  assert.equal((await netferry("site", "list")).stdout, `ID  NAME  DEVICES\n ${id}  ams         1\n`);
  assert.deepEqual(JSON.parse((await netferry("site", "list", "--json")).stdout), {
    id,
    name: "ams",
    devices: 1,
  });
  const refused = await netferry("site", "remove", "ams");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /site "ams" has devices \("r1"\)/);
  ingest.registry.removeDevice("r1");
  assert.equal((await netferry("site", "remove", "ams")).stdout, "removed site ams\n");
  assert.equal((await netferry("site", "remove", "ams")).code, 1);
});

function keyOf(name: string): string | undefined {
  const id = ingest.registry.device(name)?.id ?? 0;
  const key = ingest.registry.md5Key(id);
  return key === undefined ? undefined : Buffer.from(key).toString();
}

describe("MD5 keys", () => {
  const SECRET = "of-the-router-alone";
  const add = "device add r1 --address 192.0.2.1 --asn 65001".split(" ");
  const set = "device set r1 --md5-key-file -".split(" ");

  test("come from a pipe, without its line break, and are shown as set", async () => {
    const env = accessTo(ingest);
    await run([...add, "--md5-key-file", "-"], { env, input: `${SECRET}\n` });
    assert.equal(keyOf("r1"), SECRET);
    const changed = await run(set, { env, input: "other\r\n" });
    assert.equal(changed.stdout, `changed device r1 (id ${ingest.registry.device("r1")?.id})\n`);
    assert.equal(keyOf("r1"), "other");
    const shown = await netferry("device", "show", "r1");
    assert.match(shown.stdout, /^MD5 key +set at 20\d\d-/m);
    const json = await netferry("device", "show", "r1", "--json");
    for (const { stdout } of [shown, json, changed]) assert.equal(/other|of-the-router/.test(stdout), false);
    await netferry(..."device set r1 --unset md5-key".split(" "));
    assert.equal(keyOf("r1"), undefined);
    assert.doesNotMatch((await netferry("device", "show", "r1")).stdout, /MD5/);
  });

  test("come from a file that is its owner's alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "netferry-md5-"));
    try {
      const file = join(directory, "key");
      writeFileSync(file, `${SECRET}\n`, { mode: 0o600 });
      assert.equal((await netferry(...add, "--md5-key-file", file)).code, 0);
      assert.equal(keyOf("r1"), SECRET);
      chmodSync(file, 0o644);
      const open = await netferry("device", "set", "r1", `--md5-key-file=${file}`);
      assert.equal(open.code, 1);
      assert.match(open.stderr, /^netferry: MD5 key file \S+ is open to others \(mode 644\); run: chmod 600/);
      const gone = await netferry("device", "set", "r1", "--md5-key-file", join(directory, "none"));
      assert.match(gone.stderr, /^netferry: MD5 key file \S+ can't be read: ENOENT/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("are asked for on a terminal, twice, and not echoed", async () => {
    await netferry(...add);
    const env = accessTo(ingest);
    const typed = { "MD5 key: ": `${SECRET}\r`, "once more: ": `${SECRET}\r` };
    const outcome = await run(set, { env, typed });
    assert.equal(outcome.stderr, "MD5 key: \nonce more: \n");
    assert.equal(outcome.code, 0);
    assert.equal(keyOf("r1"), SECRET);
    const differ = await run(set, { env, typed: { ...typed, "once more: ": "another\r" } });
    assert.match(differ.stderr, /the two MD5 keys differ; nothing was changed\n$/);
    const interrupted = await run(set, { env, typed: { "MD5 key: ": "half\u0003" } });
    assert.equal(interrupted.code, 1);
    assert.match(interrupted.stderr, /interrupted; nothing was changed\n$/);
    assert.equal(keyOf("r1"), SECRET);
  });

  test("that can't be are refused in a line that does not show them", async () => {
    const env = accessTo(ingest);
    for (const [input, message] of [
      ["", /md5Key: 0 octets; give 1 to 80/],
      ["x".repeat(81), /md5Key: 81 octets; give 1 to 80/],
      [`${SECRET}\nsecond`, /md5Key: holds a line break/],
      ["y".repeat(2000), /MD5 key on standard input is too long/],
    ] as const) {
      const outcome = await run([...add, "--md5-key-file", "-"], { env, input });
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, message);
      assert.equal(/xxx|yyy|of-the-router/.test(outcome.stderr), false);
    }
    assert.equal(ingest.registry.deviceCount(), 0);
  });
});
