/** The help of a command, made from its table. */
import type { Command, Program } from "./command.ts";
import { type ArgumentTable, environmentNames, type OptionSpec } from "./spec.ts";
import { defaultText, type Environment, environmentInUse, numberText, placeholderOf } from "./values.ts";
import { columns, leftWidth, paragraphs, wrap, wrapCommand } from "./wrap.ts";

const UNGROUPED = "Options";

/** The help of the whole program. */
export function programHelp(
  program: Program,
  summary: string,
  commands: readonly Pick<Command, "name" | "summary">[],
  width: number,
): string {
  return lines([
    `Usage: ${program.name} COMMAND [options]`,
    "",
    ...(summary === "" ? [] : [...paragraphs(summary, width), ""]),
    "Commands:",
    ...columns(
      commands.map(({ name, summary: text }) => [name, text]),
      width,
    ),
    "",
    "Options:",
    ...columns([["-h, --help", "Show help, also behind a command"], VERSION_ENTRY], width),
    "",
    ...wrap(
      `'${program.name} COMMAND --help' explains a command. Each flag can also be set in the environment, under the $NAME that its help shows.`,
      width,
    ),
  ]);
}

/**
 * The help of one command or group; `path` are the words that lead to it, the program's name first. A variable of
 * the environment that sets an option is marked.
 */
export function commandHelp(
  path: readonly string[],
  command: Command,
  width: number,
  environment: Environment,
): string {
  const usage = usageLine(path, command);
  const groups: Entries[] = [
    ...optionGroups(command, environment),
    ["General", [["-h, --help", "Show this help"], VERSION_ENTRY]],
  ];
  const left = leftWidth(groups.flatMap(([, entries]) => entries));
  return lines([
    ...wrap(`Usage: ${usage}`, width),
    "",
    ...paragraphs(command.summary, width),
    ...(command.description === undefined ? [] : ["", ...paragraphs(command.description, width)]),
    ...section(
      "Commands",
      columns(
        command.commands.map(({ name, summary }) => [name, summary]),
        width,
      ),
    ),
    ...section("Arguments", columns(argumentEntries(command.arguments), width)),
    ...groups.flatMap(([title, entries]) => section(title, columns(entries, width, left))),
    ...section("Examples", exampleLines(command, width)),
  ]);
}

type Entries = readonly [string, readonly (readonly [string, string])[]];

const VERSION_ENTRY: readonly [string, string] = ["    --version", "Show the version"];

/** `netferry device add NAME [options]`. */
export function usageLine(path: readonly string[], command: Command): string {
  const words = [...path];
  if (command.commands.length > 0) words.push(command.runs ? "[COMMAND]" : "COMMAND");
  for (const [name, { optional, variadic }] of Object.entries(command.arguments)) {
    const word = `${name.toUpperCase()}${variadic === true ? "..." : ""}`;
    words.push(optional === true ? `[${word}]` : word);
  }
  words.push("[options]");
  return words.join(" ");
}

/** Options under their headings, in the order of the table; those without a group come first. */
export function groupOptions(command: Command): [string, [string, OptionSpec][]][] {
  const groups = new Map<string, [string, OptionSpec][]>();
  for (const [flag, spec] of Object.entries(command.options)) {
    const title = spec.group ?? UNGROUPED;
    const entries = groups.get(title);
    if (entries === undefined) groups.set(title, [[flag, spec]]);
    else entries.push([flag, spec]);
  }
  return [...groups].toSorted(([a], [b]) => Number(b === UNGROUPED) - Number(a === UNGROUPED));
}

function optionGroups(command: Command, environment: Environment): Entries[] {
  return groupOptions(command).map(([title, options]): Entries => [
    title,
    options.map(([flag, spec]): [string, string] => [
      flagText(flag, spec),
      optionText(flag, spec, environment),
    ]),
  ]);
}

/** `-n, --count N`. */
function flagText(flag: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  return `${short}--${flag} ${placeholderOf(flag, spec)}`.trimEnd();
}

function optionText(flag: string, spec: OptionSpec, environment: Environment): string {
  const notes = valueNotes(spec);
  const inUse = environmentInUse(flag, spec, environment);
  const variables = environmentNames(flag, spec).map(
    (name) => `$${name}${name === inUse ? " (in use)" : ""}`,
  );
  const text = `${spec.description}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
  return variables.length === 0 ? text : `${text} [${variables.join(", ")}]`;
}

/** What a value must be and what it is by default, without its environment variables. */
export function valueNotes(spec: OptionSpec): string[] {
  const notes: string[] = [];
  if (spec.type !== "bool" && spec.required === true) notes.push("required");
  if (spec.type === "list") notes.push("repeatable, or with commas");
  if ((spec.type === "string" || spec.type === "list") && spec.choices !== undefined) {
    notes.push(`one of ${spec.choices.join(", ")}`);
  }
  if (spec.type === "int" || spec.type === "float") {
    if (spec.min !== undefined || spec.max !== undefined) notes.push(numberText(spec));
  }
  const text = defaultText(spec);
  if (text !== "") notes.push(`default: ${text}`);
  return notes;
}

function argumentEntries(args: ArgumentTable): [string, string][] {
  return Object.entries(args).map(([name, { description, optional, variadic }]) => [
    `${name.toUpperCase()}${variadic === true ? "..." : ""}`,
    optional === true ? `${description} (optional)` : description,
  ]);
}

function exampleLines(command: Command, width: number): string[] {
  return command.examples.flatMap(({ command: typed, text }) => [
    ...(text === undefined ? [] : wrap(`${text}:`, width - 2).map((line) => `  ${line}`)),
    ...wrapCommand(typed, width, text === undefined ? 2 : 4),
  ]);
}

function section(title: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : ["", `${title}:`, ...body];
}

function lines(text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}
