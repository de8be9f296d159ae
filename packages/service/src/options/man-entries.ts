/** Entries of manual pages: flags, arguments and how a command is called. */
import type { Command } from "./command.ts";
import { valueNotes } from "./help.ts";
import { type ArgumentTable, environmentNames, type OptionSpec } from "./spec.ts";
import { placeholderOf } from "./values.ts";
import { bold, entry, italic, line, roffText, sentences } from "./roff.ts";

/** How a command is called, as one input line. */
export function synopsis(
  path: readonly string[],
  command: Pick<Command, "arguments" | "commands" | "runs">,
): string[] {
  const words = [bold(path.join(" "))];
  if (command.commands.length > 0) words.push(command.runs ? `[${italic("COMMAND")}]` : italic("COMMAND"));
  for (const [name, { optional, variadic }] of Object.entries(command.arguments)) {
    const word = `${italic(name.toUpperCase())}${variadic === true ? "..." : ""}`;
    words.push(optional === true ? `[${word}]` : word);
  }
  return [[...words, `[${italic("options")}]`].join(" ")];
}

/** `-n, --count N`, the flags bold. */
export function flagEntry(flag: string, short?: string, placeholder = ""): string {
  const letter = short === undefined ? "" : `${bold(`-${short}`)}, `;
  return `${letter}${bold(`--${flag}`)}${placeholder === "" ? "" : ` ${italic(placeholder)}`}`;
}

/** An option with what its value must be, its default and its variables. */
export function optionEntry(flag: string, spec: OptionSpec): string[] {
  const notes = valueNotes(spec).join("; ");
  const variables = environmentNames(flag, spec);
  return entry(flagEntry(flag, spec.short, placeholderOf(flag, spec)), [
    ...sentences(spec.description.replace(/(?<![.?!])$/, ".")),
    ...(notes === "" ? [] : [".br", line(roffText(`${notes.charAt(0).toUpperCase()}${notes.slice(1)}`))]),
    ...(variables.length === 0 ? [] : [".br", `Environment: ${variables.map(bold).join(", ")}`]),
  ]);
}

export function argumentEntries(args: ArgumentTable): string[] {
  return Object.entries(args).flatMap(([name, { description, optional, variadic }]) => {
    const text = optional === true ? `${description} (optional)` : description;
    return entry(`${italic(name.toUpperCase())}${variadic === true ? "..." : ""}`, [
      ...sentences(text.replace(/(?<![.?!])$/, ".")),
    ]);
  });
}
