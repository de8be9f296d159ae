/** Runs a program: finds the command, resolves its values, turns errors into one line and an exit code. */
import { errorText, OperatorError, UsageError } from "../errors.ts";
import { managerVariables } from "../lifecycle/manager-variables.ts";
import { isBrokenPipe } from "../output/broken-pipe.ts";
import type { Command, InputStream, OutputStream, Program } from "./command.ts";
import { commandHelp, programHelp } from "./help.ts";
import { type LazyCommand, loadCommand } from "./lazy.ts";
import { suggestion } from "./suggest.ts";
import { readCommandLine } from "./tokens.ts";
import { type Environment, resolveArguments, resolveOptions } from "./values.ts";
import { textWidth } from "./wrap.ts";

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

export interface ProgramOptions extends Program {
  /** What the program is, for its help. */
  readonly summary?: string;
  readonly commands: readonly (Command | LazyCommand)[];
  /** Words behind the program's name; default those of the process. */
  readonly argv?: readonly string[];
  /** Default the environment of the process. */
  readonly env?: Environment;
  readonly stdin?: InputStream;
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  /** Handed to the command, to stop it from inside the process. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the command that `argv` names and returns the exit code: 0 done, 1 failed, 2 wrong usage. Nothing is
 * thrown; errors are one line on `stderr`. A reader of `stdout` that goes away aborts the command's signal and
 * ends it with 0, unless it is a daemon; other errors of `stdout` are the command's to see where it waits for what it
 * writes. What `stderr` does not take is lost.
 */
export async function runProgram(options: ProgramOptions): Promise<number> {
  const stdout = options.stdout ?? process.stdout;
  const stderr = options.stderr ?? process.stderr;
  const readerGone = new AbortController();
  const signals = options.signal === undefined ? [] : [options.signal];
  const run: Run = {
    program: { name: options.name, version: options.version },
    summary: options.summary ?? "",
    commands: options.commands,
    env: options.env ?? process.env,
    stdin: () => options.stdin ?? process.stdin,
    stdout,
    stderr,
    signalOf: ({ daemon }) => AbortSignal.any(daemon ? signals : [readerGone.signal, ...signals]),
  };
  const onPipeError = (error: Error): void => {
    // A full disk under the log is no reason for a daemon to end.
    if (isBrokenPipe(error)) readerGone.abort(error);
  };
  stdout.on("error", onPipeError);
  stderr.on("error", ignore);
  try {
    return await dispatch(run, [...(options.argv ?? process.argv.slice(2))]);
  } catch (error) {
    if (isBrokenPipe(error) || (readerGone.signal.aborted && isAbort(error))) return EXIT_OK;
    stderr.write(`${options.name}: ${failureText(error)}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  } finally {
    // They stay where a pipe broke: what is still buffered may fail after the command is done.
    if (!readerGone.signal.aborted) {
      stdout.removeListener("error", onPipeError);
      stderr.removeListener("error", ignore);
    }
  }
}

interface Run {
  readonly program: Program;
  readonly summary: string;
  readonly commands: readonly (Command | LazyCommand)[];
  readonly env: Environment;
  /** Only where it is used: `process.stdin` opens the descriptor when it is first looked at. */
  readonly stdin: () => InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly signalOf: (command: Command) => AbortSignal;
}

async function dispatch(run: Run, argv: string[]): Promise<number> {
  const asksForHelp = argv[0] === "help" && !run.commands.some(({ name }) => name === "help");
  const words = asksForHelp ? [...argv.slice(1), "--help"] : argv;
  const path = [run.program.name];
  let siblings: readonly (Command | LazyCommand)[] = run.commands;
  let command: Command | undefined;
  while (command === undefined || command.commands.length > 0) {
    const [word] = words;
    if (word === undefined || word.startsWith("-")) {
      if (command?.runs === true) break;
      return withoutCommand(run, path, command, word);
    }
    const found = siblings.find(({ name }) => name === word);
    if (found === undefined) throw unknownCommand(path, word, siblings);
    words.shift();
    path.push(word);
    command = await loadCommand(found);
    siblings = command.commands;
  }
  return runCommand(run, path, command, words);
}

function withoutCommand(
  run: Run,
  path: readonly string[],
  group: Command | undefined,
  word?: string,
): number {
  if (word === "--version") return printVersion(run);
  if (word !== undefined && word !== "--help" && word !== "-h") {
    throw new UsageError(
      `${path.slice(1).join(" ")}${group === undefined ? "" : ": "}a command stands before flags such as ${word}; see '${path.join(" ")} --help'`,
    );
  }
  // Without any word the help is the answer to a mistake.
  const stream = word === undefined ? run.stderr : run.stdout;
  const width = textWidth(stream.columns);
  stream.write(
    group === undefined
      ? programHelp(run.program, run.summary, run.commands, width)
      : commandHelp(path, group, width, run.env),
  );
  return word === undefined ? EXIT_USAGE : EXIT_OK;
}

async function runCommand(
  run: Run,
  path: readonly string[],
  command: Command,
  words: readonly string[],
): Promise<number> {
  try {
    const line = readCommandLine(words, command.options, Object.keys(command.arguments).length > 0);
    if (line.help) {
      run.stdout.write(commandHelp(path, command, textWidth(run.stdout.columns), run.env));
      return EXIT_OK;
    }
    if (line.version) return printVersion(run);
    const { values, origins, settings } = resolveOptions(command.options, line.flags, run.env);
    const args = resolveArguments(command.arguments, line.positionals);
    const { program, stdout, stderr } = run;
    const code = await command.run({
      options: values,
      origins,
      settings,
      args,
      get stdin() {
        return run.stdin();
      },
      stdout,
      stderr,
      program,
      manager: managerVariables(run.env),
      signal: run.signalOf(command),
    });
    return code ?? EXIT_OK;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const where = path.slice(1).join(" ");
    throw new UsageError(`${where}: ${error.message}; see '${path.join(" ")} --help'`, {
      cause: error.cause,
    });
  }
}

function printVersion({ stdout, program }: Run): number {
  stdout.write(`${program.name} ${program.version}\n`);
  return EXIT_OK;
}

function unknownCommand(
  path: readonly string[],
  word: string,
  siblings: readonly { readonly name: string }[],
): UsageError {
  const hint = suggestion(
    word,
    siblings.map(({ name }) => name),
  );
  return new UsageError(
    `unknown command "${[...path.slice(1), word].join(" ")}"${hint}; see '${path.join(" ")} --help'`,
  );
}

/** One line; for a mistake of the program's own, also where it happened. */
function failureText(error: unknown): string {
  const text = errorText(error);
  if (error instanceof OperatorError || !(error instanceof Error) || isSystemError(error)) return text;
  const place = error.stack?.match(/\n\s+at (.*)/)?.[1];
  return place === undefined ? text : `${text} (${error.name} at ${place})`;
}

function isSystemError(error: Error): boolean {
  return "syscall" in error;
}

/** There is nowhere left to tell of it. */
function ignore(): void {}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
