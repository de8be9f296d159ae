import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Attribute,
  decodeMessage,
  encodeAttributes,
  encodeMessage,
  encodeNlri,
  IPV4_UNICAST,
  type SessionContext,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";
import { systemClock } from "@netferry/service";
import { BgpSpeaker } from "@netferry/testkit";
import { count, isFull, seed } from "./lib/count.ts";
import { gobgpExplanations } from "./lib/explained-gobgp.ts";
import { GobgpDaemon } from "./lib/gobgp-daemon.ts";
import { type GobgpRoute, gobgpRoutes } from "./lib/gobgp-routes.ts";

const ASN = 65_001;
const NEIGHBOR = "127.0.0.2";
/** A process for each: fewer than of others. */
const PER_KIND = Math.ceil(count / 5);
const PATIENCE_MS = 10_000;
const SHOWN = 12;

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

const only = (mine: readonly string[], others: readonly string[]): string =>
  mine.filter((one) => !others.includes(one)).join(" ");

/** The attributes of our UPDATE of a route, in hexadecimal and in order. */
function attributesOf({ family, value, nextHop, attributes }: GobgpRoute): string[] {
  const defaults: readonly Attribute[] = [
    { type: "origin", origin: "incomplete" },
    { type: "as-path", segments: [] },
    { type: "local-pref", value: 100 },
  ];
  const all = [
    ...defaults.filter(({ type }) => !attributes.some((told) => told.type === type)),
    ...attributes,
  ];
  const nlri = [{ bytes: encodeNlri(family, value) }];
  all.push(
    family === IPV4_UNICAST
      ? { type: "next-hop", address: nextHop }
      : { type: "mp-reach", family, nextHop, nlri },
  );
  return all.map((attribute) => toHex(encodeAttributes([attribute]))).sort();
}

function disagreements(
  route: GobgpRoute,
  bytes: Uint8Array,
  context: SessionContext,
  used: Set<string>,
): string[] {
  const decoded = decodeMessage(bytes, context);
  if (!decoded.ok || decoded.message.type !== "update") return ["not an UPDATE"];
  const message: UpdateMessage = decoded.message;
  const found: string[] = [];
  if (decoded.errors.length > 0) found.push(`errors: ${JSON.stringify(decoded.errors)}`);
  if (toHex(encodeMessage(message, context)) !== toHex(bytes)) {
    found.push(`again ${toHex(encodeMessage(message, context))}\n    theirs ${toHex(bytes)}`);
  }
  let asked = route;
  for (const { id, as } of gobgpExplanations) {
    const next = as(asked);
    if (next !== asked) used.add(id);
    asked = next;
  }
  const ours = attributesOf(asked);
  const theirs = message.attributes.map((attribute) => toHex(encodeAttributes([attribute]))).sort();
  if (ours.join() !== theirs.join()) {
    found.push(`ours ${only(ours, theirs)}\n    theirs ${only(theirs, ours)}`);
  }
  const nlri = asked.family === IPV4_UNICAST ? [toHex(encodeNlri(asked.family, asked.value))] : [];
  const got = message.nlri.map((each) => toHex(each.bytes));
  if (nlri.join() !== got.join()) found.push(`nlri ours ${nlri.join()}; theirs ${got.join()}`);
  return found;
}

test("GoBGP sends for every route the octets that we do", async () => {
  const routes = gobgpRoutes(seed, PER_KIND);
  const updates: Uint8Array[] = [];
  const used = new Set<string>();
  const problems: string[] = [];
  await using gobgp = await GobgpDaemon.start(ASN, NEIGHBOR);
  const families = [...new Set(routes.map(({ family }) => family))];
  const speaker = new BgpSpeaker({
    session: { localAsn: ASN, localIdentifier: 2, holdTime: 90, passive: false, families },
    dial: { host: "127.0.0.1", port: gobgp.port, localAddress: NEIGHBOR },
    clock: systemClock,
    random: () => 0.5,
    reconnect: { firstMs: 200, maxMs: 1000 },
    listener: { update: (_, bytes) => updates.push(bytes.slice()) },
  });
  try {
    speaker.start();
    await until("the session is there", () => speaker.context !== undefined);
    for (const route of routes) {
      const before = updates.length;
      const command = route.words.join(" ");
      const refused = await gobgp.add(route.words);
      if (refused !== undefined) {
        problems.push(`${route.kind}: ${command}\n    GoBGP says: ${refused}`);
        continue;
      }
      await until(`an UPDATE for ${command}`, () => updates.length > before);
      const found = disagreements(route, updates.at(-1)!, speaker.context!, used);
      if (found.length > 0) problems.push(`${route.kind}: ${command}\n    ${found.join("\n    ")}`);
    }
  } finally {
    speaker.abort();
    await speaker.stop();
  }
  assert.equal(problems.length, 0, `${problems.length} disagree:\n${problems.slice(0, SHOWN).join("\n")}`);
  process.stdout.write(`# ${routes.length} routes\n`);
  if (isFull) {
    assert.deepEqual(
      gobgpExplanations.map(({ id }) => id).filter((id) => !used.has(id)),
      [],
      "explanations that nothing needs",
    );
  }
});
