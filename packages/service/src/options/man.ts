/** Manual pages of the program and of each of its commands, made from the same tables as their help. */
import type { Command, Program } from "./command.ts";
import { groupOptions } from "./help.ts";
import { type CommonGroup, leavesOf, type Leaf, pageOptions } from "./man-groups.ts";
import type { ManualEntry } from "./manual.ts";
import { argumentEntries, flagEntry, optionEntry, synopsis } from "./man-entries.ts";
import { bold, entry, line, macro, paragraphs, prose, sentences, source, verbatim } from "./roff.ts";
import { environmentNames } from "./spec.ts";
import { wrapCommand } from "./wrap.ts";

export interface ManPage {
  /** Below a directory of manual pages: `man8/netferry-agent.8`. */
  readonly file: string;
  /** roff, with the man(7) macros. */
  readonly text: string;
}

export interface ManOptions extends Program {
  /** What the program is. */
  readonly summary: string;
  readonly commands: readonly Command[];
  /** Of the release, as YYYY-MM-DD; the clock has no say in it. */
  readonly date: string;
}

/** Longest line of an example, in characters: what a terminal of 80 has left beside two margins. */
const EXAMPLE_WIDTH = 68;

const EXIT_STATUS: readonly ManualEntry[] = [
  { name: "0", text: "Done." },
  { name: "1", text: "It failed; one line on standard error says why." },
  { name: "2", text: "The command line, or a variable in the environment, is wrong." },
];

const VALUES_TEXT =
  "A flag takes its value after a space or an equals sign. Lists take several values, separated by commas or in repeated flags. A flag without a value is turned off by --no- before its name.";

const PRECEDENCE_TEXT =
  "What is on the command line wins, then the first of an option's variables that is set and not empty, in the order shown, then the default. A flag without a value is turned on by true, 1, yes or on, and off by false, 0, no or off.";

/** One page for the program, one for each command with those behind it. */
export function renderManPages(options: ManOptions): ManPage[] {
  return [overview(options), ...options.commands.map((command) => commandPage(options, command))];
}

function sectionOf(command: Command): number {
  return command.daemon ? 8 : 1;
}

function pageName(program: Program, command: Command): string {
  return `${program.name}-${command.name}`;
}

function reference(program: Program, command: Command): string {
  return `${pageName(program, command)}(${sectionOf(command)})`;
}

function overview(options: ManOptions): ManPage {
  const { name, summary, commands } = options;
  const body = [
    macro("SH", "NAME"),
    `${prose(name)} \\- ${prose(summary)}`,
    macro("SH", "SYNOPSIS"),
    ...synopsis([name], { arguments: {}, commands, runs: false }),
    macro("SH", "COMMANDS"),
    ...commands.flatMap((command) =>
      entry(bold(`${name} ${command.name}`), [
        ...sentences(`${fullStop(command.summary)} See ${reference(options, command)}.`),
      ]),
    ),
    macro("SH", "OPTIONS"),
    ...generalEntries("Show help, also behind a command."),
    ...paragraphs(VALUES_TEXT),
    macro("SH", "ENVIRONMENT"),
    ...paragraphs(`Most options can be set by variables, which the commands' pages name. ${PRECEDENCE_TEXT}`),
    macro("SH", "EXIT STATUS"),
    ...EXIT_STATUS.flatMap(manualEntry),
    ...seeAlso(commands.map((command) => reference(options, command))),
  ];
  return page(options, name, 1, body);
}

function commandPage(options: ManOptions, command: Command): ManPage {
  const { name } = options;
  const path = [name, command.name];
  const leaves = leavesOf(path, command);
  const groups = pageOptions(command, leaves);
  const { manual } = command;
  const examples = [command, ...leaves.map((leaf) => leaf.command)].flatMap(exampleLines);
  const body = [
    macro("SH", "NAME"),
    `${prose(pageName(options, command))} \\- ${prose(command.summary)}`,
    macro("SH", "SYNOPSIS"),
    ...(command.runs ? synopsis(path, { ...command, commands: [] }) : []),
    ...leaves.flatMap((leaf, index) => [
      ...(index > 0 || command.runs ? [".br"] : []),
      ...synopsis(leaf.path, leaf.command),
    ]),
    macro("SH", "DESCRIPTION"),
    ...paragraphs(command.description ?? fullStop(command.summary)),
    ...titled("ARGUMENTS", argumentEntries(command.arguments)),
    ...(command.runs ? titled("OPTIONS", optionPart(command)) : []),
    ...titled(
      "COMMANDS",
      leaves.flatMap((leaf) => leafPart(leaf, groups.own(leaf), groups.shared(leaf))),
    ),
    ...titled("COMMON OPTIONS", commonPart(groups.common)),
    ...(command.runs ? [] : titled("OPTIONS", generalEntries("Show help, also behind a command."))),
    ...titled("SIGNALS", (manual.signals ?? []).flatMap(manualEntry)),
    ...titled("CAPABILITIES", (manual.capabilities ?? []).flatMap(manualEntry)),
    macro("SH", "EXIT STATUS"),
    ...[...EXIT_STATUS, ...(manual.exitStatus ?? [])].flatMap(manualEntry),
    ...titled("ENVIRONMENT", [
      ...([command, ...leaves.map((leaf) => leaf.command)].some(readsVariables)
        ? paragraphs(`The variables that set an option stand with it. ${PRECEDENCE_TEXT}`)
        : []),
      ...(manual.environment ?? []).flatMap(manualEntry),
    ]),
    ...titled("FILES", (manual.files ?? []).flatMap(manualEntry)),
    ...titled("EXAMPLES", examples),
    ...seeAlso([
      `${name}(1)`,
      ...options.commands.filter((each) => each !== command).map((each) => reference(options, each)),
      ...(manual.seeAlso ?? []),
    ]),
  ];
  return page(options, pageName(options, command), sectionOf(command), body);
}

