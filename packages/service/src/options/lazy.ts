import type { Command } from "./command.ts";

/** A command whose module is loaded when it is asked for: help of the whole program needs only its name and summary. */
export interface LazyCommand {
  readonly name: string;
  /** That of the command. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export function lazyCommand(name: string, summary: string, load: () => Promise<Command>): LazyCommand {
  return { name, summary, load };
}

/** The command itself. Throws where it says other things of itself than the list that it stands in. */
export async function loadCommand(command: Command | LazyCommand): Promise<Command> {
  if (!("load" in command)) return command;
  const loaded = await command.load();
  if (loaded.name !== command.name || loaded.summary !== command.summary) {
    throw new TypeError(
      `the command listed as "${command.name}: ${command.summary}" is "${loaded.name}: ${loaded.summary}"`,
    );
  }
  return loaded;
}
