/*
 * manual.c -- `pitwall manual`: pitwall(1), made from the tables of the program
 *
 * The page that is installed is what this prints when the program is built: no command,
 * option, key or setting is in one and not in the other. The language is mdoc(7).
 */
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "pitwall/decision.h"
#include "pitwall/alert.h"
#include "pitwall/command_line.h"

/* Of lines, before what is escaped. */
enum { LINE_WIDTH = 66 };

/* ---- words, safe for mdoc ----------------------------------------------------- */

/** One word of text, with backslash, minus, quotes and the beginning of a request
 * escaped. */
static size_t word(struct out *out, struct slice text, bool *open)
{
	size_t shown = 0;
	if (text.len > 0 && (text.at[0] == '.' || text.at[0] == '\''))
		out_text(out, "\\&");
	for (size_t i = 0; i < text.len; i++, shown++) {
		if (text.at[i] == '\\')
			out_text(out, "\\e");
		else if (text.at[i] == '-')
			out_text(out, "\\-");
		else if (text.at[i] == '\'')
			out_text(out, "\\(cq");
		else if (text.at[i] == '`')
			out_text(out, *open ? "\\(cq" : "\\(oq");
		else
			out_bytes(out, text.at + i, 1);
		*open ^= text.at[i] == '`';
	}
	return shown;
}

/** @text in lines of its own. */
static void manual_words(struct out *out, const char *text)
{
	struct slice rest = slice_of(text);
	bool open = false;
	size_t at = 0;
	while (rest.len > 0) {
		struct slice next = slice_cut(&rest, ' ');
		if (at > 0)
			out_text(out, at + next.len > LINE_WIDTH ? "\n" : " ");
		if (at + next.len > LINE_WIDTH)
			at = 0;
		at += 1 + word(out, next, &open);
	}
	out_text(out, "\n");
}

/** As the one argument of a macro: quoted, blanks kept. */
static void argument(struct out *out, const char *text)
{
	/* A lone sign is no punctuation here. */
	out_text(out, text[0] != '\0' && text[1] == '\0' ? "\"\\&" : "\"");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"')
			out_text(out, "\"\"");
		else if (*p == '\\')
			out_text(out, "\\e");
		else if (*p == '\'')
			out_text(out, "\\(aq");
		else
			out_bytes(out, p, 1);
	}
	out_text(out, "\"");
}

/* ---- the parts -------------------------------------------------------------------- */

static void manual_head(struct out *out)
{
	out_text(out, ".\\\" Made by `pitwall manual` from the tables of the program.\n"
		      ".Dd November 30, 2026\n.Dt PITWALL 1\n.Os\n"
		      ".Sh NAME\n.Nm pitwall\n"
		      ".Nd live timing and scoring for endurance racing\n"
		      ".Sh SYNOPSIS\n.Nm\n.Op Ar SOURCE ...\n.Op Ar options\n");
	for (size_t i = 0; i < command_count; i++) {
		out_text(out, ".Nm\n.Cm ");
		argument(out, commands[i].usage);
		out_text(out, "\n.Op Ar options\n");
	}
	out_text(out,
		 ".Sh DESCRIPTION\n"
		 "Without a command,\n.Nm\n"
		 "opens the console: it shows the race, plays and scrubs it and, while "
		 "the race\nruns, records and controls it.\n"
		 ".Pp\nA\n.Ar SOURCE\n"
		 "is a lap file, a recording, a capture,\n.Sq \\-\n"
		 "for standard input, or the URL of a live source, such as\n"
		 ".Li p3://10.0.0.5 ,\n.Li rmonitor://orbits:50000 ,\n"
		 ".Li beacon+udp://*:7575 ,\nof a race in Redis,\n"
		 ".Li redis://HOST/NAME ,\nor a program,\n.Li exec:COMMAND .\n"
		 "Its first bytes give its format;\n.Li ?feed=NAME\n"
		 "at the end of it sets the format.\n"
		 "The default is the 1000 km of Le Mans of 2003.\n"
		 ".Pp\nA\n.Ar WHEN\nis\n.Li 3:20:00\n(race time),\n.Li @15:20:00\n"
		 "(time of day),\n.Li lap:112\n(of the leader),\n.Li 50% ,\n.Li start\n"
		 "or\n.Li end .\n");
}

