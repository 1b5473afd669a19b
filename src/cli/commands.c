/*
 * commands.c -- the table of commands, and the help made from it
 */
#include "option_rows.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SOURCE_OPTIONS                                                        \
	"rules length result-at map decisions session beacon-key redis-auth " \
	"archive"

static int help_run(const struct options *options);

const struct command commands[] = {
	{"results", "results [SOURCE]", "print the classification",
	 "at format csv seconds class anomalies " SOURCE_OPTIONS, results_run},
	{"laps", "laps [SOURCE]", "print every lap with its sectors",
	 "at format csv seconds car class anomalies " SOURCE_OPTIONS, laps_run},
	{"events", "events [SOURCE]",
	 "print what happened: stops, leads, best laps, flags, race control",
	 "at format csv seconds car class anomalies " SOURCE_OPTIONS, events_run},
	{"digest", "digest [SOURCE]",
	 "print how a race was won, in about ten lines of facts",
	 "at format csv seconds favourites anomalies " SOURCE_OPTIONS, digest_run},
	{"stints", "stints [SOURCE]", "print every stint: driver, laps, times",
	 "at format csv seconds car class anomalies " SOURCE_OPTIONS, stints_run},
	{"stops", "stops [SOURCE]", "print every stop: in, out, time, drivers",
	 "at format csv seconds car class anomalies " SOURCE_OPTIONS, stops_run},
	{"forecast", "forecast [SOURCE] [--at WHEN]", "forecast the flag from WHEN",
	 "at format csv seconds class anomalies " SOURCE_OPTIONS, forecast_run},
	{"strategy", "strategy [SOURCE] [--at WHEN]",
	 "print stops to come, windows, and where a stop now comes out",
	 "at format csv seconds car class stints what-if anomalies " SOURCE_OPTIONS,
	 strategy_run},
	{"backtest", "backtest SOURCE...", "measure the forecasts of finished races",
	 "format csv fit leave-one-out measure output " SOURCE_OPTIONS, backtest_run},
	{"convert", "convert [SOURCE] -o FILE",
	 "write a recording (.pitwall), a lap file (.csv) or events (.jsonl)",
	 "output csv anomalies " SOURCE_OPTIONS, convert_run},
	{"report", "report [SOURCE] [-o FILE.html]",
	 "write a race as one HTML page: digest, classification, map, plots, stints,"
	 " events",
	 "at output season round " SOURCE_OPTIONS, report_run},
	{"render", "render [SOURCE] [--at WHEN] [--screen NAME] [--size COLSxROWS]",
	 "print a screen as text, ANSI, SVG or PNG",
	 "at screen chart size format car stints what-if with columns sort filter gaps "
	 "colours "
	 "favourites theme mono ascii config season round " SOURCE_OPTIONS,
	 render_run},
	{"session", "session new [SOURCE] [-o FILE]",
	 "write a session file with comments, also of an entry list or a race",
	 "output csv entries circuit rules length", session_run},
	{"season", "season [FILE | NAME | new]",
	 "print the standings of a season, and why; list or write season files",
	 "after title class what format csv output", season_run},
	{"record", "record SOURCE... [-o FILE.pitwall]",
	 "record live sources without a screen",
	 "output session rules length sync grow-limit disk-reserve source-rate "
	 "beacon-key publish publish-keep redis-auth archive no-sandbox config",
	 record_run},
	{"relay", "relay redis://HOST/NAME[/SESSION] redis://HOST[/NAME[/SESSION]]",
	 "copy a race from one Redis into another while it runs",
	 "redis-auth redis-to-auth publish-keep config", relay_run},
	{"archive", "archive redis://HOST/NAME[/SESSION] -o FILE.pitwall",
	 "write a race of Redis into a recording, and compare all of it",
	 "output trim redis-auth config", archive_run},
	{"check", "check FILE...",
	 "look for damage, unused rows, and differences to the official results", "",
	 check_run},
	{"serve", "serve [SOURCE] --rmonitor ADDR:PORT",
	 "serve a race as RMonitor, JSON Lines or P3",
	 "rmonitor jsonl p3 allow clients per-address idle speed at lines wait "
	 "encoding track-unit refresh utc no-sandbox output memory publish "
	 "publish-keep " SOURCE_OPTIONS,
	 serve_run},
	{"live", "live [NUMBER]",
	 "list what is on now, by services on the web; show one of them",
	 "format csv " LIVE_OPTIONS, live_run},
	{"feeds", "feeds", "list the formats and protocols", "format csv", feeds_run},
	{"rules", "rules [NAME]",
	 "list the rulesets, or the values of one with their sources", "format csv",
	 rules_run},
	{"circuits", "circuits [NAME | --of SOURCE...]",
	 "list the circuits, the lines and turns of one, or which one a race is on",
	 "of format csv session", circuits_run},
	{"columns", "columns",
	 "list the columns of the timing screen and the sets of columns", "format csv",
	 columns_run},
	{"alerts", "alerts", "list the terms of the rules of --alert", "format csv",
	 alerts_run},
	{"themes", "themes", "list the themes, yours included", "format csv",
	 themes_run},
	{"keys", "keys", "list the key bindings of the console", "config format csv",
	 keys_run},
	{"config", "config",
	 "print every setting, its value and the origin of the value",
	 "settings config format csv", config_run},
	{"completion", "completion bash|zsh|fish",
	 "print the completion script for a shell", "", completion_run},
	{"help", "help [COMMAND]", "print this help, or the help of a command", "",
	 help_run},
	{"manual", "manual", "print the manual page pitwall(1)", "", manual_run},
};
const size_t command_count = ARRAY_LEN(commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void take_nearest(const char *name, const char *candidate, unsigned *least,
			 const char **found)
{
	unsigned n = text_distance(slice_of(name), slice_of(candidate));
	if (n >= *least || n * 2 > strlen(name))
		return;
	*least = n;
	*found = candidate;
}

const char *command_nearest(const char *name)
{
	const char *found = NULL;
	unsigned least = 3;
	for (size_t i = 0; i < command_count; i++)
		take_nearest(name, commands[i].name, &least, &found);
	return found;
}

const char *option_nearest(const char *accepts, const char *name)
{
	const char *found = NULL;
	unsigned least = 3;
	for (size_t i = 0; i < option_rows_count; i++)
		if (option_accepted(accepts, option_rows[i].name))
			take_nearest(name, option_rows[i].name, &least, &found);
	return found;
}

enum { HELP_LEFT = 32, HELP_WIDTH = 100 };

/** Words of @text from column HELP_LEFT on, none of them cut. */
static void help_words(struct out *out, struct slice text)
{
	size_t at = HELP_LEFT;
	while (text.len > 0) {
		struct slice word = slice_cut(&text, ' ');
		if (at > HELP_LEFT && at + 1 + word.len > HELP_WIDTH) {
			out_format(out, "\n%*s", HELP_LEFT, "");
			at = HELP_LEFT;
		} else if (at > HELP_LEFT) {
			out_text(out, " ");
			at++;
		}
		out_bytes(out, word.at, word.len);
		at += word.len;
	}
	out_text(out, "\n");
}

static void help_options(struct out *out, const struct command *command)
{
	const char *accepts = command == NULL ? console_accepts : command->accepts;
	out_text(out, "\noptions:\n");
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		char left[64], letter[8] = "    ", about[512];
		if (!option_accepted(accepts, row->name))
			continue;
		if (row->letter != 0)
			text_format(letter, sizeof(letter), "-%c, ", row->letter);
		text_format(left, sizeof(left), "%s--%s %s", letter, row->name,
			    row->argument == NULL ? "" : row->argument);
		out_format(out, "  %-29s ", left);
		size_t len = option_about(row, command, about, sizeof(about));
		help_words(out, (struct slice){about, len});
	}
}

