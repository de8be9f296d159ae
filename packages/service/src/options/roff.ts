/** Text as roff, for the man(7) macros: what groff and mandoc read alike. */
import { wrap } from "./wrap.ts";

/** Characters that a formatter would turn into typographic ones, or take for its own. */
const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** What is set off in prose: quoted commands, flags, and names with underscores as variables and capabilities have them. */
const LITERAL =
  /'(netferry[^']*)'|(?<![\w-])(--[a-z][a-z0-9]*(?:-[a-z0-9]+)*)|\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:[A-Z0-9]+\b)?)/g;

/** Text that reads as it is written, at any place of a line but its beginning. */
export function roffText(text: string): string {
  return text.replaceAll(
    /[\\\-'"`^~]|[^\u0020-\u007e]/gu,
    (character) => SPECIAL[character] ?? unicode(character),
  );
}

function unicode(character: string): string {
  // A line break or a tab in the middle of a text would be markup.
  if (/\p{Cc}/u.test(character)) return " ";
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

export function bold(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${roffText(text)}\\fR`;
}

/** Prose in which commands, flags and variables are bold. */
export function prose(text: string): string {
  let out = "";
  let end = 0;
  for (const match of text.matchAll(LITERAL)) {
    const literal = match[1] ?? match[2] ?? match[3] ?? "";
    out += roffText(text.slice(end, match.index)) + bold(literal);
    end = match.index + match[0].length;
  }
  return out + roffText(text.slice(end));
}

/** An input line of text: one that begins like a macro call is kept from being one. */
export function line(roff: string): string {
  return /^[.'\s]/.test(roff) ? `\\&${roff}` : roff;
}

/** A macro call; each argument is one word for it, whatever is in it. Arguments are roff already. */
export function macro(name: string, ...args: readonly string[]): string {
  return [`.${name}`, ...args.map((each) => (/^[^ ]+$/.test(each) ? each : `"${each}"`))].join(" ");
}

/** Sentences on lines of their own, as formatters want them. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.?!]) (?=[A-Z'-])/)
    .map((each) => line(prose(each.trim())))
    .filter((each) => each !== "");
}

/** Paragraphs, which empty lines separate. */
export function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/).flatMap((each) => [".PP"].concat(sentences(each.replaceAll(/\s+/g, " "))));
}

/** An entry of a list of definitions; no line of the body begins a paragraph. */
export function entry(tag: string, body: readonly string[]): string[] {
  return [".TP", line(tag), ...(body.length === 0 ? ["\\&"] : body)];
}

/** Lines as they are, indented. */
export function verbatim(lines: readonly string[]): string[] {
  return [".PP", ".RS 4", ".EX", ...lines.map((each) => line(roffText(each))), ".EE", ".RE"];
}

/** Longest input line, in octets, past which mandoc frowns. */
const MAX_LINE = 80;

/** A page of these lines: long ones are broken between words, and paragraphs begin once. */
export function source(lines: readonly string[]): string {
  const out: string[] = [];
  let filled = true;
  for (const each of lines) {
    if (each === ".EX") filled = false;
    if (each === ".EE") filled = true;
    const afterHeading = /^\.S[HS] /.test(out.at(-1) ?? "");
    if (each === ".PP" && afterHeading) continue;
    if (filled && !each.startsWith(".")) out.push(...wrap(each, MAX_LINE).map(line));
    else out.push(each);
  }
  return `${out.join("\n")}\n`;
}
