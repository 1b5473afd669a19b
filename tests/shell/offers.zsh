# What zsh offers behind a line: $1 the folder of _pitwall, $2 the line. A shell in a
# pseudoterminal completes it; compadd, looked through, tells what it was given.
zmodload zsh/zpty
zpty offers zsh -f -i
zpty -w offers "PS1=; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w offers 'compadd() {
	local -a words
	builtin compadd -O words "$@"
	(( $#words )) && print -l -- OFFER:${^words}
	builtin compadd "$@"
}
offer() { zle complete-word; print; print -n OFFERS-; print END; BUFFER=; zle accept-line }
zle -C complete-word complete-word _main_complete
zle -N offer; bindkey "^X" offer; print -n REA; print DY'
zpty -r offers seen '*READY*' || exit 1
zpty -n -w offers "$2"$'\C-X'
zpty -r offers seen '*OFFERS-END*' || exit 1
print -r -- $seen | tr -d '\r' | sed -n 's/^.*OFFER:\([^ ]*\)$/\1/p'
zpty -d offers
