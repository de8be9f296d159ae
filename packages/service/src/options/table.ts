/** Mistakes in a table are found when the command is defined, not when someone uses the flag. */
import type { ArgumentTable, OptionSpec, OptionTable } from "./spec.ts";

const FLAG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * Names that container platforms set in the environment for a service called "netferry"
 * (`NETFERRY_PORT=tcp://...`); a flag so named would read them.
 */
const TAKEN_BY_PLATFORMS = new Set(["port", "service-host", "service-port"]);

/** Flags that every command has. */
export const BUILT_IN_FLAGS: readonly string[] = ["help", "version"];

/** Throws on a table that cannot work; a programming error, so not an operator's message. */
export function assertTable(command: string, options: OptionTable, args: ArgumentTable): void {
  const shorts = new Set(["h"]);
  for (const [flag, spec] of Object.entries(options)) {
    const where = `command ${command}, option --${flag}`;
    if (!FLAG.test(flag)) throw new TypeError(`${where}: a flag is lower case words joined by dashes`);
    if (BUILT_IN_FLAGS.includes(flag)) throw new TypeError(`${where}: every command has this flag already`);
    if (TAKEN_BY_PLATFORMS.has(flag)) {
      throw new TypeError(`${where}: container platforms set its environment variable; pick another name`);
    }
    if (flag.startsWith("no-") && options[flag.slice(3)]?.type === "bool") {
      throw new TypeError(`${where}: is already the negation of --${flag.slice(3)}`);
    }
    if (spec.short !== undefined) {
      if (!/^[a-zA-Z]$/.test(spec.short) || shorts.has(spec.short)) {
        throw new TypeError(`${where}: -${spec.short} is taken or not one letter`);
      }
      shorts.add(spec.short);
    }
    assertDefault(where, spec);
  }
  assertArguments(command, args);
}

function assertDefault(where: string, spec: OptionSpec): void {
  if (spec.default === undefined) return;
  if (spec.secret === true) throw new TypeError(`${where}: a secret has no default`);
  if (spec.type !== "bool" && spec.required === true) {
    throw new TypeError(`${where}: has a default, so it cannot be required`);
  }
  if (spec.type === "string" && spec.choices?.includes(spec.default) === false) {
    throw new TypeError(`${where}: the default is not one of its choices`);
  }
  if (spec.type === "int" || spec.type === "float") {
    const { default: value, min = -Infinity, max = Infinity } = spec;
    if (value < min || value > max) throw new TypeError(`${where}: the default is out of its range`);
  }
}

function assertArguments(command: string, args: ArgumentTable): void {
  const entries = Object.entries(args);
  for (const [index, [name, spec]] of entries.entries()) {
    const where = `command ${command}, argument ${name}`;
    if (!FLAG.test(name)) throw new TypeError(`${where}: a name is lower case words joined by dashes`);
    const next = entries[index + 1];
    if (next === undefined) continue;
    if (spec.variadic === true) throw new TypeError(`${where}: only the last argument can be variadic`);
    if (spec.optional === true && next[1].optional !== true) {
      throw new TypeError(`${where}: a required argument follows an optional one`);
    }
  }
}
