/** From raw texts (flags, environment, defaults) to the values that a command receives. */
import { oneLine, UsageError } from "../errors.ts";
import {
  type ArgumentTable,
  camelCase,
  type Check,
  environmentNames,
  type OptionSpec,
  type OptionTable,
  type Origin,
} from "./spec.ts";
import { suggestion } from "./suggest.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Longest value that an error shows, in characters. */
const MAX_SHOWN_VALUE = 80;

const TRUE_WORDS = new Set(["true", "1", "yes", "on"]);
const FALSE_WORDS = new Set(["false", "0", "no", "off"]);

export interface ResolvedOptions {
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, Origin>>;
  /** By flag, `10 (default)`, `12 (KENTIK_SITE)`, `set (--token)` for a secret; options without a value are left out. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Where a raw value stands, for origins and messages. */
interface Source {
  readonly origin: Origin;
  /** `--multi`, or `NETFERRY_MULTI in the environment`. */
  readonly label: string;
}

/**
 * Resolves each option: flag, else `NETFERRY_<FLAG>`, else its further environment variables, else its
 * default. An environment variable set to nothing counts as not set. Throws a {@link UsageError} that
 * names where the wrong value stands.
 */
export function resolveOptions(
  options: OptionTable,
  flags: ReadonlyMap<string, readonly string[]>,
  environment: Environment,
): ResolvedOptions {
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  const settings: Record<string, string> = {};
  const missing: string[] = [];
  for (const [flag, spec] of Object.entries(options)) {
    const name = camelCase(flag);
    const given = givenValue(flag, spec, flags, environment);
    const origin = given?.source.origin ?? "default";
    origins[name] = origin;
    const shown = given === undefined ? defaultText(spec) : shownValue(spec, given.raw);
    if (shown !== "") settings[flag] = `${shown} (${originText(flag, origin)})`;
    if (given !== undefined) values[name] = readValue(given.source, spec, given.raw);
    else if (spec.type !== "bool" && spec.required === true) missing.push(missingText(flag, spec));
    else values[name] = defaultValue(flag, spec);
    if (spec.type === "list" && spec.required === true && Array.isArray(values[name])) {
      if (values[name].length === 0) missing.push(missingText(flag, spec));
    }
  }
  if (missing.length > 0) throw new UsageError(missing.join("; "));
  return { values, origins, settings };
}

function shownValue(spec: OptionSpec, raw: readonly string[]): string {
  if (spec.secret === true) return "set";
  const text = spec.type === "list" ? raw.join(",") : (raw.at(-1) ?? "");
  return oneLine(text.length > MAX_SHOWN_VALUE ? `${text.slice(0, MAX_SHOWN_VALUE)}...` : text);
}

/** `--multi`, `KENTIK_SITE` or `default`. */
export function originText(flag: string, origin: Origin): string {
  if (origin === "flag") return `--${flag}`;
  return origin === "default" ? origin : origin.slice("env ".length);
}

/** The default as it would be typed, or in words; empty where there is none. */
export function defaultText(spec: OptionSpec): string {
  if (spec.defaultText !== undefined) return spec.defaultText;
  if (spec.default === undefined || spec.default === false) return "";
  return Array.isArray(spec.default) ? spec.default.join(",") : String(spec.default);
}

/** The environment variable that sets an option here, if one does. */
export function environmentInUse(
  flag: string,
  spec: OptionSpec,
  environment: Environment,
): string | undefined {
  return environmentNames(flag, spec).find((name) => (environment[name] ?? "") !== "");
}

function givenValue(
  flag: string,
  spec: OptionSpec,
  flags: ReadonlyMap<string, readonly string[]>,
  environment: Environment,
): { source: Source; raw: readonly string[] } | undefined {
  const given = flags.get(flag);
  if (given !== undefined) return { source: { origin: "flag", label: `--${flag}` }, raw: given };
  const name = environmentInUse(flag, spec, environment);
  if (name === undefined) return undefined;
  return {
    source: { origin: `env ${name}`, label: `${name} (environment)` },
    raw: [environment[name] ?? ""],
  };
}

function missingText(flag: string, spec: OptionSpec): string {
  const names = environmentNames(flag, spec).join(" or ");
  const flagText = `--${flag} is missing: give --${flag} ${placeholderOf(flag, spec)}`;
  return names === "" ? flagText : `${flagText}, or set ${names}`;
}

/** What stands for the value of a flag in help and messages; nothing for a bool. */
export function placeholderOf(flag: string, spec: OptionSpec): string {
  if (spec.type === "bool") return "";
  if (spec.placeholder !== undefined) return spec.placeholder;
  if (spec.type === "int" || spec.type === "float") return "N";
  return flag.slice(flag.lastIndexOf("-") + 1).toUpperCase();
}

function defaultValue(flag: string, spec: OptionSpec): unknown {
  if (spec.type === "bool") return spec.default ?? false;
  const source: Source = { origin: "default", label: `--${flag} (its default)` };
  if (spec.type === "list") return (spec.default ?? []).map((item) => checked(source, spec, item, item));
  if (spec.default === undefined) return undefined;
  return checked(source, spec, spec.default, String(spec.default));
}

function readValue(source: Source, spec: OptionSpec, raw: readonly string[]): unknown {
  if (spec.type === "list") {
    const items = raw.flatMap((text) => text.split(",")).map((item) => item.trim());
    return items.filter((item) => item !== "").map((item) => readString(source, spec, item));
  }
  const text = raw.at(-1) ?? "";
  switch (spec.type) {
    case "bool":
      return readBool(source, spec, text);
    case "int":
    case "float":
      return readNumber(source, spec, text);
    case "string":
      return readString(source, spec, text);
  }
}

function readString(
  source: Source,
  spec: Extract<OptionSpec, { type: "string" | "list" }>,
  text: string,
): unknown {
  if (text === "") throw refusal(source, spec, text, "expected a value");
  if (spec.choices !== undefined && !spec.choices.includes(text)) {
    const hint = spec.secret === true ? "" : suggestion(text, spec.choices);
    throw refusal(source, spec, text, `expected one of ${spec.choices.join(", ")}${hint}`);
  }
  return checked(source, spec, text, text);
}

function readBool(source: Source, spec: OptionSpec, text: string): boolean {
  const word = text.toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw refusal(source, spec, text, "expected true or false");
}

function readNumber(
  source: Source,
  spec: Extract<OptionSpec, { type: "int" | "float" }>,
  text: string,
): unknown {
  const pattern = spec.type === "int" ? /^[+-]?\d+$/ : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  const { min = -Infinity, max = Infinity } = spec;
  const exact = spec.type === "float" ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!exact || value < min || value > max) throw refusal(source, spec, text, `expected ${numberText(spec)}`);
  return checked(source, spec, value, text);
}

