/** Which options a manual page of several commands tells once: those that are the very same for more than one. */
import type { Command } from "./command.ts";
import { groupOptions } from "./help.ts";
import { optionEntry } from "./man-entries.ts";
import type { OptionSpec } from "./spec.ts";

/** A command that runs, behind the one that the page is of. */
export interface Leaf {
  /** All words that lead to it, the program's name first. */
  readonly path: readonly string[];
  readonly command: Command;
}

type Entries = readonly (readonly [string, OptionSpec])[];

export interface CommonGroup {
  readonly title: string;
  readonly options: Entries;
  readonly leaves: readonly Leaf[];
}

export interface PageOptions {
  readonly common: readonly CommonGroup[];
  /** Entries of the options that a leaf has for itself. */
  own(leaf: Leaf): string[];
  /** Where the others are told. */
  shared(leaf: Leaf): { readonly root: boolean; readonly common: readonly CommonGroup[] };
}

export function leavesOf(path: readonly string[], command: Command): Leaf[] {
  return command.commands.flatMap((each) => {
    const own = [...path, each.name];
    return [...(each.runs ? [{ path: own, command: each }] : []), ...leavesOf(own, each)];
  });
}

export function pageOptions(root: Command, leaves: readonly Leaf[]): PageOptions {
  const rootGroups = root.runs ? groupOptions(root) : [];
  const isRoots = (title: string, options: Entries): boolean =>
    rootGroups.some((group) => isSame(group, [title, options]));
  const common: CommonGroup[] = [];
  for (const leaf of leaves) {
    for (const [title, options] of groupOptions(leaf.command)) {
      if (
        isRoots(title, options) ||
        common.some((group) => isSame([group.title, group.options], [title, options]))
      ) {
        continue;
      }
      const takers = leaves.filter(({ command }) =>
        groupOptions(command).some((group) => isSame(group, [title, options])),
      );
      // One option that several have, such as --json, is better told where it is looked for.
      if (takers.length > 1 && options.length > 1) common.push({ title, options, leaves: takers });
    }
  }
  const commonOf = (title: string, options: Entries): CommonGroup | undefined =>
    common.find((group) => isSame([group.title, group.options], [title, options]));
  return {
    common,
    own: ({ command }) =>
      groupOptions(command)
        .filter(([title, options]) => !isRoots(title, options) && commonOf(title, options) === undefined)
        .flatMap(([, options]) => options.flatMap(([flag, spec]) => optionEntry(flag, spec))),
    shared: (leaf) => ({
      root: groupOptions(leaf.command).some(([title, options]) => isRoots(title, options)),
      common: common.filter(({ leaves: takers }) => takers.includes(leaf)),
    }),
  };
}

/** Whether it is one table that both were made of. */
function isSame(
  [title, options]: readonly [string, Entries],
  [otherTitle, otherOptions]: readonly [string, Entries],
): boolean {
  return (
    title === otherTitle &&
    options.length === otherOptions.length &&
    options.every(
      ([flag, spec], index) => otherOptions[index]?.[0] === flag && otherOptions[index][1] === spec,
    )
  );
}
