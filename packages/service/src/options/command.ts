/** What a command is: its option table, its arguments, and the function that it runs. */
import type { ManagerVariables } from "../lifecycle/manager-variables.ts";
import type { Manual } from "./manual.ts";
import type {
  ArgumentTable,
  ArgumentValues,
  OptionOrigins,
  OptionTable,
  OptionValues,
  Origin,
} from "./spec.ts";
import { assertTable } from "./table.ts";

/** A stream for people or pipes: `process.stdout`, or any writable in a test. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** A stream to read from: `process.stdin`, or any readable in a test. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

export interface Program {
  readonly name: string;
  readonly version: string;
}

/** What a command runs with; it needs neither `process.argv` nor the environment. */
export interface CommandContext<
  Options extends OptionTable = OptionTable,
  Arguments extends ArgumentTable = ArgumentTable,
> {
  readonly options: OptionValues<Options>;
  readonly origins: OptionOrigins<Options>;
  /** Every option that has a value, as text with its origin, for a log line; secrets are only said to be set. */
  readonly settings: Readonly<Record<string, string>>;
  readonly args: ArgumentValues<Arguments>;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly program: Program;
  /** What the service manager that started the process told it. */
  readonly manager: ManagerVariables;
  /**
   * Aborts when whoever runs the program in-process wants it to stop, and, except for a daemon, when the reader of
   * `stdout` is gone; never from an operating system signal.
   */
  readonly signal: AbortSignal;
}

/** The exit code, 0 where nothing is returned. */
export type CommandResult = number | void | Promise<number | void>;

export interface CommandExample {
  /** As typed: `netferry device add r1 --address 192.0.2.1`. */
  readonly command: string;
  readonly text?: string;
}

/** Values as the program resolved them, not typed by the table any more. */
export interface ResolvedContext {
  readonly options: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly args: Readonly<Record<string, unknown>>;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly program: Program;
  readonly manager: ManagerVariables;
  readonly signal: AbortSignal;
}

/** A command, or a group of commands, ready for `runProgram` and `renderReference`. */
export interface Command {
  readonly name: string;
  /** One line, for lists. */
  readonly summary: string;
  /** Paragraphs, separated by empty lines. */
  readonly description: string | undefined;
  readonly examples: readonly CommandExample[];
  readonly arguments: ArgumentTable;
  readonly options: OptionTable;
  /** Goes on when nobody reads its output any more: a log that goes nowhere is no reason to end. */
  readonly daemon: boolean;
  readonly manual: Manual;
  /** Those that are named behind it. */
  readonly commands: readonly Command[];
  /** False for a group, which only holds others. */
  readonly runs: boolean;
  readonly run: (context: ResolvedContext) => CommandResult;
}

export interface CommandDefinition<Options extends OptionTable, Arguments extends ArgumentTable> {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples?: readonly (string | CommandExample)[];
  readonly arguments?: Arguments;
  readonly options?: Options;
  readonly daemon?: boolean;
  readonly manual?: Manual;
  readonly run: (context: CommandContext<Options, Arguments>) => CommandResult;
}

/** Defines a command; the types of its option and argument values follow from the tables. */
export function defineCommand<const Options extends OptionTable, const Arguments extends ArgumentTable>(
  definition: CommandDefinition<Options, Arguments>,
): Command {
  const options: OptionTable = definition.options ?? {};
  const args: ArgumentTable = definition.arguments ?? {};
  assertTable(definition.name, options, args);
  return {
    name: definition.name,
    summary: definition.summary,
    description: definition.description,
    examples: examplesOf(definition.examples),
    arguments: args,
    options,
    daemon: definition.daemon ?? false,
    manual: definition.manual ?? {},
    commands: [],
    runs: true,
    // Values are resolved from these very tables, so they have the types that the tables stand for.
    run: (context) => definition.run(context as unknown as CommandContext<Options, Arguments>),
  };
}

/** The command with others behind its name, as `agent` runs and holds `agent check`. It can take no arguments. */
export function withCommands(command: Command, commands: readonly Command[]): Command {
  if (Object.keys(command.arguments).length > 0) {
    throw new TypeError(`command ${command.name}: its arguments could not be told from its commands`);
  }
  return { ...command, commands: [...command.commands, ...commands] };
}

/** Defines a command that only holds others, as `device` holds `device add`. */
export function defineCommandGroup(definition: {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples?: readonly (string | CommandExample)[];
  readonly commands: readonly Command[];
}): Command {
  return {
    name: definition.name,
    summary: definition.summary,
    description: definition.description,
    examples: examplesOf(definition.examples),
    arguments: {},
    options: {},
    daemon: false,
    manual: {},
    commands: definition.commands,
    runs: false,
    run: () => 2,
  };
}

function examplesOf(examples: readonly (string | CommandExample)[] | undefined): CommandExample[] {
  return (examples ?? []).map((example) => (typeof example === "string" ? { command: example } : example));
}
