import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { z } from "zod";
import { call, errorOf } from "./testing/call.ts";
import { fakeSession, startFakeIngest } from "./testing/fake-ingest.ts";
import type { FakeIngest } from "./testing/fake-ingest.ts";

let ingest: FakeIngest;
beforeEach(async () => {
  ingest = await startFakeIngest();
});
afterEach(() => ingest.close());

const DEVICES = "/api/v1/devices";
const Device = z.looseObject({ id: z.number(), name: z.string() });
const Page = z.object({ devices: z.array(Device), next: z.number().nullable() });

async function page(query = ""): Promise<z.infer<typeof Page>> {
  return Page.parse(JSON.parse((await call(ingest, "GET", `${DEVICES}${query}`)).text));
}

test("a device is registered with its defaults and its place", async () => {
  const answer = await call(ingest, "POST", DEVICES, {
    body: { name: "r1", asn: 65001, addresses: ["::ffff:192.0.2.1"] },
  });
  assert.equal(answer.status, 201);
  const device = Device.parse(JSON.parse(answer.text));
  assert.equal(answer.headers.get("location"), `${DEVICES}/${device.id}`);
  assert.deepEqual(device, {
    id: device.id,
    name: "r1",
    type: "peer",
    asn: 65001,
    addresses: ["192.0.2.1"],
    holdTime: 90,
    families: ["ipv4-unicast", "ipv6-unicast"],
    addPath: false,
    createdAt: device["createdAt"],
    updatedAt: device["createdAt"],
    state: "never-seen",
    flaps: 0,
    routes: {},
  });
});

test("sites and other devices are named by name or id, and shown by both", async () => {
  const site = ingest.registry.addSite({ name: "ams" });
  const body = { asn: 65001, site: "ams", localAsn: 65000, holdTime: 0, addPath: ["ipv4-unicast"] };
  const made = await call(ingest, "POST", DEVICES, {
    body: { ...body, name: "r1", addresses: ["192.0.2.1"] },
  });
  const device = Device.parse(JSON.parse(made.text));
  assert.equal(device["siteId"], site.id);
  assert.equal(device["site"], "ams");
  assert.deepEqual(device["addPath"], ["ipv4-unicast"]);
  const byId = await call(ingest, "POST", DEVICES, {
    body: { ...body, name: "r2", addresses: ["192.0.2.2"], site: site.id },
  });
  assert.equal(Device.parse(JSON.parse(byId.text))["site"], "ams");
  const user = await call(ingest, "POST", DEVICES, {
    body: { name: "sw1", type: "table", tableDevice: "R1" },
  });
  const shown = Device.parse(JSON.parse(user.text));
  assert.equal(shown["tableDevice"], "r1");
  assert.equal(shown["tableDeviceId"], device.id);
});

test("wrong fields are refused by name, with status 400", async () => {
  const good = { name: "r1", asn: 65001, addresses: ["192.0.2.1"] };
  const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ name: 7 }, /^name: /],
    [{ name: "a b" }, /^name: "a b" has other characters/],
    [{ asn: "65001" }, /^asn: .*expected/],
    [{ asn: 0 }, /^asn: 0 is no AS number/],
    [{ asn: 1.5 }, /^asn: /],
    [{ addresses: "192.0.2.1" }, /^addresses: /],
    [{ addresses: ["192.0.2.1/24"] }, /^addresses: "192\.0\.2\.1\/24" is no IPv4/],
    [{ addresses: Array.from({ length: 17 }, (_, n) => `192.0.2.${n}`) }, /^addresses: at most 16/],
    [{ holdTime: 2 }, /^holdTime: 2 seconds/],
    [{ families: ["ipv5"] }, /^families: "ipv5"/],
    [{ type: "router" }, /^type: /],
    [{ site: "nowhere" }, /^site: there is no site "nowhere"; add it first/],
    [{ type: "table", tableDevice: "r9" }, /^tableDevice: there is no device "r9"/],
    [{ colour: "red" }, /colour/],
  ];
  for (const [change, message] of cases) {
    const answer = await call(ingest, "POST", DEVICES, { body: { ...good, ...change } });
    assert.equal(answer.status, 400, JSON.stringify(change));
    assert.equal(errorOf(answer).code, "invalid");
    assert.match(errorOf(answer).message, message);
  }
  assert.equal(ingest.registry.deviceCount(), 0);
});