static void manual_options_of(struct out *out, const char *accepts)
{
	bool first = true;
	for (size_t i = 0; i < option_rows_count; i++) {
		/* Help and the version are there everywhere. */
		if (!option_accepted(accepts, option_rows[i].name) ||
		    option_accepted("", option_rows[i].name))
			continue;
		out_text(out, first ? ".Pp\nIts options:\n" : " ,\n");
		out_format(out, ".Fl \\-%s", option_rows[i].name);
		first = false;
	}
	if (!first)
		out_text(out, " .\n");
}

static void command_parts(struct out *out)
{
	out_text(out, ".Sh COMMANDS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < command_count; i++) {
		out_text(out, ".It Cm ");
		argument(out, commands[i].usage);
		out_text(out, "\n");
		manual_words(out, commands[i].about);
		manual_options_of(out, commands[i].accepts);
	}
	out_text(out, ".El\n");
}

static void option_parts(struct out *out)
{
	char about[512];
	out_text(out, ".Sh OPTIONS\nThe options of the console.\n");
	manual_options_of(out, console_accepts);
	out_text(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		out_text(out, ".It");
		if (row->letter != 0)
			out_format(out, " Fl %c ,", row->letter);
		out_format(out, " Fl \\-%s", row->name);
		if (row->argument != NULL)
			out_format(out, " Ar %s", row->argument);
		out_text(out, "\n");
		option_about(row, NULL, about, sizeof(about));
		manual_words(out, about);
		if (row->value == VALUE_FORMAT) {
			size_t len =
				values_list(VALUE_PICTURE, about, sizeof(about) - 1);
			text_copy(about + len, sizeof(about) - len, slice_of(")"));
			out_text(out, "(of\n.Cm render :\n");
			manual_words(out, about);
		}
		if (row->fallback != NULL && row->fallback[0] != '\0')
			out_format(out, "(default:\n.Li %s )\n", row->fallback);
	}
	out_text(out, ".El\n");
}

static void key_parts(struct out *out)
{
	out_text(out, ".Sh KEYS\nThe default keys;\n.Xr pitwall-config 5\n"
		      "says how to bind others.\n"
		      "The word in parentheses is the name of the action there.\n"
		      ".Bl -tag -width Ds\n");
	for (unsigned action = 0; action < ACTION_COUNT; action++) {
		bool found = false;
		for (size_t i = 0; i < key_bindings_count; i++) {
			if (key_bindings[i].action != action)
				continue;
			out_text(out, found ? " , Ic " : ".It Ic ");
			argument(out, key_bindings[i].label);
			found = true;
		}
		if (!found)
			continue;
		out_text(out, "\n");
		manual_words(out, action_about((enum action)action));
		out_format(out, ".Pq Li %s\n", action_name((enum action)action));
	}
	out_text(out, ".El\n");
}

static void command_line_parts(struct out *out)
{
	struct line_verb verb;
	out_text(out, ".Sh COMMAND LINE\n.Ic \\&:\nasks for a command.\n"
		      "The name of any action is one, too;\n"
		      "a name may be shortened as far as it stays unique.\n"
		      "Tab completes commands and what follows them;\n"
		      "Up and Down bring back the lines that were typed before.\n"
		      ".Bl -tag -width Ds\n");
	for (unsigned i = 0; line_verb_at(i, &verb) && verb.does != LINE_ACTION; i++) {
		out_format(out, ".It Ic %s", verb.name);
		out_text(out, verb.usage[0] != '\0' ? " Ar " : "");
		if (verb.usage[0] != '\0')
			argument(out, verb.usage);
		out_text(out, "\n");
		manual_words(out, verb.about);
	}
	out_text(out, ".El\n");
}

static void screen_parts(struct out *out)
{
	out_text(out, ".Sh SCREENS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		out_format(out, ".It Li %s\n", screens[i]->name);
		manual_words(out, screens[i]->about);
	}
	out_text(out, ".El\n");
}

static void column_parts(struct out *out)
{
	char name[COLUMN_NAME_MAX], text[512];
	out_text(out, ".Sh COLUMNS\nOf the timing screen, for\n.Fl \\-columns ,\n"
		      ".Fl \\-sort\nand section\n.Li [columns]\n"
		      "of the configuration file.\n.Bl -tag -width class-position "
		      "-compact\n");
	for (unsigned id = 0; column_name(id, name); id++) {
		if (column_by_name(slice_of(name)) != (int)id)
			continue;
		out_format(out, ".It Li %s\n", name);
		manual_words(out, column_about(id));
	}
	out_text(out, ".El\n.Pp\nSets of columns:\n.Bl -tag -width class-position "
		      "-compact\n");
	for (size_t i = 0; i < column_sets_count; i++) {
		column_set_text(&column_sets[i], text, sizeof(text));
		out_format(out, ".It Li %s\n", column_sets[i].name);
		manual_words(out,
			     text[0] != '\0' ? text : "as many as there is room for");
	}
	out_text(out, ".El\n");
}

