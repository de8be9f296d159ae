import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CodecContext,
  codecContext,
  decodeMessage,
  encodeMessage,
  familyOf,
  fromHex,
  type Message,
  toHex,
  type UpdateMessage,
} from "@netferry/bgp";
import { parseExabgpCommand } from "@netferry/formats";
import { count, isFull, seed } from "./lib/count.ts";
import { exabgpCommands } from "./lib/exabgp-commands.ts";
import { encodeWithExabgp, type ExabgpAnswer, type ExabgpTestSession } from "./lib/exabgp-encoder.ts";
import { exabgpExplanations } from "./lib/explained-exabgp.ts";

/** Disagreements that a failure shows. */
const SHOWN = 12;
const INTERNAL: ExabgpTestSession = { localAsn: 65_000, peerAsn: 65_000, fourOctetAs: true, addPath: false };
const EXTERNAL: ExabgpTestSession = { ...INTERNAL, peerAsn: 65_001 };
const SESSIONS: readonly ExabgpTestSession[] = [
  INTERNAL,
  EXTERNAL,
  { ...EXTERNAL, fourOctetAs: false },
  { ...INTERNAL, addPath: true },
];
/** Those that ExaBGP has path identifiers for. */
const PATH_FAMILIES = new Set([1, 2].flatMap((afi) => [1, 4, 128].map((safi) => familyOf(afi, safi))));

function contextOf({ fourOctetAs, addPath }: ExabgpTestSession): CodecContext {
  const families = addPath ? PATH_FAMILIES : new Set<number>();
  return codecContext({ fourOctetAs, addPathSend: families, addPathReceive: families });
}

function oneUpdate(messages: readonly Message[]): UpdateMessage {
  const [message] = messages;
  assert.ok(messages.length === 1 && message?.type === "update", `${messages.length} messages`);
  return message;
}

/** Whether a rule knows that one of the two does not take a command; it goes to `used`. */
function refusal(who: "refuses" | "weRefuse", command: string, problem: string, used: Set<string>): boolean {
  const rule = exabgpExplanations.find((each) => {
    const known = each[who];
    return known?.commands.test(command) === true && known.says.test(problem);
  });
  if (rule !== undefined) used.add(rule.id);
  return rule !== undefined;
}

/** What disagrees, undefined if nothing does. The rules that it took go to `used`. */
function disagreement(
  command: string,
  session: ExabgpTestSession,
  answer: ExabgpAnswer,
  used: Set<string>,
): string | undefined {
  const parsed = parseExabgpCommand(command, session);
  if (!parsed.ok) {
    if ("problem" in answer) return undefined;
    const isKnown = refusal("weRefuse", command, parsed.problem, used);
    return isKnown ? undefined : `we say: ${parsed.problem}; ExaBGP has ${answer.messages.join(" ")}`;
  }
  let theirSession = session;
  for (const rule of exabgpExplanations) {
    const next = rule.session?.(command, theirSession) ?? theirSession;
    if (next !== theirSession) used.add(rule.id);
    theirSession = next;
  }
  const context = contextOf(theirSession);
  let ours = oneUpdate(parsed.messages);
  if ("problem" in answer) {
    const isKnown = refusal("refuses", command, answer.problem, used);
    return isKnown ? undefined : `ExaBGP says: ${answer.problem}`;
  }
  const [octets = "", ...more] = answer.messages;
  if (more.length === 0 && octets === toHex(encodeMessage(ours, context))) return undefined;
  const decoded = decodeMessage(fromHex(octets) ?? new Uint8Array(0), context);
  if (more.length > 0 || !decoded.ok || decoded.message.type !== "update")
    return `ExaBGP's are no one UPDATE: ${answer.messages.join(" ")}`;
  for (const { id, as } of exabgpExplanations) {
    const next = as?.({ command, session, ours, theirs: decoded.message }) ?? ours;
    if (next !== ours) used.add(id);
    ours = next;
  }
  const explained = toHex(encodeMessage(ours, context));
  return explained === octets ? undefined : `ours, explained ${explained}\n    theirs          ${octets}`;
}

test("ExaBGP encodes every command to the octets that we do", () => {
  const commands = exabgpCommands(seed, count);
  const used = new Set<string>();
  const problems: string[] = [];
  for (const session of SESSIONS) {
    const answers = encodeWithExabgp(
      commands.map(({ text }) => text),
      session,
    );
    for (const [index, { kind, text }] of commands.entries()) {
      const problem = disagreement(text, session, answers[index]!, used);
      if (problem !== undefined)
        problems.push(`${kind}: ${text} (${JSON.stringify(session)})\n    ${problem}`);
    }
  }
  assert.equal(problems.length, 0, `${problems.length} disagree:\n${problems.slice(0, SHOWN).join("\n")}`);
  process.stdout.write(`# ${commands.length} commands in ${SESSIONS.length} sessions\n`);
  if (isFull) {
    assert.deepEqual(
      exabgpExplanations.map(({ id }) => id).filter((id) => !used.has(id)),
      [],
      "explanations that nothing needs",
    );
  }
});