test("two devices that can't be told apart are refused with status 409", async () => {
  await call(ingest, "POST", DEVICES, { body: { name: "r1", asn: 65001, addresses: ["192.0.2.1"] } });
  const answer = await call(ingest, "POST", DEVICES, {
    body: { name: "r2", asn: 65002, addresses: ["192.0.2.1"] },
  });
  assert.equal(answer.status, 409);
  assert.match(
    errorOf(answer).message,
    /192\.0\.2\.1 belongs to device "r1".*"r2"; put one of the two into another site/,
  );
});

test("a device is found by id and by name, and its state is shown", async () => {
  const { id } = ingest.registry.addDevice({ name: "core:r1", asn: 65001, addresses: ["192.0.2.1"] });
  const down = { at: "2026-01-01T00:00:00.000Z", reason: "hold timer expired" };
  ingest.states.set(id, {
    state: "down",
    lastDown: down,
    flaps: 2,
    routes: { "ipv4-unicast": 5 },
    staleRoutes: 5,
  });
  for (const reference of [String(id), "core:r1", "CORE:R1", encodeURIComponent("core:r1")]) {
    const answer = await call(ingest, "GET", `${DEVICES}/${reference}`);
    assert.equal(answer.status, 200, reference);
    const device = Device.parse(JSON.parse(answer.text));
    assert.equal(device["state"], "down");
    assert.deepEqual(device["lastDown"], down);
    assert.deepEqual(device["routes"], { "ipv4-unicast": 5 });
  }
});

test("what is not there is 404 everywhere", async () => {
  for (const [method, path] of [
    ["GET", "/r9"],
    ["PATCH", "/r9"],
    ["DELETE", "/r9"],
    ["GET", "/r9/sessions"],
    ["GET", "/r9/routes"],
    ["GET", "/12345"],
  ] as const) {
    const body = method === "PATCH" ? { holdTime: 30 } : undefined;
    const answer = await call(ingest, method, DEVICES + path, { body });
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.equal(errorOf(answer).code, "not-found");
  }
});

test("a patch changes, null takes away, and the rest stays", async () => {
  const site = ingest.registry.addSite({ name: "ams" });
  ingest.registry.addDevice({
    name: "r1",
    asn: 65001,
    addresses: ["192.0.2.1"],
    siteId: site.id,
    localAsn: 65000,
  });
  const answer = await call(ingest, "PATCH", `${DEVICES}/r1`, {
    body: { holdTime: 30, localAsn: null, site: null },
  });
  assert.equal(answer.status, 200);
  const device = ingest.registry.device("r1");
  assert.equal(device?.holdTime, 30);
  assert.equal(device?.localAsn, undefined);
  assert.equal(device?.siteId, undefined);
  assert.equal(device?.asn, 65001);
  const wrong = await call(ingest, "PATCH", `${DEVICES}/r1`, { body: { asn: null } });
  assert.equal(wrong.status, 400);
  assert.match(errorOf(wrong).message, /^asn: missing/);
});

test("a device is removed, unless others use its table", async () => {
  const { id } = ingest.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] });
  ingest.registry.addDevice({ name: "sw1", type: "table", tableDeviceId: id });
  const refused = await call(ingest, "DELETE", `${DEVICES}/r1`);
  assert.equal(refused.status, 409);
  assert.match(errorOf(refused).message, /"sw1"/);
  assert.equal((await call(ingest, "DELETE", `${DEVICES}/sw1`)).status, 204);
  assert.equal((await call(ingest, "DELETE", `${DEVICES}/${id}`)).status, 204);
  assert.equal(ingest.registry.deviceCount(), 0);
});

