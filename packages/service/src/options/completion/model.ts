/** What a shell may offer at each place of a command line, made from the same tables as help. */
import type { Command } from "../command.ts";
import type { OptionSpec } from "../spec.ts";
import { placeholderOf } from "../values.ts";

/** What stands at a place; `words` of a list may follow each other, separated by commas. */
export type Offer =
  | { readonly kind: "nothing" }
  | { readonly kind: "words"; readonly words: readonly string[]; readonly list: boolean }
  | { readonly kind: "files" }
  | { readonly kind: "directories" };

export interface FlagOffer {
  readonly flag: string;
  readonly short: string | undefined;
  readonly description: string;
  /** Undefined for a flag without a value. */
  readonly value: { readonly placeholder: string; readonly offer: Offer } | undefined;
  readonly repeatable: boolean;
}

export interface ArgumentOffer {
  readonly name: string;
  readonly offer: Offer;
  readonly optional: boolean;
  readonly variadic: boolean;
}

/** A place where commands, flags or arguments stand: behind the program's name, or behind a command. */
export interface PlaceOffer {
  /** Words that lead here, without the program's name. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly FlagOffer[];
  readonly arguments: readonly ArgumentOffer[];
}

const NOTHING: Offer = { kind: "nothing" };
const FILES: Offer = { kind: "files" };
const DIRECTORIES: Offer = { kind: "directories" };

const GENERAL: readonly FlagOffer[] = [
  { flag: "help", short: "h", description: "Show help", value: undefined, repeatable: false },
  { flag: "version", short: undefined, description: "Show the version", value: undefined, repeatable: false },
];

/** All places, the program's own first. */
export function completionPlaces(commands: readonly Command[]): PlaceOffer[] {
  const root = { path: [], commands: named(commands), flags: GENERAL, arguments: [] };
  return [root, ...commands.flatMap((command) => placesOf([], command))];
}

function placesOf(above: readonly string[], command: Command): PlaceOffer[] {
  const path = [...above, command.name];
  const place = {
    path,
    commands: named(command.commands),
    flags: Object.entries(command.options).map(flagOffer).concat(GENERAL),
    arguments: Object.entries(command.arguments).map(([name, spec]) => ({
      name: name.toUpperCase(),
      offer: fileOffer(name.toUpperCase()),
      optional: spec.optional === true,
      variadic: spec.variadic === true,
    })),
  };
  return [place, ...command.commands.flatMap((each) => placesOf(path, each))];
}

function named(commands: readonly Command[]): PlaceOffer["commands"] {
  return commands.map(({ name, summary }) => ({ name, summary }));
}

function flagOffer([flag, spec]: readonly [string, OptionSpec]): FlagOffer {
  return {
    flag,
    short: spec.short,
    description: spec.description,
    value:
      spec.type === "bool"
        ? undefined
        : { placeholder: placeholderOf(flag, spec), offer: valueOffer(flag, spec) },
    repeatable: spec.type === "list",
  };
}

function valueOffer(flag: string, spec: OptionSpec): Offer {
  // What a shell offers, it may keep and show.
  if (spec.secret === true) return NOTHING;
  if (spec.type === "string" || spec.type === "list") {
    const words = spec.choices ?? spec.suggestions;
    if (words !== undefined) return { kind: "words", words, list: spec.type === "list" };
  }
  return fileOffer(placeholderOf(flag, spec));
}

function fileOffer(placeholder: string): Offer {
  if (placeholder === "FILE" || placeholder === "PATH") return FILES;
  return placeholder === "DIR" ? DIRECTORIES : NOTHING;
}