static void alert_parts(struct out *out)
{
	out_text(out, ".Sh ALERT RULES\nA rule of\n.Fl \\-alert\n"
		      "and of section\n.Li [alerts]\n"
		      "of the configuration file names who, then what.\n"
		      "Where what has a unit,\n.Sq <\nor\n.Sq >\n"
		      "and a number follow.\nWho:\n.Bl -tag -width class-position "
		      "-compact\n");
	for (size_t i = 0; i < alert_subjects_count; i++) {
		out_text(out, ".It Li ");
		argument(out, alert_subjects[i].name);
		out_text(out, "\n");
		manual_words(out, alert_subjects[i].about);
	}
	out_text(out, ".El\n.Pp\nWhat:\n.Bl -tag -width class-position -compact\n");
	for (size_t i = 0; i < alert_terms_count; i++) {
		out_format(out, ".It Li %s", alert_terms[i].name);
		if (alert_terms[i].unit[0] != '\0')
			out_format(out, " Pq %s", alert_terms[i].unit);
		out_text(out, "\n");
		manual_words(out, alert_terms[i].about);
	}
	out_text(out, ".El\n.Pp\n");
	manual_words(out, "A value that swings around its number raises one alert: the "
			  "next needs it to have been clear of the number, by a tenth "
			  "of it and half a second, five percent, a lap or a place, or "
			  "not beyond it for five minutes.");
	manual_words(out, "Alerts of one rule within ten seconds are one line.");
	manual_words(out, "No alert is raised while no live source sends.");
}

static void lap_file_parts(struct out *out)
{
	out_text(
		out,
		".Sh LAP FILES\nA lap file of Al Kamel Systems has a row a car and "
		"lap.\n"
		"What it says of its own session counts:\n"
		".Bl -tag -width Ds\n"
		".It the type\n"
		"Cars begin a race on the grid, practice and qualifying in the pit\n"
		"lane\n.Pq a PIT_TIME on lap 1 .\n"
		"Where the rows decide nothing, the words of the name do:\n"
		"practice, FP1, Prac 1, qualifying, Q1, Hyperpole, Superpole,\n"
		"Session 3, Test, TT1, Warm Up are timed sessions, a Qualifying Race\n"
		"is a race.\n.Fl \\-session Cm race\nor\n.Cm timed\n"
		"decides otherwise.\n"
		".It best laps\n"
		"The fastest row of a car whose LAP_IMPROVEMENT is not 0 is its best\n"
		"lap that counts, whatever lap it is.\n"
		"Faster rows without the mark were deleted by the officials:\n"
		"each is an inferred decision, which\n.Cm events\n"
		"and\n.Li x\nshow with its reason.\n"
		"In a timed session a car without a mark has no time, unless most\n"
		"cars have none.\n"
		"When a lap was deleted is not in the file: it never counts, from its\n"
		"end on, and before its end nothing of it shows.\n"
		"So a best lap in mid-session is the best of the laps that count at\n"
		"the end, among those driven so far.\n"
		"A file without any mark says nothing of this.\n"
		".It the end\n"
		"The length of a race, from a ruleset, ends no timed session, and no\n"
		"race without flags that goes on far behind it.\n"
		"Laps behind the finish are reported, not counted.\n"
		".It the clock\n"
		"ELAPSED is the time of the session.\n"
		"HOUR may step against it: at the change to winter time, or where a\n"
		"red flag stops the clock of the session.\n"
		".It the year\n"
		"Without a date it follows from the classes: LMGT3 ran from 2024, "
		"LMGTE until\n"
		"2023.\n"
		".El\n.Pp\n"
		"The results, weather and flags that are published beside a lap file\n"
		"are not read as one; the message names the lap file beside them.\n"
		".Cm check\n"
		"compares a lap file with the results beside it, and names the cars\n"
		"that differ: by a penalty, or by a time that was taken away without\n"
		"a trace in the laps.\n"
		".Cm convert\n"
		"writes KPH, TOP_SPEED, PIT_TIME and the marks back.\n");
}