test("the list comes in pages and by site", async () => {
  const site = ingest.registry.addSite({ name: "ams" });
  for (let n = 1; n <= 5; n += 1) {
    ingest.registry.addDevice({
      name: `r${n}`,
      asn: 65000 + n,
      addresses: [`192.0.2.${n}`],
      ...(n > 3 ? { siteId: site.id } : {}),
    });
  }
  const names: string[] = [];
  let after: number | null = 0;
  let pages = 0;
  while (after !== null) {
    const { devices, next } = await page(`?limit=2&after=${after}`);
    names.push(...devices.map(({ name }) => name));
    after = next;
    pages += 1;
  }
  assert.deepEqual(names, ["r1", "r2", "r3", "r4", "r5"]);
  assert.equal(pages, 3);
  assert.equal((await page("?limit=5")).next, null);
  assert.deepEqual(
    (await page("?site=ams")).devices.map(({ name }) => name),
    ["r4", "r5"],
  );
  for (const query of ["?limit=0", "?limit=x", "?limit=10001", "?after=-1", "?site=nowhere"]) {
    assert.equal((await call(ingest, "GET", `${DEVICES}${query}`)).status, 400, query);
  }
});

test("sessions are passed on as ingest has them", async () => {
  const { id } = ingest.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] });
  assert.deepEqual(JSON.parse((await call(ingest, "GET", `${DEVICES}/r1/sessions`)).text), { sessions: [] });
  const session = fakeSession(id, { hostname: "r1.example.net", roundTripMs: 3 });
  ingest.sessions.set(id, [session]);
  const answer = await call(ingest, "GET", `${DEVICES}/r1/sessions`);
  assert.deepEqual(JSON.parse(answer.text), { sessions: [session] });
});

test("sites are added, listed with their devices, and removed when empty", async () => {
  const added = await call(ingest, "POST", "/api/v1/sites", { body: { name: "ams" } });
  assert.equal(added.status, 201);
  const { id } = Device.parse(JSON.parse(added.text));
  assert.equal((await call(ingest, "POST", "/api/v1/sites", { body: { name: "AMS" } })).status, 409);
  assert.equal((await call(ingest, "POST", "/api/v1/sites", { body: { name: "" } })).status, 400);
  ingest.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"], siteId: id });
  const list = await call(ingest, "GET", "/api/v1/sites");
  assert.deepEqual(JSON.parse(list.text), { sites: [{ id, name: "ams", devices: 1 }] });
  const refused = await call(ingest, "DELETE", "/api/v1/sites/ams");
  assert.equal(refused.status, 409);
  assert.match(errorOf(refused).message, /has devices \("r1"\)/);
  ingest.registry.removeDevice("r1");
  assert.equal((await call(ingest, "DELETE", `/api/v1/sites/${id}`)).status, 204);
  assert.equal((await call(ingest, "DELETE", "/api/v1/sites/ams")).status, 404);
});

test("an MD5 key goes in and never comes out: answers say when it was set", async () => {
  const body = { name: "r1", asn: 65001, addresses: ["192.0.2.1"], md5Key: "not-for-show" };
  const made = await call(ingest, "POST", DEVICES, { body });
  const listed = await call(ingest, "GET", DEVICES);
  const changed = await call(ingest, "PATCH", `${DEVICES}/r1`, { body: { md5Key: "nor-this" } });
  for (const { text } of [made, listed, changed]) {
    assert.match(text, /"md5KeySetAt":"20/);
    assert.equal(/not-for-show|nor-this|"md5Key"/.test(text), false);
  }
  const { id } = Device.parse(JSON.parse(made.text));
  assert.equal(Buffer.from(ingest.registry.md5Key(id) ?? []).toString(), "nor-this");
  const refused = await call(ingest, "PATCH", `${DEVICES}/r1`, { body: { md5Key: "not\nfor-show" } });
  assert.equal(refused.status, 400);
  const wrongType = await call(ingest, "PATCH", `${DEVICES}/r1`, { body: { md5Key: ["not-for-show"] } });
  assert.equal(wrongType.status, 400);
  for (const { text } of [refused, wrongType]) assert.equal(text.includes("for-show"), false);
  const gone = await call(ingest, "PATCH", `${DEVICES}/r1`, { body: { md5Key: null } });
  assert.equal(gone.text.includes("md5"), false);
});
