/** The words of a command line, sorted into flags and positional arguments by a command's table. */
import { parseArgs } from "node:util";
import { UsageError } from "../errors.ts";
import type { OptionTable } from "./spec.ts";
import { suggestion } from "./suggest.ts";
import { BUILT_IN_FLAGS } from "./table.ts";

export interface CommandLine {
  /** Raw values by flag, in the order given; a bool without value is `true`, negated `false`. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
}

interface Word {
  readonly flag: string;
  readonly raw: string;
}

/** Throws a {@link UsageError} on an unknown flag, or on a flag without its value. */
export function readCommandLine(
  words: readonly string[],
  options: OptionTable,
  takesArguments: boolean,
): CommandLine {
  const { tokens } = parseArgs({
    args: [...words],
    options: parserOptions(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Map<string, string[]>();
  const positionals: string[] = [];
  let help = false;
  let version = false;
  let bareBool: { flag: string; index: number } | undefined;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      // "Either a space or = between an argument's name and its value" holds for bools as well, where
      // the word could not be an argument of the command.
      if (!takesArguments && bareBool?.index === token.index - 1 && isBoolWord(token.value)) {
        flags.set(bareBool.flag, [token.value]);
      } else {
        positionals.push(token.value);
      }
      continue;
    }
    if (token.name === "help") {
      help = true;
      continue;
    }
    if (token.name === "version") {
      version = true;
      continue;
    }
    const inline = inlineValue(token);
    const negated = negatedFlag(token.name, options);
    if (negated !== undefined && inline === undefined) {
      flags.set(negated, ["false"]);
      continue;
    }
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (spec === undefined) throw unknownFlag(token.rawName, token.name, options);
    if (spec.type === "bool") {
      flags.set(token.name, [inline ?? "true"]);
      bareBool = inline === undefined ? { flag: token.name, index: token.index } : undefined;
      continue;
    }
    const word = valueOf(
      { flag: token.name, raw: token.rawName },
      inline ?? token.value,
      inline !== undefined,
    );
    const earlier = flags.get(word.flag);
    if (spec.type === "list" && earlier !== undefined) earlier.push(word.value);
    else flags.set(word.flag, [word.value]);
  }
  return { flags, positionals, help, version };
}

/** The value behind an equals sign, or right behind a letter: `--multi=3`, `-m3`, `-m=3`. */
function inlineValue(token: {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}): string | undefined {
  if (token.inlineValue !== true || token.value === undefined) return undefined;
  return token.rawName.startsWith("--") ? token.value : token.value.replace(/^=/, "");
}

function valueOf(
  word: Word,
  value: string | undefined,
  inline: boolean,
): { readonly flag: string; readonly value: string } {
  if (value === undefined) throw new UsageError(`${word.raw} needs a value: ${word.raw} VALUE`);
  if (!inline && value.startsWith("--")) {
    throw new UsageError(
      `${word.raw} needs a value, but another flag follows it; a value that begins with dashes is given as ${word.raw}=VALUE`,
    );
  }
  return { flag: word.flag, value };
}

function parserOptions(
  options: OptionTable,
): Record<string, { type: "string" | "boolean"; short?: string; multiple?: boolean }> {
  const parser: Record<string, { type: "string" | "boolean"; short?: string; multiple?: boolean }> = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean" },
  };
  for (const [flag, { type, short }] of Object.entries(options)) {
    parser[flag] = {
      type: type === "bool" ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    };
  }
  return parser;
}

/** The bool that `--no-NAME` turns off. */
function negatedFlag(name: string, options: OptionTable): string | undefined {
  if (!name.startsWith("no-") || Object.hasOwn(options, name)) return undefined;
  const positive = name.slice(3);
  return Object.hasOwn(options, positive) && options[positive]?.type === "bool" ? positive : undefined;
}

function unknownFlag(raw: string, name: string, options: OptionTable): UsageError {
  const known = [...Object.keys(options), ...BUILT_IN_FLAGS];
  return new UsageError(`unknown flag ${raw}${suggestion(name, known, "--")}`);
}

function isBoolWord(word: string): boolean {
  return word === "true" || word === "false";
}
