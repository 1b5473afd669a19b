/*
 * option_rows.h -- the command line as data: one table of options
 */
#ifndef PITWALL_CLI_OPTION_ROWS_H
#define PITWALL_CLI_OPTION_ROWS_H

#include "pitwall/shell.h"

/* A command: a row of the table in commands.c. */
struct command {
	const char *name, *usage, *about;
	const char *accepts; /* names of long options, blank-separated */
	int (*run)(const struct options *options);
};
extern const struct command commands[];
extern const size_t command_count;

struct option_row {
	const char *name;     /* "--" goes before it */
	char letter;          /* '-' goes before it; 0: none */
	const char *argument; /* name of its value, or NULL: a switch */
	enum value_kind value;
	size_t place; /* offset in struct options */
	/* A setting: what holds when neither an option, the environment nor the file
	 * of configuration says (config.h). NULL: an option alone. */
	const char *fallback;
	const char *about; /* ":" at its end: the values there are follow */
};
extern const struct option_row option_rows[];
extern const size_t option_rows_count;

/** The row of "theme", or NULL. */
const struct option_row *option_find(struct slice name);
/** The value of an option that was read: NULL when it was not given; a switch is "yes". */
const char *option_value(const struct options *options, const struct option_row *row);
/** Set it: a switch by "yes" or "no", any other by a text that stays. */
void option_set(struct options *options, const struct option_row *row,
		const char *value);
/** The description of a row, its values included. */
size_t option_about(const struct option_row *row, const struct command *command,
		    char *text, size_t cap);

/** What @row takes in @command (NULL: the console). */
enum value_kind value_kind_of(const struct option_row *row,
			      const struct command *command);
/** True when the blank-separated list @accepts has @name; its word "settings" means all
 * of them. */
bool option_accepted(const char *accepts, const char *name);
/** Read @args into @out. @command: whose `accepts` decides, NULL: the console's.
 * -EINVAL with a sentence for an unknown argument. */
int options_parse(int count, char *const args[], const struct command *command,
		  struct options *out, struct err *err);
/** Check the values, as far as is possible before a source is read: -EINVAL with a
 * sentence for too many sources, an invalid length, an unknown ruleset. */
int options_check(const struct options *options, const struct command *command,
		  struct err *err);
/* Options of a console, as struct command's `accepts`; of a live race: a table of laps is
 * never one. */
#define LIVE_OPTIONS                                                                  \
	"at screen chart car stints with columns sort filter gaps "                   \
	"colours favourites pictures alert alert-command no-bell no-welcome fresh "   \
	"theme "                                                                      \
	"season round speed rules length result-at decisions "                        \
	"session output delay sync grow-limit disk-reserve source-rate "              \
	"publish publish-keep redis-auth archive control memory beacon-key "           \
	"no-sandbox mouse "                                                          \
	"low-bandwidth mono ascii config"
#define CONSOLE_OPTIONS LIVE_OPTIONS " map"
extern const char console_accepts[];
/** The command that `pitwall redis://HOST` is, a list; NULL: none of the words is that. */
const struct command *redis_list_command(int count, char *const words[]);
/** The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* The commands' own run functions, in the order of the table. */
int results_run(const struct options *options);
int laps_run(const struct options *options);
int events_run(const struct options *options);
int digest_run(const struct options *options);
int stints_run(const struct options *options);
int stops_run(const struct options *options);
/** The command, or the option among those accepted, that was probably meant; NULL: none
 * is like @name. */
const char *command_nearest(const char *name);
const char *option_nearest(const char *accepts, const char *name);
int forecast_run(const struct options *options);
int strategy_run(const struct options *options);
int backtest_run(const struct options *options);
int convert_run(const struct options *options);
int render_run(const struct options *options);
int report_run(const struct options *options);
int record_run(const struct options *options);
int check_run(const struct options *options);
int serve_run(const struct options *options);
int live_run(const struct options *options);
int feeds_run(const struct options *options);
int rules_run(const struct options *options);
int circuits_run(const struct options *options);
int columns_run(const struct options *options);
int alerts_run(const struct options *options);
int themes_run(const struct options *options);
int config_run(const struct options *options);
int manual_run(const struct options *options);
int completion_run(const struct options *options);
int keys_run(const struct options *options);
int session_run(const struct options *options);
int relay_run(const struct options *options);
int archive_run(const struct options *options);
int season_run(const struct options *options);

struct season_watch;
/** Open the season of --season, NULL without one; false after a complaint. */
bool season_or_complain(const struct options *options, struct season_watch **out);
/** Run a command that lists rows of cars: load the source, go to --at, choose the cars of
 * --car and --class. In JSON the rows have the name @rows. */
typedef void encode_cars(const struct options *options, struct out *out,
			 struct session *session, const uint16_t *cars, uint32_t count);
int cars_run(const struct options *options, const char *rows, encode_cars *encode);

/** "pitwall: 14:03:22 UTC words" on standard error, if it takes it at once (say.c). */
void say_timed(const char *words);
/** Standard error takes a line now. */
bool may_say(void);

/** What `--help` prints: of a command, or of the program for NULL. */
void help_print(struct out *out, const struct command *command);
/** FORMAT_... of --format, which options_check() has seen. */
enum format format_option(const struct options *options);
/** Write a file: whole under its name, or not at all; what is not a file is written to.
 * -errno with a sentence. */
int output_write(const char *path, void (*encode)(struct out *out, const void *context),
		 const void *context, struct err *err);
/** A file is being written: SIGINT, SIGTERM and SIGHUP are only noted until output_end(),
 * which raises the one that came. */
void output_begin(void);
bool output_is_ended(void);
void output_end(void);
/** EXIT_DONE, or what to end with after a complaint: the output is one of the files that
 * are read. */
int output_check(const struct options *options);
/** Two names of one file. */
bool output_same_file(const char *a, const char *b);
#endif
