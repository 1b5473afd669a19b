#!/bin/sh
# `pitwall season`: lists, new files, tables, CSV, JSON, what is missing. $1: pitwall.
set -u
pitwall=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
. "$(dirname "$0")/../checks.sh"
cd "$tmp" || exit 1
logs="err said"

"$pitwall" season >out 2>err
check "without a file the seasons of the program are listed" \
	grep -q '^lmes-2004  *Le Mans Endurance Series 2004  *lmes-2004  *4$' out
awk 'NR > 1 && NF == 0 { exit } NR > 1 { print $1 }' out >names
while read -r name; do
	# Of some cars no driver or team is established.
	if "$pitwall" season "$name" >out 2>err && [ -s out ] &&
		! grep -v 'the results have no' err >/dev/null; then
		pass "season $name"
	else
		fail "season $name"
	fi
done <names

"$pitwall" season new -o new.ini >out 2>err
"$pitwall" season new -o new.ini >out 2>err
check "a file that exists is not overwritten" grep -q 'the file exists and is not overwritten' err
"$pitwall" season new.ini >out 2>err
check "a new season can be read" grep -q '^My season: no round has results yet, 1 planned$' out

"$pitwall" season new.ini --title drivers >out 2>err
check "a title is there before the first results" \
	sh -c 'grep -q "no round has results yet" out && ! grep -q "have none" err'

cat >s.ini <<'END'
[season]
name = Two
points = elms-2015
year = 2016
[round 1]
name = Imola
length = 4h
results = 1.csv
[round 2]
name = Spa
length = 4h
results = 2.csv
[round 3]
name = Estoril
[decisions]
Imola, 21 = points -3.5
[points pole]
to = drivers
[points title teams]
cars = all
END
cat >1.csv <<'END'
place,number,class,team,driver1,driver2
1,21,LMP2,Red,Ann Bell,"Ray, Bob"
2,22,LMP2,=Blue,Cy Fox,Di Orr
END
"$pitwall" season s.ini --title drivers --format csv >out 2>err
check "a missing file ends in status 1" test $? -eq 1
check "and is named" grep -q 'round "Spa": 2.csv: .*No such file' err
check "the other rounds are scored" \
	grep -q '^drivers,LMP2,,1,1,Ann Bell,21,Red,21.5,-3.5,,equal,1,25,,$' out
cp 1.csv 2.csv
"$pitwall" season s.ini --title teams --after imola --format csv >out 2>err
check "after a round" grep -q '^teams,LMP2,,1,0,Red,,,21.5,-3.5,,,1,25$' out
check "a team that begins with = is no formula" grep -q "'=Blue" out
"$pitwall" season s.ini --title drivers --what --format json >out 2>err
if command -v python3 >/dev/null 2>&1; then
	python3 - <<'END' >said 2>&1
import json
season = json.load(open("out"))
sums = {}
for row in season["reasons"]:
    sums[row["name"]] = sums.get(row["name"], 0) + row["points"]
assert [r["held"] for r in season["rounds"]] == [True, True, False], season["rounds"]
assert sums == {"Ann Bell": 46.5, "Bob Ray": 46.5, "Cy Fox": 36, "Di Orr": 36}, sums
END
	check "reasons add up to the points" cmp said /dev/null
else
	skip "reasons add up to the points" "no python3"
fi
"$pitwall" season s.ini --after Fuji >out 2>err
check "an unknown round is refused with those there are" \
	grep -q 'there is no such round; there are Imola, Spa, Estoril' err
"$pitwall" season s.ini --class GTE >out 2>err
check "an unknown class is refused with those there are" \
	grep -q 'there is no such class; there are LMP2' err
"$pitwall" season s.ini --title cups >out 2>err
check "an unknown title is refused" grep -q 'choose drivers, teams, makes or invitations' err
"$pitwall" season le-mans-2003 --title makes --format json >out 2>err
check "a title that the rules do not have is refused, with a whole document" \
	sh -c 'tail -c 3 out | tr -d "\n" | grep -q "]*}" && grep -q "\"standings\":" out &&
		grep -q "rules le-mans-2003 have none" err'
"$pitwall" season s.ini --title invitations >out 2>err
check "rules without invitations are reported, not shown as a calendar" \
	sh -c 'grep -q "title invitations: rules elms-2015 invite no car" err && test "$(wc -l <out)" -eq 1'
"$pitwall" season nothing >out 2>err
check "an unknown season is refused" grep -q 'there is no season "nothing"' err
# The race of a round is found by its file, or by its name without accents.
{
	echo 'NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR;DRIVER_NAME;CLASS;TEAM;MANUFACTURER'
	for lap in 1 2 3; do
		echo "5;$lap;2:00.000;$((2 * lap)):00.000;12:0$((2 * lap)):00.000;Ann Oak;GT;Oak Racing;Ford"
	done
} >laps.csv
cat >w.ini <<'END'
[season]
name = Watched
points = elms-2015
[round 1]
name = Imola
length = 4h
[round 2]
name = São Paulo
scale = 4h
source = laps.csv
[round 3]
name = Spa
length = 4h
[points pole]
to = drivers teams
[points title teams]
of = car
END
"$pitwall" render laps.csv --season w.ini --screen season --size 120x30 --at end >out 2>err
check "a round is found by its source" grep -q 'round 2 of 3, São Paulo .*found by its source' out
cp laps.csv 2025_sao-paulo_laps.csv
"$pitwall" render 2025_sao-paulo_laps.csv --season w.ini --screen season --size 120x30 --at end >out 2>err
check "a round is found by its name without accents" \
	grep -q 'round 2 of 3, São Paulo .*found by its name' out
# Two rounds whose first letters are equal, and more than one byte each.
{
	printf '[season]\nname = Letters\npoints = wec-2022\n'
	n=0
	for round in 'Österreich Ring' 'Österreich Süd' Şile; do
		n=$((n + 1))
		printf '[round %d]\nname = %s\nlength = 6h\nresults = 1.csv\n' $n "$round"
	done
} >letters.ini
"$pitwall" season letters.ini --title drivers >out 2>err
check "the heads of rounds have whole letters" grep -q 'ÖRi  *ÖSü  *Şil' out
# Which round it is, when the season has one alone.
cat >only.ini <<'END'
[season]
name = Only
points = elms-2015
[round 1]
name = Spring
scale = 4h
[points pole]
to = drivers teams
END
"$pitwall" render laps.csv --season only.ini --screen season --size 120x30 --at end >out 2>err
check "the only round is the one" grep -q 'round 1 of 1, Spring .*the only round' out
cp laps.csv 2025_sebring_laps.csv
sed 's/^name = Spring/&\ncircuit = monza/' only.ini >monza.ini
"$pitwall" render 2025_sebring_laps.csv --season monza.ini --screen season --size 120x30 --at end >out 2>err
check "a race at another circuit is not the only round" \
	grep -q 'No round of the season' out
sed -e '/^.round 3/,/^length/d' -e 's/^name = Imola/&\nresults = nowhere.csv/' w.ini >gap.ini
"$pitwall" render laps.csv --season gap.ini --screen season --size 120x30 --at 0:03:00 >out 2>err
check "what must happen needs the results of all rounds" \
	grep -q 'a round before this one has no results' out
finish