function page(options: ManOptions, name: string, section: number, body: readonly string[]): ManPage {
  const { name: program, version, date } = options;
  const release = `${program.charAt(0).toUpperCase()}${program.slice(1)} ${version}`;
  const title = section === 8 ? "System Administration" : "User Commands";
  const head = [
    '.\\" Made from the option tables: do not edit.',
    macro("TH", name.toUpperCase().replaceAll("-", "\\-"), String(section), date, release, title),
    // Names stay whole, and lines keep even gaps.
    ".nr HY 0",
    ".nh",
    ".ad l",
  ];
  return { file: `man${section}/${name}.${section}`, text: source([...head, ...body]) };
}

function optionPart(command: Command): string[] {
  const groups = groupOptions(command);
  const alone = groups.length < 2;
  const lines: string[] = [];
  for (const [title, options] of groups) {
    if (!alone) lines.push(macro("SS", prose(title)));
    lines.push(...options.flatMap(([flag, spec]) => optionEntry(flag, spec)));
  }
  if (!alone) lines.push(macro("SS", "General"));
  return [...lines, ...generalEntries("Show the help of the command.")];
}

function generalEntries(help: string): string[] {
  return [
    ...entry(flagEntry("help", "h"), sentences(help)),
    ...entry(flagEntry("version"), ["Show the version."]),
  ];
}

function leafPart(
  { path, command }: Leaf,
  own: readonly string[],
  shared: { readonly root: boolean; readonly common: readonly CommonGroup[] },
): string[] {
  const also = [
    ...(shared.root ? [`those of '${path.slice(0, -1).join(" ")}', above`] : []),
    ...shared.common.map(({ title }) => `${title}, below`),
  ];
  const summary = fullStop(command.summary);
  const text = command.description === undefined ? summary : `${summary}\n\n${command.description}`;
  return [
    macro("SS", prose(path.join(" "))),
    ...paragraphs(text).slice(1),
    ...argumentEntries(command.arguments),
    ...own,
    ...(also.length === 0
      ? []
      : paragraphs(`${own.length > 0 ? "Other options" : "Options"}: ${also.join("; ")}.`)),
  ];
}

function commonPart(groups: readonly CommonGroup[]): string[] {
  return groups.flatMap(({ title, options, leaves }) => [
    macro("SS", prose(title)),
    ...paragraphs(`Of ${listOf(leaves.map(({ path }) => `'${path.join(" ")}'`))}.`).slice(1),
    ...options.flatMap(([flag, spec]) => optionEntry(flag, spec)),
  ]);
}

function readsVariables({ options }: Command): boolean {
  return Object.entries(options).some(([flag, spec]) => environmentNames(flag, spec).length > 0);
}

function exampleLines(command: Command): string[] {
  return command.examples.flatMap(({ command: typed, text }) => [
    ...(text === undefined ? [] : paragraphs(/[.?!]$/.test(text) ? text : `${text}:`)),
    ...verbatim(wrapCommand(typed, EXAMPLE_WIDTH, 0)),
  ]);
}

function manualEntry({ name, text }: ManualEntry): string[] {
  return entry(bold(name), sentences(text));
}

function seeAlso(pages: readonly string[]): string[] {
  const words = pages.map((each, index) => {
    const [, name = each, section = ""] = /^(.*)(\(\d\))$/.exec(each) ?? [];
    return `${bold(name)}${section}${index < pages.length - 1 ? "," : ""}`;
  });
  return [macro("SH", "SEE ALSO"), ...words.map(line)];
}

function titled(title: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : [macro("SH", title), ...body];
}

function fullStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