static void other_file_parts(struct out *out)
{
	out_text(
		out,
		".Sh OTHER FILES\nA source may also be:\n"
		".Bl -tag -width Ds\n"
		".It a recording of Timing71\n"
		"the archive\n.Pq .zip ,\n"
		"or manifest.json in its folder; or an .analysis.json\n"
		".It a replay of HH Timing\n.Pq .hhreplay\n"
		".It a recording of Formula 1's live timing\n"
		"live.txt of undercut-f1, with subscribe.txt beside it\n"
		".It answers of Griiip\n"
		"live_laps.json, with the others of one session beside it or in an\n"
		"archive\n"
		".It documents of Swiss Timing\n"
		"TIMING, COMP_DETAIL, SCHEDULE and SEASON of one session, likewise\n"
		".It laps of Speedhive\n"
		"lapdata of one session, a file a car, likewise\n"
		".It a table of laps\n"
		"CSV whose first line names a car, a lap and a time.\n"
		"Usual titles are known in any spelling (Car No, Lap, Lap Time);\n"
		".Fl \\-map Li number=Wagen,lap=Runde,time=Zeit\n"
		"names others: number, lap, time, elapsed, hour, driver, class, team,\n"
		"vehicle, pit.\n"
		"Without elapsed times the laps of a car are added up.\n"
		".El\n.Pp\n"
		"Documents that lie beside the one that is named are read with it "
		"when\n"
		"they are of the same session.\n"
		".Pp\n"
		"Each of these may be compressed by gzip, xz, zstd, bzip2 or lz4, or "
		"be\n"
		"the one file of a race in a zip, 7z or tar archive:\n"
		"pitwall-unpack, a program of its own without files and connections,\n"
		"unpacks at most 512 MiB.\n"
		".Pp\n"
		"A source that sends standings, not passings, has a crossing where "
		"the\n"
		"lap times add up to, and stops between two standings: such instants "
		"are\n"
		"marked as estimates, and\n.Li x\nsays within how many seconds they "
		"are.\n"
		".Cm convert\n"
		"writes all of them into a recording.\n");
}

static void rmonitor_parts(struct out *out)
{
	out_text(
		out,
		".Sh RMONITOR\nWhat a scoreboard feed says of its own race counts.\n"
		"The name of a run is read by the words of\n.Sx LAP FILES ;\n"
		"a run limited by more than 4 laps is a race, and one whose name says\n"
		"neither is timed where $G ranks the cars by their best laps, and\n"
		"against their laps.\n"
		"The length of a run is the time to go and the race time of $F, or\n"
		"the laps to go and those of the leader, once five $F agree: a\n"
		"message says so.\n"
		".Fl \\-length\nor a session file decides otherwise.\n"
		"9999 laps and 00:00:00 are no limit.\n"
		"While a red flag stops the race clock no time passes: times of day\n"
		"behind the stop are early by it.\n.Pp\n"
		"Where a standing differs from the passings, the standing counts: an\n"
		"inferred decision makes up the difference, which\n"
		".Cm events\nand\n.Li x\nshow with one of these reasons:\n"
		".Bl -tag -width Ds\n"
		".It in the feed's total\n"
		"$G has another total than the last crossing, by a penalty\n"
		".It in the feed's laps\n"
		"$G has other laps: some were given or taken away\n"
		".It timed again by the source\n"
		"a second $J corrects the last crossing, which is taken back\n"
		".It corrected by the timing\n"
		"$COR corrects the last lap\n"
		".It the corrected lap is over\n"
		"the totals have that correction in them from here on\n"
		".El\n.Pp\nMessages and anomalies:\n"
		".Bl -tag -width Ds\n"
		".It best lap 1:36.000 taken back: 1:38.000 on lap 2 counts\n"
		"$H has a slower best lap than before, or none\n"
		".It the start was moved while the race ran\n"
		"race clock and totals stepped alike: they count from the new start\n"
		".It the source's time of day was set\n"
		"the race clock went on: the step is ignored\n"
		".It a passing that was counted already\n"
		"a $J of no later total: it is not counted\n"
		".It an entry with two transponders, a transponder on two cars\n"
		"reported only: passings name the entry, not the transponder\n"
		".It $COR: of another lap than the car's last\n"
		"that correction is not applied\n"
		".It $L: a line that this circuit does not have\n"
		"that passing is not used\n"
		".It $G: an impossible number of laps\n"
		"that standing is not used\n"
		".El\n");
}

