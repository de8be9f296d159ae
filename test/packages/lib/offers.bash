# bash --norc --noprofile offers.bash SCRIPT <LINES
# What SCRIPT offers for each line of standard input: its words as readline takes them apart, and the line itself, separated by tabs. An
# offer a line, and `end` behind each.
source "$1"
while IFS= read -r input; do
  IFS=$'\x1f' read -r -a fields <<<"$input"$'\x1f'
  COMP_LINE=${fields[0]}
  COMP_POINT=${#COMP_LINE}
  COMP_WORDS=("${fields[@]:1}")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _netferry
  for offer in "${COMPREPLY[@]}"; do printf 'offer\t%s\n' "$offer"; done
  echo end
done
