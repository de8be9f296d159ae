/** The reference page of all commands, made from the same tables as their help. */
import type { Command } from "./command.ts";
import { groupOptions, usageLine } from "./help.ts";
import { environmentNames, type OptionSpec } from "./spec.ts";
import { defaultText, numberText, placeholderOf } from "./values.ts";

/** Markdown for all commands; `programName` is what one types before them. */
export function renderReference(commands: readonly Command[], programName = "netferry"): string {
  const parts = [
    "# Command reference",
    "",
    "Made from the option tables by `npm run docs`: do not edit by hand.",
    "",
    "A flag takes its value after a space or an equals sign. Each flag can be set in the environment as well;",
    "what is on the command line wins, then the first environment variable that is set and not empty, then the",
    "default. A list takes several values, separated by commas or in repeated flags. A wrong command line",
    "ends with exit code 2, a command that failed with 1.",
    "",
    ...commands.flatMap((command) => tableOfContents([programName], command)),
    "",
    ...commands.flatMap((command) => commandPart([programName], command)),
  ];
  return `${parts.join("\n").trimEnd()}\n`;
}

function tableOfContents(path: readonly string[], command: Command): string[] {
  const own = [...path, command.name];
  const title = own.join(" ");
  return [
    `${"  ".repeat(path.length - 1)}- [\`${title}\`](#${title.replaceAll(" ", "-")}): ${command.summary}`,
    ...command.commands.flatMap((each) => tableOfContents(own, each)),
  ];
}

function commandPart(path: readonly string[], command: Command): string[] {
  const own = [...path, command.name];
  const parts = [
    `${"#".repeat(Math.min(own.length, 4))} ${own.join(" ")}`,
    "",
    `${command.summary}${command.summary.endsWith(".") ? "" : "."}`,
    "",
    ...(command.description === undefined ? [] : [command.description.trim(), ""]),
    "```",
    usageLine(own, command),
    "```",
    "",
    ...argumentTable(command),
    ...groupOptions(command).flatMap(([title, options]) => optionTable(title, options)),
    ...examplePart(command),
  ];
  return [...parts, ...command.commands.flatMap((each) => commandPart(own, each))];
}

function argumentTable(command: Command): string[] {
  const entries = Object.entries(command.arguments);
  if (entries.length === 0) return [];
  return [
    ...row(["Argument", "Description"]),
    ...row(["---", "---"]),
    ...entries.flatMap(([name, { description, optional }]) =>
      row([`\`${name.toUpperCase()}\``, optional === true ? `${description} (optional)` : description]),
    ),
    "",
  ];
}

function optionTable(title: string, options: readonly (readonly [string, OptionSpec])[]): string[] {
  return [
    `**${title}**`,
    "",
    ...row(["Flag", "Value", "Default", "Environment", "Description"]),
    ...row(["---", "---", "---", "---", "---"]),
    ...options.flatMap(([flag, spec]) => row(optionCells(flag, spec))),
    "",
  ];
}

function optionCells(flag: string, spec: OptionSpec): string[] {
  const short = spec.short === undefined ? "" : `\`-${spec.short}\`, `;
  const shown = defaultText(spec);
  const required = spec.type !== "bool" && spec.required === true;
  return [
    `${short}\`${`--${flag} ${placeholderOf(flag, spec)}`.trimEnd()}\``,
    valueText(spec),
    required ? "required" : codeUnlessWords(shown, spec),
    environmentNames(flag, spec)
      .map((name) => `\`${name}\``)
      .join(", "),
    spec.description,
  ];
}

function codeUnlessWords(shown: string, spec: OptionSpec): string {
  return shown === "" || spec.defaultText !== undefined ? shown : `\`${shown}\``;
}

function valueText(spec: OptionSpec): string {
  switch (spec.type) {
    case "bool":
      return "bool";
    case "int":
    case "float":
      return numberText(spec);
    case "string":
      return spec.choices === undefined ? "text" : spec.choices.map((each) => `\`${each}\``).join(", ");
    case "list":
      return spec.choices === undefined
        ? "list"
        : `list of ${spec.choices.map((each) => `\`${each}\``).join(", ")}`;
  }
}

function examplePart(command: Command): string[] {
  if (command.examples.length === 0) return [];
  const body = command.examples.flatMap(({ command: typed, text }) => [
    ...(text === undefined ? [] : [`# ${text}`]),
    typed,
  ]);
  return ["```sh", ...body, "```", ""];
}

function row(cells: readonly string[]): string[] {
  return [`| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`];
}
