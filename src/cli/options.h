/*
 * options.h -- the command line as data: one table of options
 */
#ifndef PITWALL_APP_OPTIONS_H
#define PITWALL_APP_OPTIONS_H

#include "app.h"

/* What an option's value is (values.c): help, the manual and completion say what there
 * is to choose from, and what is not among it is a sentence. */
enum value_kind {
	VALUE_SWITCH, /* there or not; no value */
	VALUE_TEXT,   /* of people's own: numbers, names, addresses */
	VALUE_WHEN,
	VALUE_FILE,
	VALUE_SECONDS,
	VALUE_SIZE,   /* 120x36 */
	VALUE_FORMAT, /* of tables; of a picture where a screen is printed */
	VALUE_PICTURE,
	VALUE_SCREEN,
	VALUE_CHART,
	VALUE_COLUMNS, /* a set of columns, or columns by name */
	VALUE_SORT,    /* a column, "-" before it the other way round */
	VALUE_GAPS,
	VALUE_COLOURS,
	VALUE_ALERTS, /* rules with ";" between */
	VALUE_THEME,
	VALUE_SPEED,
	VALUE_SYNC,
	VALUE_RULES,   /* a name of `pitwall rules`, or a file */
	VALUE_CIRCUIT, /* a name of `pitwall circuits`, or a file */
	VALUE_COUNT
};

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
/** What is said of a row to a person, its values included. */
size_t option_about(const struct option_row *row, const struct command *command,
		    char *text, size_t cap);

/* ---- values (values.c) ------------------------------------------------------ */

/** What @row takes in @command (NULL: the console). */
enum value_kind value_kind_of(const struct option_row *row,
			      const struct command *command);
/** Value @index of those that are in the program's own tables, NULL behind the last. */
const char *value_at(enum value_kind kind, size_t index);
/** Index of @text among them; -1: none of them. */
int value_find(enum value_kind kind, const char *text);
/** Call @each with every value there is to choose from, those that are files included.
 * Nothing for a kind that is not chosen from a list. -errno with a sentence when the
 * files cannot be listed. */
int values_each(enum value_kind kind, void (*each)(void *context, const char *value),
		void *context, struct err *err);
/** "table, csv or json"; its length. */
size_t values_tell(enum value_kind kind, char *text, size_t cap);
/** "120x36" as far as there may be such a screen. */
bool size_parse(struct slice text, int *cols, int *rows);
/** -EINVAL with "plaid: choose dark or light" when @text is no value of @kind, as far as
 * it can be told before a file is read. */
int value_check(enum value_kind kind, const char *text, struct err *err);

/** True when the blank-separated list @accepts has @name; its word "settings" stands for
 * all of them. */
bool option_accepted(const char *accepts, const char *name);
/** Read @args into @out. @command: whose `accepts` decides, NULL: the console's.
 * -EINVAL with a sentence for what is not understood. */
int options_parse(int count, char *const args[], const struct command *command,
		  struct options *out, struct err *err);
/** What the words mean, as far as it can be told before a source is read: -EINVAL
 * with a sentence for too many sources, no length, a ruleset nobody knows. */
int options_check(const struct options *options, const struct command *command,
		  struct err *err);
/** Options of the console, as struct command's `accepts`. */
extern const char console_accepts[];
/** The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* The commands' own run functions, in the order of the table. */
int results_run(const struct options *options);
int laps_run(const struct options *options);
int forecast_run(const struct options *options);
int backtest_run(const struct options *options);
int convert_run(const struct options *options);
int render_run(const struct options *options);
int report_run(const struct options *options);
int record_run(const struct options *options);
int serve_run(const struct options *options);
int feeds_run(const struct options *options);
int rules_run(const struct options *options);
int circuits_run(const struct options *options);
int columns_run(const struct options *options);
int themes_run(const struct options *options);
int config_run(const struct options *options);
int manual_run(const struct options *options);
int completion_run(const struct options *options);
int keys_run(const struct options *options);
int session_run(const struct options *options);

/** What `--help` prints: of a command, or of the program for NULL. */
void help_print(struct out *out, const struct command *command);
/** Print the bytes of @out that are still there; the exit status: a closed pipe
 * is quiet, any other failure is a sentence. */
int finish_output(struct out *out, int status);
/** FORMAT_... of --format, which options_check() has seen. */
enum format format_option(const struct options *options);
/** Write a file: whole under its name, or not at all; what is not a file is written to.
 * -errno with a sentence. */
int output_write(const char *path, void (*encode)(struct out *out, const void *context),
		 const void *context, struct err *err);
/** EXIT_DONE, or what to end with after a complaint: the output is one of the files that
 * are read. */
int output_check(const struct options *options);
/** Load the session of a command; false after a complaint, *status the exit. */
bool load_or_complain(const struct options *options, unsigned flags,
		      struct session **session, int *status);
/** --screen and --chart into the view; options_check() has seen them. */
void screen_options(const struct options *options, struct view *view);
/** --columns, --sort, --filter, --gaps and --colours into the view, @set holding columns
 * that have no name; false after a complaint. */
bool table_options(const struct options *options, struct view *view,
		   struct column_set *set);
/** The numbers of --favourites, one after the other: @list is what is left; false: no
 * more. */
bool favourites_next(struct slice *list, struct slice *number);
/** Move the session to --at (its end without one); false after a complaint. */
bool session_seek(struct session *session, const char *at, int *status);

#endif
