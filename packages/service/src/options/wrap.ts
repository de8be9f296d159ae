/** Text in columns for a terminal. */

/** Widest and narrowest text that help is laid out for, in characters. */
const MAX_WIDTH = 110;
const MIN_WIDTH = 40;

/** Where there is no terminal to ask. */
const DEFAULT_WIDTH = 80;

/** Widest left column; a longer entry stands on a line of its own. */
const MAX_LEFT = 32;

/** Narrowest right column; with less, descriptions go below their entries. */
const MIN_RIGHT = 30;

/** The width to lay out for, given the terminal's columns, if any. */
export function textWidth(terminalColumns: number | undefined): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, terminalColumns ?? DEFAULT_WIDTH));
}

/** Lines of at most `width` characters, broken at spaces; a longer word is not broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Paragraphs (separated by empty lines in `text`), wrapped. */
export function paragraphs(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of text.split(/\n\s*\n/)) {
    if (lines.length > 0) lines.push("");
    lines.push(...wrap(part, width));
  }
  return lines;
}

/** The width of the left column that fits these entries, leaving out those that are too long for it. */
export function leftWidth(entries: readonly (readonly [string, string])[]): number {
  return Math.max(0, ...entries.map(([left]) => left.length).filter((each) => each <= MAX_LEFT));
}

/** A list of entries with descriptions, aligned, indented by two. */
export function columns(
  entries: readonly (readonly [string, string])[],
  width: number,
  left = leftWidth(entries),
): string[] {
  const start = 2 + left + 2;
  const below = width - start < MIN_RIGHT;
  const indent = below ? 6 : start;
  const lines: string[] = [];
  for (const [entry, description] of entries) {
    const [first, ...rest] = wrap(description, width - indent);
    if (below || entry.length > left) {
      lines.push(`  ${entry}`);
      if (first !== undefined) lines.push(" ".repeat(indent) + first);
    } else {
      lines.push(`  ${entry.padEnd(left)}  ${first ?? ""}`.trimEnd());
    }
    for (const line of rest) lines.push(" ".repeat(indent) + line);
  }
  return lines;
}

/** A command for a shell, broken between its words; it can be copied as it stands. */
export function wrapCommand(command: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  let room = width - indent;
  for (const word of command.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []) {
    if (line === "") line = word;
    // Two columns are for the backslash.
    else if (line.length + 1 + word.length <= room - 2) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
      room = width - indent - 2;
    }
  }
  lines.push(line);
  return lines.map((each, index) => {
    const start = " ".repeat(index === 0 ? indent : indent + 2);
    return `${start}${each}${index === lines.length - 1 ? "" : " \\"}`;
  });
}
