/** Completion for bash: one function, which needs nothing of what the bash-completion package has. */
import type { FlagOffer, Offer, PlaceOffer } from "./model.ts";
import { quoted } from "./quote.ts";

/** A script for bash 4 or later, to be sourced. */
export function bashCompletion(program: string, places: readonly PlaceOffer[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(keyOf(path)));
  return `# Completion of ${program} for bash, made by '${program} completion bash'.

_${program}() {
  local IFS=$' \\t\\n' words=() cur flag='' inline='' kind='' values=''
  local place='' commands='' flags='' operand=nothing index word rest=$COMP_LINE

  # Readline takes words apart at = and :, which belong to them here.
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if ((index == 0)) || [[ -z $COMP_LINE || $rest == [[:space:]]* ]]; then
      words+=("$word")
    else
      words[\${#words[@]} - 1]+=$word
    fi
    rest=\${rest#"\${rest%%[![:space:]]*}"}
    rest=\${rest#"$word"}
  done
  cur=\${words[\${#words[@]} - 1]}

  for ((index = 1; index < \${#words[@]} - 1; index++)); do
    case "$place \${words[index]}" in
      ${paths.join(" | ")}) place+=" \${words[index]}" ;;
      *) break ;;
    esac
  done

  if [[ $cur == --*=* ]]; then
    flag=\${cur%%=*} cur=\${cur#*=} inline=yes
  elif ((index < \${#words[@]} - 1)); then
    flag=\${words[\${#words[@]} - 2]}
  fi

  case $place in
${places.map(placeCase).join("\n")}
  esac

  if [[ -z $kind && -z $inline ]]; then
    if [[ $cur == -* ]]; then
      kind=words values=$flags
    elif [[ -n $commands ]] && ((index == \${#words[@]} - 1)); then
      kind=words values=$commands
    elif [[ $operand == flags ]]; then
      kind=words values=$flags
    else
      kind=$operand
    fi
  fi

  COMPREPLY=()
  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur") ;;
    list)
      if [[ $cur == *,* ]]; then
        mapfile -t COMPREPLY < <(compgen -P "\${cur%,*}," -W "$values" -- "\${cur##*,}")
      else
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
      fi
      compopt -o nospace 2>/dev/null
      ;;
    files | directories)
      [[ $cur == '~/'* ]] && cur=$HOME/\${cur#'~/'}
      if [[ $kind == files ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      fi
      compopt -o filenames 2>/dev/null
      ;;
  esac

  # Readline replaces only what is behind the last : or = of the word.
  if [[ $cur == *[:=]* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${cur%"\${cur##*[:=]}"}"}")
  fi
}

complete -F _${program} ${program}
`;
}

/** As the script puts words together: ` agent check`. */
function keyOf(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join("");
}

function placeCase(place: PlaceOffer): string {
  const flags = place.flags.map(({ flag }) => `--${flag}`).join(" ");
  const lines = [
    `    ${quoted(keyOf(place.path))})`,
    ...(place.commands.length === 0
      ? []
      : [`      commands=${quoted(place.commands.map(({ name }) => name).join(" "))}`]),
    `      flags=${quoted(flags)}`,
    ...(operandOf(place) === "nothing" ? [] : [`      operand=${operandOf(place)}`]),
    ...valueCases(place.flags),
    "      ;;",
  ];
  return lines.join("\n");
}

/** What stands where no flag asks for a value. */
function operandOf({ arguments: args, commands }: PlaceOffer): string {
  if (args.length === 0) return commands.length === 0 ? "flags" : "nothing";
  return (
    args.find(({ offer }) => offer.kind === "files" || offer.kind === "directories")?.offer.kind ?? "nothing"
  );
}

/** One line for all flags with the same offer. */
function valueCases(flags: readonly FlagOffer[]): string[] {
  const byOffer = new Map<string, string[]>();
  for (const { flag, short, value } of flags) {
    if (value === undefined) continue;
    const names = short === undefined ? [`--${flag}`] : [`--${flag}`, `-${short}`];
    const action = actionOf(value.offer);
    byOffer.set(action, [...(byOffer.get(action) ?? []), ...names]);
  }
  if (byOffer.size === 0) return [];
  return [
    "      case $flag in",
    ...[...byOffer].map(([action, names]) => `        ${names.join(" | ")}) ${action} ;;`),
    "      esac",
  ];
}

function actionOf(offer: Offer): string {
  if (offer.kind !== "words") return `kind=${offer.kind}`;
  return `kind=${offer.list ? "list" : "words"} values=${quoted(offer.words.join(" "))}`;
}
