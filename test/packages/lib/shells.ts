/** What real shells offer for command lines, once they have read the scripts of `netferry completion`. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const NETFERRY = fileURLToPath(new URL("../../../bin/netferry", import.meta.url));

/** Longest that a shell may take for all its lines, in milliseconds: one that asks something back waits forever. */
const PATIENCE_MS = 120_000;

export interface Offered {
  readonly word: string;
  /** Empty where the shell shows none. */
  readonly description: string;
}

export interface ShellDriver {
  readonly name: string;
  /** What the shell offers behind each line, with this as its working directory. */
  offers(lines: readonly string[], directory: string): Offered[][];
}

/** Runs a program to its end, with nothing of this process's environment; throws where it fails. */
export function output(program: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    timeout: PATIENCE_MS,
    ...options,
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      LC_ALL: "C.UTF-8",
      TERM: "xterm",
      HOME: "/nonexistent",
      ...options.env,
    },
  });
  if (error !== undefined) {
    throw new Error(`${program}: ${error.message}; scripts/install-packaging.sh installs it`, {
      cause: error,
    });
  }
  if (status !== 0 || stderr !== "") throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

function driver(name: string): string {
  return fileURLToPath(new URL(`offers.${name}`, import.meta.url));
}

/** Prints the scripts of all shells into `scratch`, for {@link placeScript}. */
export function printScripts(scratch: string): void {
  for (const shell of ["bash", "zsh", "fish"]) {
    writeFileSync(join(scratch, `script.${shell}`), output(NETFERRY, ["completion", shell]));
  }
}

/** Puts a shell's script into a directory, under a name. */
export function placeScript(scratch: string, shell: string, directory: string, name: string): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  copyFileSync(join(scratch, `script.${shell}`), file);
  return file;
}

export function bashDriver(scratch: string): ShellDriver {
  const script = placeScript(scratch, "bash", join(scratch, "bash"), "netferry");
  return {
    name: "bash",
    offers(lines, cwd) {
      const input = lines.map((line) => `${[line, ...readlineWords(line)].join("\u001f")}\n`).join("");
      return parse(output("bash", ["--norc", "--noprofile", driver("bash"), script], { cwd, input }));
    },
  };
}

export function zshDriver(scratch: string): ShellDriver {
  const directory = join(scratch, "zsh");
  placeScript(scratch, "zsh", directory, "_netferry");
  return {
    name: "zsh",
    offers(lines, cwd) {
      const answers = join(scratch, "zsh-answers");
      output("zsh", ["-f", driver("zsh"), directory, answers, ...lines], { cwd });
      // The first end says that the shell was ready.
      return parse(readFileSync(answers, "utf8")).slice(1);
    },
  };
}

export function fishDriver(scratch: string): ShellDriver {
  const script = placeScript(scratch, "fish", join(scratch, "fish"), "netferry.fish");
  const home = join(scratch, "fish-home");
  mkdirSync(home, { recursive: true });
  return {
    name: "fish",
    offers: (lines, cwd) =>
      parse(output("fish", ["--no-config", driver("fish"), script, ...lines], { cwd, env: { HOME: home } })),
  };
}

/** The words of a line as readline takes them apart. */
function readlineWords(line: string): string[] {
  return line.split(/ +/).flatMap((word) => (word === "" ? [""] : (word.match(/[=:]+|[^=:]+/g) ?? [])));
}

/** Groups of offers, each closed by `end`. */
function parse(text: string): Offered[][] {
  const groups: Offered[][] = [];
  let group: Offered[] = [];
  for (const line of text.split("\n")) {
    const [kind, word = "", description = ""] = line.split("\t");
    if (kind === "offer") group.push({ word, description });
    if (kind !== "end") continue;
    groups.push(group);
    group = [];
  }
  return groups;
}
