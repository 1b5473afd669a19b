/*
 * shell.h -- what the console and the commands share: printing, loading with messages,
 * values of options, keys of the configuration
 */
#ifndef PITWALL_SHELL_H
#define PITWALL_SHELL_H

#include "pitwall/encode.h"
#include "pitwall/options.h"
#include "pitwall/theme.h"
#include "pitwall/view.h"
#include "pitwall/session.h"

/** Run the interactive console. EXIT_... */
int console_run(const struct options *options);

/* ---- printing (print.c) -------------------------------------------------------- */

/** A sink on a file descriptor, 64 KiB buffered. */
void out_to_fd(struct out *out, int fd);
/** --csv: of every output from now on. */
void out_csv_raw(bool raw);
/** "pitwall: sentence" on standard error. */
void complain(const char *fmt, ...) PRINTF_LIKE(1, 2);
/** Print the bytes of @out that are still there; the exit status: a closed pipe
 * is quiet, any other failure is a sentence. */
int finish_output(struct out *out, int status);

/* ---- loading (load_report.c) ----------------------------------------------------- */

/** Load the session of a command and report what was not used; false after a message,
 * *status the exit. */
bool load_or_complain(const struct options *options, unsigned flags,
		      struct session **session, int *status);
/** Move the session to --at (its end without one); false after a message. */
bool session_seek(struct session *session, const char *at, int *status);

/* ---- options into a view (view_options.c) ------------------------------------------ */

/** --screen and --chart into the view; options_check() has seen them. */
void screen_options(const struct options *options, struct view *view);
/** --columns, --sort, --filter, --gaps and --colours into the view, @set has the
 * columns of an unnamed set; false after a message. */
bool table_options(const struct options *options, struct view *view,
		   struct column_set *set);
/** The stop of --what-if; lap 0: none, 1: the current one. False after a complaint. */
bool what_if_option(const struct options *options, struct strategy_what_if *out);
/** The numbers of --favourites, one after the other: @list is what is left; false: no
 * more. */
bool favourites_next(struct slice *list, struct slice *number);
/** Tag the cars of --with, "8,51"; the last is the one that gaps are to. False: one is not
 * in the race, and that was said. */
bool view_tag_with(struct view *view, const char *numbers);

/* ---- pictures (picture.c) ------------------------------------------------------------ */

/** Colours, or none with --mono and NO_COLOR. */
enum palette picture_palette(const struct options *options);
/** The path of pitwall-png; false: it is not installed. */
bool picture_program(char *path, size_t cap);

/* ---- values of options (values.c) ----------------------------------------------------- */

/* The type of an option's value (values.c): help, the manual and completion list the
 * choices; an invalid value is an error that lists them. */
enum value_kind {
	VALUE_SWITCH, /* there or not; no value */
	VALUE_TEXT,   /* free text: numbers, names, addresses */
	VALUE_WHEN,
	VALUE_FILE,
	VALUE_SECONDS,
	VALUE_BYTES,  /* 500M, 10G, none */
	VALUE_SIZE,   /* 120x36 */
	VALUE_FORMAT, /* of tables; of a picture where a screen is printed */
	VALUE_CSV,
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
	VALUE_MEASURE,
	VALUE_ENCODING,
	VALUE_TRACK_UNIT,
	VALUE_RULES,   /* a name of `pitwall rules`, or a file */
	VALUE_CIRCUIT, /* a name of `pitwall circuits`, or a file */
	VALUE_SEASON,  /* a name of `pitwall season`, or a file */
	VALUE_TITLE,   /* of a season */
	VALUE_COUNT
};

/** Value @index of those that are in the program's own tables, NULL behind the last. */
const char *value_at(enum value_kind kind, size_t index);
/** Index of @text among them; -1: not found. */
int value_find(enum value_kind kind, const char *text);
/** "table, csv or json"; its length. */
size_t values_list(enum value_kind kind, char *text, size_t cap);
/** "120x36" as far as there may be such a screen. */
bool size_parse(struct slice text, int *cols, int *rows);
/** -EINVAL with "plaid: choose dark or light" when @text is not a value of @kind, as far
 * as can be checked without reading a file. */
int value_check(enum value_kind kind, const char *text, struct err *err);

/* ---- keys (keys_file.c): section [keys] of the configuration ----------------------
 *
 *   Ctrl-R = lap 1        a key, as help names it; an action, its argument
 *   F = screen timing
 *   x = none              does nothing
 *
 * A key is named once. Keys that cannot begin a line have words: Bracket Equals Colon
 * Semicolon Hash. */

/** The bindings with @lines of the configuration; NULL: the default ones. */
int keys_load(const struct ini_lines *lines, struct keymap *keymap, struct err *err);
int keys_check(const struct ini_entry *entry, struct err *err);
void keys_print(struct out *out, const struct ini_lines *lines);

#endif
