import type { CodecContext, Family } from "@netferry/bgp";
import { messagesOfHexLine } from "@netferry/formats";
import { errorText } from "@netferry/service/command-line";
import { splitLines } from "../client/json-lines.ts";
import type { Item, Source, Speaker } from "./item.ts";
import { openOf } from "./open-of.ts";
import { SessionTable } from "./session-table.ts";

const SESSION = "hex";

/** Messages of hexadecimal lines: of one session, the sides of which send their OPENs in turn. */
export async function* hexSource(
  chunks: AsyncIterable<Uint8Array>,
  fallback: CodecContext,
  from: Speaker,
  to: Speaker,
): Source {
  const sessions = new SessionTable<string>(fallback);
  let side: 0 | 1 = 1;
  let number = 0;
  try {
    for await (const lines of splitLines(chunks)) {
      for (const line of lines) {
        number++;
        yield* itemsOf(line, `line ${number}`);
      }
    }
  } catch (error) {
    yield { kind: "problem", place: `line ${number + 1}`, text: errorText(error) };
  }
  return { notes: [], losses: [] };

  function* itemsOf(line: string, place: string): Generator<Item> {
    const result = messagesOfHexLine(line);
    if (!result.ok) return yield { kind: "problem", place, text: result.problem };
    for (const bytes of result.messages) {
      const open = openOf(bytes);
      if (open !== undefined) {
        side = side === 0 ? 1 : 0;
        sessions.learn(SESSION, side, open);
      }
      yield { kind: "message", origin: { place, from, to }, bytes, context: context() };
    }
  }

  /** Who of the two sent a line is not told: path identifiers are expected if either sends them. */
  function context(): CodecContext {
    const [first, second] = [sessions.context(SESSION, 0), sessions.context(SESSION, 1)];
    const addPathReceive: ReadonlySet<Family> = new Set([...first.addPathReceive, ...second.addPathReceive]);
    return { ...first, addPathReceive };
  }
}