static void p3_parts(struct out *out)
{
	out_text(
		out,
		".Sh P3\nA decoder sends transponders and times: no start, no cars, "
		"no\n"
		"flags.\n"
		"Entries, start and length come from a session file; without one a\n"
		"car is its transponder, and its first passing begins its first lap.\n"
		".Cm session new Ar SOURCE\n"
		"writes that file of a race, with the transponders that\n"
		".Cm serve\nsends of it.\n"
		"The clock of a decoder that is of the day of the session, and not of\n"
		"the day it was received on, counts, as UTC: a replay.\n"
		"At\n.Fl \\-speed Cm 1\n"
		".Cm serve\nsends the clock of today: leave out date and start_at, "
		"and\n"
		"give the start at the keyboard.\n");
}

static void decision_parts(struct out *out)
{
	out_text(
		out,
		".Sh DECISIONS\nA file for\n.Fl \\-decisions\n"
		"is CSV with the columns\n.Li number,kind,value,reason[,at] ;\n"
		"a recording contains the same lines.\n"
		"A car is its number,\n.Li ?2906141\n"
		"a transponder.\n"
		".Li at\n"
		"is a race time, 3:20:00, a time of day, @15:20:00,\n"
		"or an instant, 2026-11-22T15:20:00Z.\n"
		"A decision of the stewards without it applies after the flag,\n"
		"in a recording after the passings before it.\n"
		".Li result-at\n"
		"counts a result back, after a red flag for example: the race is over\n"
		"when the leader completes that lap, at whatever instant it is shown.\n"
		"The last line of the kind counts.\n"
		"While a race runs, a decision is typed at the prompt of race control\n"
		".Pq o, then o :\n"
		".Li result-at 12 red flag .\n"
		"Lines that are invalid, or about a car or lap that is not in the\n"
		"race, are reported, and the others apply.\n"
		"Kinds, and what the value says:\n.Bl -tag -width class-position "
		"-compact\n");
	for (size_t i = 0; i < decision_forms_count; i++) {
		const struct decision_form *form = &decision_forms[i];
		if (decision_form_about(form) == NULL)
			continue;
		out_format(out, ".It Li %s\n", decision_form_kind(form));
		manual_words(out, decision_form_about(form));
	}
	out_text(out, ".El\n");
}

static void variable_parts(struct out *out)
{
	char name[64];
	out_text(out, ".Sh ENVIRONMENT\nEvery setting is a variable too:\n"
		      ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < option_rows_count; i++) {
		if (option_rows[i].fallback == NULL)
			continue;
		config_variable(&option_rows[i], name, sizeof(name));
		out_format(out, ".It Ev %s\nas\n.Fl \\-%s\n", name,
			   option_rows[i].name);
	}
	out_text(out,
		 ".It Ev PITWALL_CONFIG\nas\n.Fl \\-config\n"
		 ".It Ev PITWALL_ASSETS\nthe folder of the data files\n"
		 ".It Ev PITWALL_WEB\nthe path of\n.Xr pitwall-web 1\n"
		 ".It Ev PITWALL_REDIS_USER , PITWALL_REDIS_PASSWORD\n"
		 "the user and the password of Redis, see\n.Xr pitwall-redis 7\n"
		 ".It Ev PITWALL_REDIS_TO_USER , PITWALL_REDIS_TO_PASSWORD\n"
		 "the same of the Redis that a relay writes to\n"
		 ".It Ev PITWALL_TOLD\nthe text of the alert, for\n"
		 ".Fl \\-alert\\-command\n"
		 ".It Ev XDG_CONFIG_HOME , XDG_STATE_HOME\n"
		 "the folders in place of ~/.config and ~/.local/state\n"
		 ".It Ev NO_COLOR\nif not empty, no colours\n"
		 ".It Ev COLORFGBG\nfor the theme auto: a background of 7 or 15 is "
		 "light.\nThe answer of the terminal counts more.\nA picture is dark\n"
		 ".It Ev TERM , LANG , COLUMNS , LINES\nas everywhere\n.El\n");
}

