#!/bin/sh
# What the shells offer, asked of the shells themselves; one that is not there is a skip.
# $1: pitwall, $2: the folder of the completions as they were built.
set -u
folder=$2
PATH=$(dirname "$1"):$PATH
export PATH
n=0

# expect SHELL WORDS WANTED UNWANTED: the offers behind WORDS hold each of WANTED, and
# none of UNWANTED.
expect() {
	n=$((n + 1))
	offers=" $("offers_$1" "$2" | tr '\n' ' ') "
	bad=
	for word in $3; do
		case $offers in *" $word "*) ;; *) bad="$bad no:$word" ;; esac
	done
	for word in $4; do
		case $offers in *" $word "*) bad="$bad a:$word" ;; esac
	done
	if [ -z "$bad" ]; then
		echo "ok $n - $1: $2"
	else
		echo "# offered:$offers"
		echo "not ok $n - $1: $2:$bad"
	fi
}

# The words are behind each other, the last one the one that is typed ("" after a blank).
offers_bash() {
	bash --norc -c '
		. "$1"
		line=$2
		read -ra COMP_WORDS <<<"${line//=/ = }"
		case $line in *" " | *=) COMP_WORDS+=("") ;; esac
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_pitwall
		printf "%s\n" "${COMPREPLY[@]}"' bash "$folder/pitwall" "$1"
}

offers_fish() {
	fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
		"$folder/pitwall.fish" "$1" 2>/dev/null | cut -f 1
}

# In a terminal of its own: the widget writes what is offered instead of showing it.
offers_zsh() {
	timeout 30 zsh -f "$here/offers.zsh" "$folder" "$1" 2>/dev/null
}
here=$(dirname "$0")

for shell in bash zsh fish; do
	if ! command -v "$shell" >/dev/null 2>&1; then
		n=$((n + 1))
		echo "ok $n - $shell # SKIP no $shell"
		continue
	fi
	# zsh offers a file by its name, the others with its folder.
	file=$here/completion.sh
	[ "$shell" != zsh ] || file=completion.sh
	expect "$shell" "pitwall re" "results report render record" "laps"
	expect "$shell" "pitwall results --f" "--format" "--fit --filter"
	expect "$shell" "pitwall render --screen " "classes timing laps feeds" "dark"
	expect "$shell" "pitwall render --format " "text ansi svg" "csv"
	expect "$shell" "pitwall results --format " "table csv json" "svg"
	expect "$shell" "pitwall --th" "--theme" "--format"
	expect "$shell" "pitwall --theme " "dark light high-contrast colour-blind" "csv"
	expect "$shell" "pitwall --speed " "1/8 8 1000" "dark"
	expect "$shell" "pitwall results --rules " "imsa wec plain" "bugatti"
	expect "$shell" "pitwall session new --circuit " "bugatti" "imsa"
	expect "$shell" "pitwall session " "new" "imsa"
	expect "$shell" "pitwall session new $here/comp" "$file" "new"
	expect "$shell" "pitwall season " "new le-mans-2003 lmes-2004" "name Standings:"
	expect "$shell" "pitwall season $here/comp" "$file" "new"
	expect "$shell" "pitwall --season l" "le-mans-2003 lmes-2004" "imsa"
	expect "$shell" "pitwall --season $here/comp" "$file" "lmes-2004"
	expect "$shell" "pitwall rules im" "imsa" "plain"
	expect "$shell" "pitwall rules $here/comp" "$file" "imsa"
	expect "$shell" "pitwall results --rules $here/comp" "$file" "imsa"
	expect "$shell" "pitwall completion " "bash zsh fish" "dark"
done
expect bash "pitwall --theme=da" "dark" "light"
expect bash "pitwall results -f " "csv" "svg"
expect bash "pitwall results --decisions $here/comp" "$here/completion.sh" ""
echo "1..$n"
