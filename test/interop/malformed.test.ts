/**
 * Every malformed UPDATE of packages/bgp/test/malformed to BIRD and FRR, over sessions on loopback: what they do is what
 * our decoder comes to, or one of the differences that docs/differential.md explains.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { decodeMessage } from "@netferry/bgp";
import { type MalformedCase, messageOf, type SessionKind } from "../../packages/bgp/test/malformed/case.ts";
import { malformedTables } from "../../packages/bgp/test/malformed/tables.ts";
import { Asker, expectedOutcome, familiesOf, needsInternal } from "./lib/malformed/ask.ts";
import { MalformedBird } from "./lib/malformed/bird.ts";
import { contextOf, type MalformedDaemon, type Neighbor } from "./lib/malformed/daemon.ts";
import { type Difference, malformedExplanations } from "./lib/malformed/explained.ts";
import { MalformedFrr } from "./lib/malformed/frr.ts";
import { requireInterop } from "./lib/requirements.ts";

requireInterop();

/** Sessions of the kind that most cases need, so that they go side by side. */
const SIDE_BY_SIDE = 6;
const KINDS: readonly SessionKind[] = ["internal", "external", "two-octet-as", "add-path"];
const all = Object.values(malformedTables).flat();

/** FRR is lenient to external neighbours alone: it is asked as one, but for what counts among internal ones only. */
function neighborsOf(daemon: MalformedDaemon): Neighbor[] {
  const external = daemon.name === "frr";
  const plain = Array.from({ length: SIDE_BY_SIDE }, (): Omit<Neighbor, "name" | "address"> => ({
    kind: "internal",
    external,
  }));
  const others = KINDS.slice(1).map((kind) => ({ kind, external: external || kind === "external" }));
  const inside = external ? [{ kind: "internal" as const, external: false }] : [];
  return [...plain, ...others, ...inside].map(({ kind, external: isExternal }, index) => ({
    name: `n${index}`,
    address: `127.0.79.${20 + index}`,
    kind,
    external: isExternal,
  }));
}

function casesOf(daemon: MalformedDaemon, neighbors: readonly Neighbor[]): Map<Neighbor, MalformedCase[]> {
  const asked = new Map<Neighbor, MalformedCase[]>(neighbors.map((neighbor) => [neighbor, []]));
  for (const one of all) {
    if (!familiesOf(one).every((family) => daemon.families.has(family))) continue;
    const inside = daemon.name === "frr" && needsInternal(one);
    const able = neighbors.filter(
      ({ kind, external }) =>
        kind === one.session && (inside ? !external : daemon.name !== "frr" || external),
    );
    const [least] = able.toSorted((a, b) => asked.get(a)!.length - asked.get(b)!.length);
    if (least !== undefined) asked.get(least)!.push(one);
  }
  return asked;
}

async function ask(daemon: MalformedDaemon): Promise<{ asked: number; differences: Difference[] }> {
  const neighbors = neighborsOf(daemon);
  await daemon.start(neighbors);
  const differences: Difference[] = [];
  let asked = 0;
  const one = async (neighbor: Neighbor, cases: readonly MalformedCase[]): Promise<void> => {
    const asker = new Asker(daemon, neighbor);
    const context = contextOf(neighbor);
    for (const malformed of cases) {
      const theirs = await asker.ask(malformed);
      const ours = expectedOutcome(malformed, context);
      asked += 1;
      if (theirs === ours) continue;
      const decoded = decodeMessage(messageOf(malformed), context);
      differences.push({ one: malformed, neighbor, ours, theirs, errors: decoded.ok ? decoded.errors : [] });
    }
    await asker.close();
  };
  await Promise.all([...casesOf(daemon, neighbors)].map(([neighbor, cases]) => one(neighbor, cases)));
  return { asked, differences };
}

suite("malformed UPDATEs", { concurrency: true }, () => {
  const directory = mkdtempSync(join(tmpdir(), "netferry-malformed-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

  for (const daemon of [new MalformedBird(directory), new MalformedFrr(directory)]) {
    test(`${daemon.name} does with them what our decoder says, or what is explained`, async (t) => {
      try {
        const { asked, differences } = await ask(daemon);
        const known = malformedExplanations.filter((one) => one.daemon === daemon.name);
        const used = new Set<string>();
        const unexplained = differences.filter((difference) => {
          const found = known.find(({ theirs, when }) => theirs === difference.theirs && when(difference));
          if (found !== undefined) used.add(found.id);
          return found === undefined;
        });
        t.diagnostic(
          `${asked} asked, ${asked - differences.length} the same, ${differences.length} explained`,
        );
        assert.deepEqual(
          unexplained.map(({ one, ours, theirs }) => `${one.name}: ours ${ours}, theirs ${theirs}`),
          [],
        );
        assert.deepEqual(
          known.map(({ id }) => id).filter((id) => !used.has(id)),
          [],
          "explanations that nothing needs",
        );
        assert.ok(asked >= 300);
      } catch (error) {
        process.stderr.write(`${daemon.log()}\n`);
        throw error;
      } finally {
        await daemon.stop();
      }
    });
  }

  test("the page explains every rule, and no other", () => {
    const page = readFileSync(new URL("../../docs/differential.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| ([BF]\d+) +\|/gm)].map(([, id]) => id);
    assert.deepEqual(
      rows,
      malformedExplanations.map(({ id }) => id),
    );
  });
});