static void help_program(struct out *out)
{
	out_text(out, "pitwall: live timing and scoring for endurance racing\n\n"
		      "usage: pitwall [SOURCE] [options]      the console\n"
		      "       pitwall COMMAND [SOURCE] [options]\n\n"
		      "A SOURCE is a file (a lap file, a recording), - for standard "
		      "input, a URL\n"
		      "(rmonitor://host:50000; griiip://, swisstiming://, imsa://, "
		      "nls:// and\n"
		      "racemonitor:// on the web; redis://host/NAME), or a program, "
		      "exec:COMMAND;\n"
		      "?feed=NAME behind it names the format. Without a SOURCE pitwall "
		      "shows the\n1000 km of Le Mans 2003.\n\ncommands:\n");
	for (size_t i = 0; i < command_count; i++)
		out_format(out, "  %-11s%s\n", commands[i].name, commands[i].about);
	out_text(out, "\nRun `pitwall COMMAND --help` for the options of a command.\n"
		      "In the console, ? shows the keys.\n");
	help_options(out, NULL);
}

void help_print(struct out *out, const struct command *command)
{
	if (command == NULL) {
		help_program(out);
		return;
	}
	out_format(out, "usage: pitwall %s [options]\n\n%s\n", command->usage,
		   command->about);
	help_options(out, command);
}

enum format format_option(const struct options *options)
{
	return options->format == NULL
		       ? FORMAT_TABLE
		       : (enum format)value_find(VALUE_FORMAT, options->format);
}

static int help_run(const struct options *options)
{
	const char *name = options->source_count > 0 ? options->sources[0] : NULL;
	const struct command *command = name == NULL ? NULL : command_find(name);
	struct out out;
	if (name != NULL && command == NULL) {
		const char *near = command_nearest(name);
		complain("there is no command %s%s%s%s `pitwall help` lists the "
			 "commands",
			 name, near == NULL ? ";" : "; did you mean `",
			 near == NULL ? "" : near, near == NULL ? "" : "`?");
		return EXIT_USAGE;
	}
	out_to_fd(&out, STDOUT_FILENO);
	help_print(&out, command);
	return finish_output(&out, EXIT_DONE);
}