/** `a whole number from 1 to 100`. */
export function numberText(spec: Extract<OptionSpec, { type: "int" | "float" }>): string {
  const kind = spec.type === "int" ? "a whole number" : "a number";
  if (spec.min !== undefined && spec.max !== undefined) return `${kind} from ${spec.min} to ${spec.max}`;
  if (spec.min !== undefined) return `${kind} of ${spec.min} or more`;
  if (spec.max !== undefined) return `${kind} of ${spec.max} or less`;
  return kind;
}

function checked(
  source: Source,
  spec: Exclude<OptionSpec, { type: "bool" }>,
  value: string | number,
  text: string,
): unknown {
  const problem = (message: string): UsageError => refusal(source, spec, text, message);
  return applyCheck(spec.check as Check<string | number> | undefined, value, problem);
}

function applyCheck(
  check: Check<string | number> | undefined,
  value: string | number,
  problem: (message: string) => UsageError,
): unknown {
  if (check === undefined) return value;
  if (typeof check === "function") {
    try {
      return check(value);
    } catch (error) {
      throw problem(error instanceof Error ? error.message : String(error));
    }
  }
  const result = check.safeParse(value);
  if (result.success) return result.data;
  throw problem(result.error.issues.map((issue) => issue.message).join(", "));
}

/** One line: where the value stands, the value (unless secret), and what is expected. */
function refusal(source: Source, spec: OptionSpec, text: string, problem: string): UsageError {
  if (spec.secret === true) {
    return new UsageError(
      `${source.label}: the value (not shown) is refused: ${withoutValue(problem, text)}`,
    );
  }
  const shown = text.length > MAX_SHOWN_VALUE ? `${text.slice(0, MAX_SHOWN_VALUE)}...` : text;
  return new UsageError(oneLine(`${source.label}: "${shown}" is refused: ${problem}`));
}

/** A check may have put the value into its message. */
function withoutValue(message: string, secret: string): string {
  const forms = [
    secret,
    secret.trim(),
    JSON.stringify(secret).slice(1, -1),
    encodeURI(secret.toWellFormed()),
  ];
  let clean = message;
  for (const form of forms) if (form !== "") clean = clean.replaceAll(form, "(not shown)");
  return oneLine(clean);
}

/** Positional arguments by name; throws a {@link UsageError} on a missing, surplus or refused one. */
export function resolveArguments(
  args: ArgumentTable,
  positionals: readonly string[],
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  const left = [...positionals];
  for (const [name, spec] of Object.entries(args)) {
    const label = name.toUpperCase();
    const read = (text: string): unknown =>
      applyCheck(
        spec.check as Check<string | number> | undefined,
        text,
        (message) => new UsageError(oneLine(`${label}: "${text}" is refused: ${message}`)),
      );
    if (left.length === 0 && spec.optional !== true) {
      throw new UsageError(`${label} is missing: ${spec.description}`);
    }
    if (spec.variadic === true) {
      values[camelCase(name)] = left.splice(0).map((text) => read(text));
    } else {
      const text = left.shift();
      values[camelCase(name)] = text === undefined ? undefined : read(text);
    }
  }
  const [surplus] = left;
  if (surplus !== undefined) throw new UsageError(oneLine(`"${surplus}" is one argument too many`));
  return values;
}
