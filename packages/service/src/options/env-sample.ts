/** A sample of a service's environment file, made from the same table as help: every variable, commented out. */
import type { Command } from "./command.ts";
import { groupOptions } from "./help.ts";
import { environmentName, environmentNames, type OptionSpec, type OptionTable } from "./spec.ts";
import { defaultText, numberText, placeholderOf } from "./values.ts";
import { wrap } from "./wrap.ts";

export interface EnvironmentSampleOptions {
  /** `netferry-agent`. */
  readonly service: string;
  /** Where the service looks for the file that the sample becomes. */
  readonly file: string;
  /** `netferry-agent(8)`. */
  readonly page: string;
  readonly command: Command;
  /** What the service itself sets, by variable; these are shown instead of the defaults. */
  readonly set: Readonly<Record<string, string>>;
}

/** Longest line of a comment, in characters. */
const WIDTH = 100;

/**
 * Text for systemd.exec(5) EnvironmentFile=: what is a setting begins with # and no space, what is a comment with # and a
 * space. Options that only the command line sets are left out.
 */
export function renderEnvironmentSample(options: EnvironmentSampleOptions): string {
  const { service, file, page, command, set } = options;
  const keepsSecrets = Object.values(command.options).some(
    (spec) => spec.secret === true && spec.env !== false,
  );
  const lines = [
    ...comment(
      `Settings of the service ${service}: copy this file to ${file}, take the # from the lines that you change, and restart the service (systemctl restart ${service}). What is commented out is what holds without it; a variable without a value counts as not set.`,
    ),
    ...(keepsSecrets ? comment("Secrets in it are for root alone: chmod 600.") : []),
    ...comment(`Manual: ${page}.`),
  ];
  for (const [title, entries] of groupOptions(command)) {
    const settable = entries.filter(([flag, spec]) => environmentNames(flag, spec).length > 0);
    if (settable.length === 0) continue;
    lines.push("", "", ...comment(`== ${title}`));
    for (const [flag, spec] of settable) lines.push("", ...setting(command.options, flag, spec, set));
  }
  return `${lines.join("\n")}\n`;
}

function setting(
  table: OptionTable,
  flag: string,
  spec: OptionSpec,
  set: Readonly<Record<string, string>>,
): string[] {
  const [name = "", ...aliases] = environmentNames(flag, spec);
  const value = set[name] ?? defaultValue(spec);
  const notes = valueNotes(flag, spec, set[name] === undefined);
  return [
    ...comment(inVariables(table, spec.description)),
    ...(notes === "" ? [] : comment(notes)),
    ...(aliases.length === 0 ? [] : comment(`Also read, where this is not set: ${aliases.join(", ")}`)),
    `#${name}=${environmentValue(value)}`,
  ];
}

/** What a value must be, and the default where only words can say it. */
function valueNotes(flag: string, spec: OptionSpec, ownDefault: boolean): string {
  const form = formOf(flag, spec);
  const notes = form === "" ? [] : [form];
  if (spec.type === "list") notes.push("several, separated by commas");
  if (spec.type !== "bool" && spec.required === true && ownDefault) notes.push("required");
  if (spec.defaultText !== undefined && ownDefault) notes.push(`default: ${defaultText(spec)}`);
  return notes.length === 0 ? "" : `Value: ${notes.join("; ")}`;
}

function formOf(flag: string, spec: OptionSpec): string {
  switch (spec.type) {
    case "bool":
      return "true or false";
    case "int":
    case "float":
      return numberText(spec);
    case "string":
    case "list":
      return spec.choices === undefined ? toldForm(flag, spec) : `one of ${spec.choices.join(", ")}`;
  }
}

/** What stands for the value in help, where that is more than the option's name again. */
function toldForm(flag: string, spec: OptionSpec): string {
  const form = placeholderOf(flag, spec);
  return flag.toUpperCase().split("-").includes(form) ? "" : form;
}

function defaultValue(spec: OptionSpec): string {
  if (spec.type === "bool") return String(spec.default ?? false);
  return spec.defaultText === undefined ? defaultText(spec) : "";
}

/** Flags of the table by the names that they have in the environment. */
function inVariables(table: OptionTable, text: string): string {
  return text.replaceAll(/--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)/g, (word, flag: string) =>
    Object.hasOwn(table, flag) && table[flag]?.env !== false ? environmentName(flag) : word,
  );
}

/** As systemd reads values: quoted where anything in it would mean something. */
function environmentValue(text: string): string {
  return /^[\w.,:/@%+\-[\]]*$/.test(text) ? text : `"${text.replaceAll(/["\\`$]/g, String.raw`\$&`)}"`;
}

function comment(text: string): string[] {
  // systemd takes a backslash at the end to go on with the comment on the next line.
  return wrap(text, WIDTH - 2).map((each) => `# ${each.replace(/[\\ ]+$/, "")}`);
}
