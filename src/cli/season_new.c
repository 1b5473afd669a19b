/*
 * season_new.c -- `season new`: a season file to begin with, every key explained
 *
 *  (1) What is there is never written over.
 *  (2) The file can be read as it is: it has one round, without results.
 */
#include "season_new.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char season_text[] =
	"; A season of pitwall: races that are scored together.\n"
	";\n"
	";   pitwall season FILE                      standings\n"
	";   pitwall season FILE --after \"Le Mans\"    as they were then\n"
	";   pitwall season FILE --what               the reason of each point\n"
	";\n"
	"; Lines that begin with ';' are comments: take the ';' away to use a key. A "
	"line has\n"
	"; at most 195 bytes. Files are beside this one. Any KEY may have a line "
	"\"KEY-source =\n"
	"; where it is from\" behind it. All of it: pitwall-season(5).\n"
	"\n"
	"[season]\n"
	"name = My season\n"
	"; The rules of points: elms-2012, fia-gt-2003, imsa-2021, lmes-2004, wec-2022 "
	"... or a\n"
	"; file beside this one. pitwall-points(5) lists them.\n"
	"points = wec-2022\n"
	"; Which year of the rules; without it, the year of the first date.\n"
	";year = 2026\n"
	"; Who is classified in lap files and recordings: a name of `pitwall rules`.\n"
	";ruleset = wec\n"
	"; Cars that are no part of the season in any round, and cars of private "
	"teams, "
	"which do\n"
	"; not score for their make.\n"
	";guests = 99, 199\n"
	";private = 83\n"
	"; A sentence that is shown with the standings.\n"
	";notice = Points of round 2 are provisional.\n"
	"\n"
	"; The rounds in their order. A round without a source and without results is "
	"planned.\n"
	"[round 1]\n"
	"name = First round\n"
	";date = 2026-04-19\n"
	";circuit = imola\n"
	"; The length decides the scale of points: 6h, 1000km, or both: 1812km,10h.\n"
	";length = 6h\n"
	"; Any race pitwall opens: a lap file, a recording, an official list of "
	"results.\n"
	";source = imola_laps.csv\n"
	"; A list of results: its places are the places, also beside a source. One "
	"that "
	"is typed by\n"
	"; hand has a first line with the names of the columns, some of\n"
	";   place,class_place,number,class,team,make,laps,status,qualifying,driver1,"
	"driver2,...\n"
	"; and a line a car. A place may be NC, DNF, DNS or DSQ.\n"
	";results = imola_results.csv\n"
	"; Results of qualifying, a line a file; or the cars on pole, of each class.\n"
	";qualifying = imola_qualifying.csv\n"
	";pole = 50, 92\n"
	";fastest-lap = 51\n"
	"; The stewards' decisions of the race, as `pitwall results --decisions` takes "
	"them.\n"
	";decisions = imola_decisions.csv\n"
	"; Who is classified in this round, where [season] does not say it.\n"
	";ruleset = le-mans-24h-2024\n"
	"; Guests of this round; classes that get no points for the championship "
	"here.\n"
	";guests = 311\n"
	";without = LMP2\n"
	"; Cars in practice, where the rules count them; laps of the winner, where the "
	"results\n"
	"; have no laps.\n"
	";admitted = GTS 8, GT 20\n"
	";laps = 212\n"
	"; A race that was stopped: the time that was raced, or the share of the "
	"distance; "
	"or the\n"
	"; share of the points itself. A scale by name where the length does not "
	"decide.\n"
	";run = 2:10:00\n"
	";distance = 55%\n"
	";factor = 0.5\n"
	";scale = 6h\n"
	"\n"
	"; Cars entered for the season. All other cars of a class that is named here "
	"are "
	"guests.\n"
	"[entries]\n"
	";HYPERCAR = 5, 6, 7, 8, 12, 50, 51, 83\n"
	"\n"
	"; The right name, then what sources write instead. Case, accents and the "
	"order of "
	"words do\n"
	"; not matter. \"Name =\" alone: never joined with another by a guess.\n"
	"[drivers]\n"
	";Kevin Estre = K. Estre, Kevin Estré Jr\n"
	"[teams]\n"
	";Porsche Penske Motorsport = Porsche Penske Motorsports\n"
	"; Makes: the beginning of what sources call the car.\n"
	"[makes]\n"
	";Porsche = Porsche 963\n"
	"; A car that changed its number: in all rounds, or in one.\n"
	"[cars]\n"
	";10 = 110, 210 at First round\n"
	"\n"
	"; What was decided after the race, also months later. Without a word behind "
	"\"to\", points\n"
	"; are those of drivers and teams.\n"
	"[decisions]\n"
	";First round, 6 = dsq\n"
	";First round, 7 = place 4\n"
	";First round, 8 = last\n"
	";First round, 60 = points -200 to drivers teams\n"
	";First round = qualifying void LMP2, LMP3\n"
	"\n"
	"; What the rules of points do not establish, or what is different in this "
	"season: "
	"a section\n"
	"; of theirs, with \"points\" before it.\n"
	";[points pole]\n"
	";points = 1\n";

static int season_new_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0)
		return fd;
	if (errno == EEXIST)
		complain("%s: the file exists and is not overwritten; choose another "
			 "name with -o",
			 path);
	else
		complain("%s: cannot write the file: %s", path, strerror(errno));
	return -1;
}

int season_new(const struct options *options)
{
	const char *path = options->output;
	struct out out;
	int fd = STDOUT_FILENO;
	if (options->source_count > 1) {
		complain("season new [-o FILE.ini]");
		return EXIT_USAGE;
	}
	if (path && !names_a_file(path)) {
		complain("%s: the name of a season file must end in .ini", path);
		return EXIT_USAGE;
	}
	if (path && (fd = season_new_open(path)) < 0)
		return EXIT_SOURCE;
	out_to_fd(&out, fd);
	out_text(&out, season_text);
	if (!path)
		return finish_output(&out, EXIT_DONE);
	int rc = out_flush(&out);
	if (close(fd) != 0 && rc == 0)
		rc = -errno;
	if (rc != 0) {
		complain("%s: cannot write the file: %s", path, strerror(-rc));
		unlink(path);
		return EXIT_SOURCE;
	}
	out_to_fd(&out, STDOUT_FILENO);
	out_format(&out, "%s is written. Use it with: pitwall season %s\n", path, path);
	return finish_output(&out, EXIT_DONE);
}
