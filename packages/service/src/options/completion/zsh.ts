/** Completion for zsh, by the functions that come with it. */
import type { ArgumentOffer, FlagOffer, Offer, PlaceOffer } from "./model.ts";
import { quoted } from "./quote.ts";

/** A script that works as a file `_PROGRAM` on `fpath` and when it is sourced. */
export function zshCompletion(program: string, places: readonly PlaceOffer[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(keyOf(path)));
  return `#compdef ${program}
# Completion of ${program} for zsh, made by '${program} completion zsh'.

_${program}() {
  local curcontext="$curcontext" place='' ret=1
  local -i index=2
  local -a commands
  while (( index < CURRENT )); do
    case "$place $words[index]" in
      (${paths.join("|")}) place+=" $words[index]" ;;
      (*) break ;;
    esac
    (( index++ ))
  done
  # From here on the words that lead to the place count as one.
  words=("${program}$place" "\${(@)words[index,-1]}")
  (( CURRENT -= index - 2 ))
  curcontext="\${curcontext%:*}:${program}\${place// /-}:"

  case $place in
${places.map(placeCase).join("\n")}
  esac
  return ret
}

if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function keyOf(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join("");
}

function placeCase({ path, commands, flags, arguments: args }: PlaceOffer): string {
  const specs = [...flags.map(flagSpec), ...args.map(argumentSpec)];
  const words = ["_arguments -S \\", ...specs.map((spec) => `  ${spec} \\`), "  && ret=0"];
  const described = commands.map(({ name, summary }) =>
    quoted(`${name}:${summary.replaceAll("\\", "\\\\")}`),
  );
  const body =
    commands.length === 0
      ? words
      : [
          "if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then",
          "  commands=(",
          ...described.map((each) => `    ${each}`),
          "  )",
          "  _describe -t commands command commands && ret=0",
          "else",
          ...words.map((each) => `  ${each}`),
          "fi",
        ];
  return [`(${quoted(keyOf(path))})`, ...body.map((each) => `  ${each}`), "  ;;"]
    .map((each) => `    ${each}`)
    .join("\n");
}

function flagSpec({ flag, short, description, value, repeatable }: FlagOffer): string {
  const text = `[${escaped(description)}]${value === undefined ? "" : `:${escaped(value.placeholder)}:${actionOf(value.placeholder, value.offer)}`}`;
  const long = `--${flag}${value === undefined ? "" : "="}`;
  const star = repeatable ? "*" : "";
  if (short === undefined) return quoted(`${star}${long}${text}`);
  const letter = `-${short}${value === undefined ? "" : "+"}`;
  const both = repeatable ? "'*'" : quoted(`(-${short} --${flag})`);
  return `${both}{${letter},${long}}${quoted(text)}`;
}

function argumentSpec({ name, offer, optional, variadic }: ArgumentOffer): string {
  const action = actionOf(name, offer);
  return quoted(`${variadic ? "*:" : optional ? "::" : ":"}${escaped(name)}:${action}`);
}

/** A space alone: only what is asked for is shown. */
function actionOf(placeholder: string, offer: Offer): string {
  switch (offer.kind) {
    case "nothing":
      return " ";
    case "files":
      return "_files";
    case "directories":
      return "_files -/";
    case "words":
      return offer.list
        ? ` _values -s , ${escaped(placeholder)} ${offer.words.join(" ")}`
        : `(${offer.words.join(" ")})`;
  }
}

/** Text inside the specification of an option. */
function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, (character) => `\\${character}`);
}
