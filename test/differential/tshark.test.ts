import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attribute, codecFamilies, encodeMessage, familyName, toHex } from "@netferry/bgp";
import { count, isFull, seed } from "./lib/count.ts";
import { expectedFacts } from "./lib/expect.ts";
import { tsharkExplanations } from "./lib/explained-tshark.ts";
import { unexplained } from "./lib/explanation.ts";
import { differences } from "./lib/facts.ts";
import { subjects } from "./lib/subjects.ts";
import { dissect, EXPERT } from "./lib/tshark.ts";

/** Disagreements that a failure shows. */
const SHOWN = 12;

test("tshark says of every message what our model says", () => {
  const all = subjects(seed, count);
  const expected = all.map(({ message, context }) => expectedFacts(message, context));
  const fields = [...new Set(expected.flatMap((facts) => [...facts.keys()]))];
  const used = new Set<string>();
  const problems: string[] = [];
  let agreed = 0;
  for (const fourOctetAs of [true, false]) {
    const chosen = all
      .map((subject, index) => ({
        subject,
        ours: expected[index]!,
        bytes: encodeMessage(subject.message, subject.context),
      }))
      .filter(({ subject }) => subject.context.fourOctetAs === fourOctetAs);
    const dissected = dissect(
      chosen.map(({ bytes }) => bytes),
      fields,
      fourOctetAs,
    );
    for (const [index, { subject, ours, bytes }] of chosen.entries()) {
      const theirs = new Map(dissected[index]);
      const said = theirs.get(EXPERT) ?? [];
      theirs.delete(EXPERT);
      const found = differences(ours, theirs);
      const left = unexplained(subject, found, said, tsharkExplanations, used);
      if (found.length + said.length === 0) agreed += 1;
      if (left.length > 0) problems.push(`${subject.kind} ${toHex(bytes)}\n    ${left.join("\n    ")}`);
    }
  }
  assert.equal(problems.length, 0, `${problems.length} disagree:\n${problems.slice(0, SHOWN).join("\n")}`);
  // Most of them need no explanation, and of a long run every explanation is needed.
  assert.ok(agreed > all.length / 2, `${agreed} of ${all.length} agree without an explanation`);
  process.stdout.write(
    `# ${all.length} messages, ${fields.length} fields, ${agreed} agree without an explanation\n`,
  );
  if (isFull) {
    assert.deepEqual(
      tsharkExplanations.map(({ id }) => id).filter((id) => !used.has(id)),
      [],
      "explanations that nothing needs",
    );
  }
});

test("there are messages of every family and every attribute", () => {
  const kinds = new Set(subjects(seed, count).map(({ kind }) => kind));
  for (const family of codecFamilies)
    assert.ok(kinds.has(`routes ${familyName(family)}`), familyName(family));
  const attributes: readonly Attribute["type"][] = [
    "multi-exit-disc",
    "local-pref",
    "aggregator",
    "communities",
    "originator-id",
    "cluster-list",
    "extended-communities",
    "large-communities",
    "only-to-customer",
    "pmsi-tunnel",
    "tunnel-encapsulation",
    "aigp",
    "bgp-ls",
    "bgpsec-path",
    "d-path",
    "prefix-sid",
    "attribute-set",
  ];
  for (const type of attributes) assert.ok(kinds.has(`attribute ${type}`), type);
});
