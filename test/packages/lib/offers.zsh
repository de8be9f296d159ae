# zsh -f offers.zsh DIR ANSWERS LINE...
# What an interactive zsh offers behind each LINE, with the completion functions of DIR. Written to ANSWERS: `offer WORD DESCRIPTION`
# and `text MESSAGE`, parts separated by tabs, and `end` behind each line.
zmodload zsh/zpty zsh/system
directory=$1 answers=$2
shift 2
: >$answers

zpty shell zsh -f -i
terminal=$REPLY

# Until ANSWERS has so many ends; what the terminal shows meanwhile is taken from it.
wait_for() {
  local noise
  until (( $(grep -c '^end$' $answers) >= $1 )); do
    sysread -i $terminal -t 0.02 noise
  done
}

cat >$answers.rc <<'SETUP'
PS1= LISTMAX=100000 COLUMNS=250 LINES=500
stty columns $COLUMNS rows $LINES
unsetopt beep
autoload -Uz compinit
fpath=($directory $fpath)
compinit -D -u
zstyle ':completion:*' format '%d'

compadd() {
  # What only goes into arrays is not offered to anybody.
  if [[ ${@[1,(i)(-|--)]} == *-[a-zA-Z]#[OAD]\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits texts
  local -i at=${@[(i)-[a-zA-Z]#d]}
  (( at < ${@[(i)(-|--)]} )) && texts=("${(@P)@[at+1]}")
  local -i explanation=${@[(i)-[a-zA-Z]#[xX]]}
  (( explanation < ${@[(i)(-|--)]} )) && print -r -- "text"$'\t'"${@[explanation+1]}" >>$answers
  builtin compadd -A hits -D texts "$@"
  local -i index
  for (( index = 1; index <= $#hits; index++ )); do
    print -r -- "offer"$'\t'"$hits[index]"$'\t'"$texts[index]" >>$answers
  done
  builtin compadd "$@"
}

tell() {
  zle list-choices
  print end >>$answers
  zle kill-buffer
}
zle -N tell
bindkey '^I' tell
print end >>$answers
SETUP

zpty -w shell "directory=${(q)directory} answers=${(q)answers}; setopt extendedglob; source ${(q)answers}.rc"
wait_for 1
for (( line = 1; line <= $#; line++ )); do
  zpty -w -n shell "${@[line]}"$'\t'
  wait_for $(( line + 1 ))
done
zpty -d shell
