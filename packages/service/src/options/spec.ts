/**
 * What one option or argument of a command is. The table of these drives flags, environment variables,
 * `--help` and the reference page, and the types of the values that a command receives.
 */
import type { ZodType } from "zod";

/**
 * Turns a raw value into the one that the command receives: a zod schema, or a function that returns the
 * value or throws an `Error` whose message says what is expected ("expected ADDR:PORT, such as ...").
 * On a `list` it is applied to each item. Defaults pass through it as well.
 */
export type Check<In> = ((value: In) => unknown) | ZodType;

interface OptionBase {
  readonly description: string;
  /**
   * Names of further environment variables, tried in order after `NETFERRY_<FLAG>`. `false`: the command line alone sets the
   * option, as it should what changes something for good.
   */
  readonly env?: readonly string[] | false;
  /**
   * What stands for the value in help, in capitals: `ADDR:PORT`. Shells complete `FILE` and `PATH` with files, `DIR` with
   * directories.
   */
  readonly placeholder?: string;
  /** Heading under which help lists the option. */
  readonly group?: string;
  /** The value never appears in errors, help or origins. */
  readonly secret?: boolean;
  /** Says what happens without the option, where no `default` can. */
  readonly defaultText?: string;
  /** A one-letter flag beside the long one. */
  readonly short?: string;
}

interface ValueOption extends OptionBase {
  /** Without a value (flag, environment or default) the command does not run. */
  readonly required?: boolean;
}

export interface StringOption extends ValueOption {
  readonly type: "string";
  readonly default?: string;
  readonly choices?: readonly string[];
  /** Values that shells offer, where others are taken as well. */
  readonly suggestions?: readonly string[];
  readonly check?: Check<string>;
}

export interface IntOption extends ValueOption {
  readonly type: "int";
  readonly default?: number;
  /** Inclusive. */
  readonly min?: number;
  /** Inclusive. */
  readonly max?: number;
  readonly check?: Check<number>;
}

export interface FloatOption extends ValueOption {
  readonly type: "float";
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  readonly check?: Check<number>;
}

export interface BoolOption extends OptionBase {
  readonly type: "bool";
  /** `false` where it is not given. */
  readonly default?: boolean;
}

/** Repeated flags and comma-separated values, in the order given. */
export interface ListOption extends ValueOption {
  readonly type: "list";
  readonly default?: readonly string[];
  readonly choices?: readonly string[];
  /** Values that shells offer, where others are taken as well. */
  readonly suggestions?: readonly string[];
  readonly check?: Check<string>;
}

export type OptionSpec = StringOption | IntOption | FloatOption | BoolOption | ListOption;

/** Flag name (kebab-case, no dashes in front) to what it is. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** A positional argument; order in the table is order on the command line. Shells complete `file` with files. */
export interface ArgumentSpec {
  readonly description: string;
  readonly optional?: boolean;
  /** Takes all that is left (at least one, unless `optional`). Only the last argument may. */
  readonly variadic?: boolean;
  readonly check?: Check<string>;
}

export type ArgumentTable = Readonly<Record<string, ArgumentSpec>>;

/** `relay-listen` to `relayListen`. */
export type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

type Checked<Spec, Raw> = Spec extends { readonly check: ZodType<infer Out> }
  ? Out
  : Spec extends { readonly check: (value: never) => infer Out }
    ? Out
    : Spec extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : Raw;

type RawValue<Spec extends OptionSpec> = Spec extends IntOption | FloatOption ? number : string;

type Present<Spec, Value> = Spec extends { readonly required: true }
  ? Value
  : Spec extends { readonly default: string | number }
    ? Value
    : Value | undefined;

/** The type of one option's value. A list without values is empty, a bool without a value is false. */
export type OptionValue<Spec extends OptionSpec> = Spec extends BoolOption
  ? boolean
  : Spec extends ListOption
    ? Checked<Spec, string>[]
    : Present<Spec, Checked<Spec, RawValue<Spec>>>;

/** The names of a table under which values are found; none where a command has no table. */
type NamesOf<Table> = string extends keyof Table ? never : keyof Table & string;

/** The values of a table under camel-case names. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in NamesOf<Table> as CamelCase<Name>]: OptionValue<Table[Name]>;
};

/** Where a value came from; `default` also where there is none. Never the value itself. */
export type Origin = "flag" | `env ${string}` | "default";

export type OptionOrigins<Table extends OptionTable> = {
  readonly [Name in NamesOf<Table> as CamelCase<Name>]: Origin;
};

type ArgumentValue<Spec extends ArgumentSpec> = Spec extends { readonly variadic: true }
  ? Checked<Spec, string>[]
  : Spec extends { readonly optional: true }
    ? Checked<Spec, string> | undefined
    : Checked<Spec, string>;

export type ArgumentValues<Table extends ArgumentTable> = {
  readonly [Name in NamesOf<Table> as CamelCase<Name>]: ArgumentValue<Table[Name]>;
};

/** `relay-listen` to `relayListen`. */
export function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `relay-listen` to `NETFERRY_RELAY_LISTEN`. */
export function environmentName(flag: string): string {
  return `NETFERRY_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** All environment variables that set an option, the strongest first. */
export function environmentNames(flag: string, spec: OptionSpec): string[] {
  return spec.env === false ? [] : [environmentName(flag), ...(spec.env ?? [])];
}

/**
 * A part of an option table that several commands share; keeps the exact types, and puts options that
 * name no group under `title` in help.
 */
export function optionGroup<const Table extends OptionTable>(title: string, table: Table): Table {
  const grouped: Record<string, OptionSpec> = {};
  for (const [flag, spec] of Object.entries(table)) grouped[flag] = { group: title, ...spec };
  return grouped as Table;
}
