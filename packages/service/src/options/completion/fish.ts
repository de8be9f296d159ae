/** Completion for fish. */
import type { FlagOffer, Offer, PlaceOffer } from "./model.ts";

/** A script for a directory of `fish_complete_path`, which can be sourced as well. */
export function fishCompletion(program: string, places: readonly PlaceOffer[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(" ")));
  return `# Completion of ${program} for fish, made by '${program} completion fish'.

# Whether the words before the cursor lead to this place; other words may follow them.
function __${program}_at
    set -l place
    for word in (commandline -opc)[2..]
        contains -- "$place$word" \\
            ${paths.join(" \\\n            ")}
        or break
        set place "$place$word "
    end
    test "$place" = "$argv[1]"
end

# Whether nothing but these words is before the cursor.
function __${program}_right_at
    test (string join ' ' -- (commandline -opc)[2..] '') = "$argv[1]"
end

# The value at the cursor, without the flag in front of it.
function __${program}_value
    commandline -ct | string replace -r -- '^--[^=]*=' ''
end

# These words, behind those of the list that are there already.
function __${program}_list
    set -l given (__${program}_value | string match -r -- '.*,')
    printf '%s\\n' "$given"$argv
end

complete -c ${program} -f
${places.flatMap((place) => placeLines(program, place)).join("\n")}
`;
}

function placeLines(program: string, { path, commands, flags, arguments: args }: PlaceOffer): string[] {
  const place = quoted(path.map((word) => `${word} `).join(""));
  const at = `complete -c ${program} -n ${quoted(`__${program}_at ${place}`)}`;
  const rightAt = `complete -c ${program} -n ${quoted(`__${program}_right_at ${place}`)}`;
  return [
    "",
    ...commands.map(({ name, summary }) => `${rightAt} -a ${name} -d ${quoted(summary)}`),
    ...args.flatMap(({ offer }) => (offer.kind === "nothing" ? [] : [`${at} ${actionOf(program, offer)}`])),
    ...flags.map((flag) => `${at} ${flagWords(program, flag)}`),
  ];
}

function flagWords(program: string, { flag, short, description, value }: FlagOffer): string {
  return [
    ...(short === undefined ? [] : [`-s ${short}`]),
    `-l ${flag}`,
    ...(value === undefined ? [] : [`-r ${actionOf(program, value.offer)}`]),
    `-d ${quoted(description)}`,
  ].join(" ");
}

function actionOf(program: string, offer: Offer): string {
  switch (offer.kind) {
    case "nothing":
      return "-f";
    case "files":
      return "-F";
    case "directories":
      return `-f -a '(__fish_complete_directories (__${program}_value))'`;
    case "words":
      return `-f -a ${quoted(offer.list ? `(__${program}_list ${offer.words.join(" ")})` : offer.words.join(" "))}`;
  }
}

/** In fish a backslash means something between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