static void limit_parts(struct out *out)
{
	out_text(out, ".Sh LIMITS\nA race or a source has at most:\n"
		      ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < session_limits_count; i++) {
		const struct session_limit *limit = &session_limits[i];
		if (limit->max == 0)
			continue;
		out_format(out, ".It %u %s\n", (unsigned)limit->max, limit->name);
		manual_words(out, limit->then);
	}
	out_text(
		out,
		".El\n.Pp\nA console has at most 16 sources, a P3 stream 32 "
		"decoders,\na lap 15 intermediate "
		"lines,\nand a car of a lap file 9999 laps.\nCharts and the report "
		"draw "
		"the first 4095 laps of a car.\n"
		"A file or a finished recording has as many events as fit into\n"
		"memory.\n"
		".Pp\nWhen the events of a running race fill\n.Fl \\-memory ,\n"
		"the oldest leave memory, and earlier sessions.\n"
		"The race goes on: standings, laps, history and forecasts are those "
		"of\n"
		"the whole race.\n"
		"Instants before can no longer be shown there;\n"
		".Nm\n.Cm render\nshows them from the recording.\n"
		"Passings of before that arrive later are anomalies and not used.\n"
		".Pp\nNo limit of these bounds a recording:\n"
		".Fl \\-grow\\-limit\nand\n.Fl \\-disk\\-reserve\ndo.\n"
		".Pp\nAt 90 % of a limit, and when it is met, the console says so, and "
		"how many\nare lost: in a notice, in the log of the screen\n"
		".Li feeds ,\nand in\n.Cm serve\non standard error.\n"
		".Sq LIVE \\&!\nin the title means that laps, gaps or positions are "
		"incomplete.\n"
		"Commands name each limit that was met, and how many are lost.\n");
}

static void tail(struct out *out)
{
	out_text(
		out,
		".Sh FILES\n.Bl -tag -width Ds\n"
		".It Pa ~/.config/pitwall/config\nsettings and keys\n"
		".It Pa ~/.config/pitwall/themes/NAME.ini\nyour own themes\n"
		".It Pa ~/.local/state/pitwall\n"
		"recordings of live sources without\n.Fl o\n"
		".It Pa ~/.local/state/pitwall/places\n"
		"where you left the last 64 files: position, screen, selected and\n"
		"tagged cars; a file is known by its content, whatever its name\n"
		".It Pa share/pitwall\n"
		"where the program is installed: its data, with examples and units of\n"
		"systemd\n.El\n"
		".Sh EXIT STATUS\n.Bl -tag -width Ds\n.It 0\nsuccess\n"
		".It 1\na source could not be read, or a file not written;\n"
		"the message names the file, the line and the reason.\n"
		".Cm check :\nthere is damage, or rows of a lap file "
		"were not used.\n.Cm archive :\na row is missing or "
		"differs.\n.Cm season :\na round could not be read\n"
		".It 2\nwrong usage, or an invalid setting\n.El\n"
		".Sh EXAMPLES\n.Dl pitwall p3://10.0.0.5 \\-\\-session race.ini \\-o "
		"race.pitwall\n"
		".Dl pitwall results race.csv \\-\\-at 50% \\-\\-format json\n"
		".Dl pitwall render race.csv \\-\\-at lap:112 \\-\\-screen timing "
		"\\-\\-format svg\n"
		".Sh SEE ALSO\n.Xr pitwall-png 1 ,\n.Xr pitwall-unpack 1 ,\n"
		".Xr pitwall-web 1 ,\n.Xr pitwall-beacon 5 ,\n"
		".Xr pitwall-config 5 ,\n.Xr pitwall-json 5 ,\n"
		".Xr pitwall-points 5 ,\n"
		".Xr pitwall-recording 5 ,\n.Xr pitwall-rules 5 ,\n"
		".Xr pitwall-season 5 ,\n"
		".Xr pitwall-source 5 ,\n.Xr pitwall-redis 7\n");
}

int manual_run(const struct options *options)
{
	struct out out;
	(void)options;
	out_to_fd(&out, STDOUT_FILENO);
	manual_head(&out);
	command_parts(&out);
	option_parts(&out);
	screen_parts(&out);
	key_parts(&out);
	command_line_parts(&out);
	column_parts(&out);
	alert_parts(&out);
	lap_file_parts(&out);
	other_file_parts(&out);
	rmonitor_parts(&out);
	p3_parts(&out);
	decision_parts(&out);
	variable_parts(&out);
	limit_parts(&out);
	tail(&out);
	return finish_output(&out, EXIT_DONE);
}
