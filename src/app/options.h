/*
 * options.h -- the command line as data: one table of options
 */
#ifndef PITWALL_APP_OPTIONS_H
#define PITWALL_APP_OPTIONS_H

#include "app.h"

struct option_row {
	const char *name;     /* "--" goes before it */
	char letter;          /* '-' goes before it; 0: none */
	const char *argument; /* name of its value, or NULL: a switch */
	const char *about;
	size_t place; /* offset in struct options */
};
extern const struct option_row option_rows[];
extern const size_t option_rows_count;

/** True when the blank-separated list @accepts has @name. */
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
int keys_run(const struct options *options);
int session_run(const struct options *options);

/** What `--help` prints: of a command, or of the program for NULL. */
void help_print(struct out *out, const struct command *command);
/** Print the bytes of @out that are still there; the exit status: a closed pipe
 * is quiet, any other failure is a sentence. */
int finish_output(struct out *out, int status);
/** FORMAT_... of --format; false after a complaint. */
bool format_option(const struct options *options, enum format *format);
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
/** --chart into the view; false after a complaint. */
bool chart_option(const struct options *options, struct view *view);
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
