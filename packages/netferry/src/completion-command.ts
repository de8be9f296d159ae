/** `netferry completion`: what shells need to complete the command line, made from the option tables. */
import {
  bashCompletion,
  type Command,
  completionPlaces,
  defineCommand,
  defineCommandGroup,
  fishCompletion,
  type LazyCommand,
  loadCommand,
  type PlaceOffer,
  writeText,
  zshCompletion,
} from "@netferry/service/command-line";

export type ShellName = "bash" | "zsh" | "fish";

interface Shell {
  readonly name: ShellName;
  readonly description: string;
  readonly examples: Command["examples"];
  readonly render: (program: string, places: readonly PlaceOffer[]) => string;
}

const SHELLS: readonly Shell[] = [
  {
    name: "bash",
    description:
      "Needs bash 4 or later. With the package bash-completion the script is loaded when it is first wanted from ~/.local/share/bash-completion/completions (make the directory), or for all users from /usr/share/bash-completion/completions; without it, source it in ~/.bashrc.",
    examples: [
      {
        command: "netferry completion bash > ~/.local/share/bash-completion/completions/netferry",
        text: "From the next shell on",
      },
      { command: "source <(netferry completion bash)", text: "In this shell, or by ~/.bashrc in each" },
    ],
    render: bashCompletion,
  },
  {
    name: "zsh",
    description:
      "The script belongs into a directory of fpath, as _netferry. Completion has to be on: autoload -Uz compinit && compinit, in ~/.zshrc.",
    examples: [
      {
        command: "netferry completion zsh > /usr/local/share/zsh/site-functions/_netferry",
        text: "For all users, from the next shell on",
      },
      {
        command: "source <(netferry completion zsh)",
        text: "In this shell, or by ~/.zshrc in each, behind compinit",
      },
    ],
    render: zshCompletion,
  },
  {
    name: "fish",
    description: "fish looks for the script itself when it is first wanted.",
    examples: [
      {
        command: "netferry completion fish > ~/.config/fish/completions/netferry.fish",
        text: "From now on",
      },
      { command: "netferry completion fish | source", text: "In this shell" },
    ],
    render: fishCompletion,
  },
];

/** All scripts, by the shell that they are for. */
export async function completionScripts(
  program: string,
  commands: readonly (Command | LazyCommand)[],
): Promise<ReadonlyMap<ShellName, string>> {
  const places = completionPlaces(await Promise.all(commands.map(loadCommand)));
  return new Map(SHELLS.map(({ name, render }) => [name, render(program, places)]));
}

/** The group of commands, which complete all of `commands`. */
export function completionCommand(commands: readonly (Command | LazyCommand)[]): Command {
  return defineCommandGroup({
    name: "completion",
    summary: "Print a script that completes commands in bash, zsh or fish",
    description:
      "The packages bring these scripts along. Otherwise, 'netferry completion bash --help', and the same of zsh and fish, tells where they belong.",
    examples: ["source <(netferry completion bash)", "netferry completion fish | source"],
    commands: SHELLS.map((shell) =>
      defineCommand({
        name: shell.name,
        summary: `Print the script for ${shell.name}`,
        description: shell.description,
        examples: shell.examples,
        async run({ stdout, program }) {
          const scripts = await completionScripts(program.name, commands);
          await writeText(stdout, scripts.get(shell.name) ?? "");
        },
      }),
    ),
  });
}
