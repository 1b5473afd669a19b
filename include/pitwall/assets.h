/*
 * assets.h -- files that ship with the program and files that people write
 */
#ifndef PITWALL_ASSETS_H
#define PITWALL_ASSETS_H

#include "pitwall/encode.h"
#include "pitwall/forecast.h"
#include "pitwall/race.h"
#include "pitwall/season.h"
#include "pitwall/theme.h"

enum { SOURCE_PATH_MAX = 4096 };

/* ---- bytes (bytes.c) -------------------------------------------------------- */

struct bytes {
	struct slice data;
	bool mapped, owned; /* munmap() or free() it; neither: not ours */
	bool packed;        /* compressed, or an archive */
};
/** Path of a program of pitwall: beside this one, in its build folder, else of PATH;
 * false: it is not there. */
bool program_path(const char *name, char *path, size_t cap);
/** The whole of a file, mapped; of a pipe, a FIFO or "-", read. */
int bytes_load(const char *path, struct bytes *out, struct err *err);
/** The same; a compressed file or an archive is loaded as it is (@out->packed), not refused. */
int bytes_load_packed(const char *path, struct bytes *out, struct err *err);
/** What the bytes of a file are that people name by mistake, and what to do; NULL: nothing of the
 * kind. */
const char *bytes_refused(struct slice bytes);
/** A file that may be absent: 0 with out->data.at == NULL when it is. */
int bytes_load_optional(const char *path, size_t max, struct bytes *out,
			struct err *err);
/** All of @bytes is read soon: map its pages at once, not with a fault for each few. */
void bytes_fetch(const struct bytes *bytes);
void bytes_free(struct bytes *bytes);
/** Zeroed memory that costs nothing before it is touched; the first @dense bytes are much
 * used, from their beginning, and get large pages. NULL: no room. Given back by
 * memory_free(). */
void *memory_map(size_t size, size_t dense);
void memory_free(void *memory, size_t size);
/** Read a file of at most 1 MiB. -errno with a sentence. */
int small_file_read(const char *path, struct bytes *out, struct err *err);

/* ---- where files are (assets.c) ------------------------------------------------ */

/** Full path of an asset ("rules/imsa.ini") in $PITWALL_ASSETS, beside the
 * executable's build, or where it was installed. -ENOENT with a sentence. */
int asset_path(const char *name, char *path, size_t cap, struct err *err);
/** Call @each with the name of every ruleset or circuit, sorted. */
int assets_list(const char *folder, const char *suffix,
		void (*each)(void *context, const char *name), void *context,
		struct err *err);
/** Full path of a user's file ("themes/NAME.ini") under
 * ${XDG_CONFIG_HOME:-~/.config}/pitwall; the file may be absent. False: no home folder. */
bool user_path(const char *name, char *path, size_t cap);
/** assets_list() of a user's folder; an absent folder has no names. */
int user_list(const char *folder, const char *suffix,
	      void (*each)(void *context, const char *name), void *context,
	      struct err *err);
/** small_file_read() of an asset ("rules/imsa.ini"). */
int asset_read(const char *name, struct bytes *out, struct err *err);
/** True for a path: it contains a '/' or ends in .ini. Else it names an asset. */
bool names_a_file(const char *name);
/** True for a valid name of an asset: small letters, digits, '-' and '.'. */
bool asset_name_ok(const char *name);

/* ---- rulesets, circuits, the forecast's parameters, lengths ---------------------- */

/** Read a ruleset by name or alias ("le-mans-24h"), or from a path (see
 * names_a_file()). */
int rules_load(const char *name, struct rules *out, struct err *err);
/** Parse the text of a ruleset file; @where names it in errors. */
int rules_parse(struct slice text, const char *where, struct rules *out,
		struct err *err);
/** Name of the ruleset of the series that one of these texts names ("nls 3 2026", "British GT"), as
 * assets/rules/index.csv has them; NULL: none. Valid until the next call. */
const char *rules_series(const char *const *texts, unsigned count);
/** Name of the default ruleset for these class names, this length and this year (0:
 * not known), as assets/rules/index.csv has them; "plain" when nothing matches.
 * Valid until the next call. */
const char *rules_default(const char *const *classes, unsigned count,
			  duration_us length, int year);
/** By name ("bugatti") or path, with the centreline beside it (.csv). */
int circuit_load(const char *name, struct circuit *out, struct err *err);
/** Parse an INI and the centreline's CSV (may be empty). */
int circuit_parse(struct slice ini, struct slice centreline, const char *where,
		  struct circuit *out, struct err *err);
/* A circuit by the words of a name (circuit_find.c). */
enum circuit_match_kind {
	CIRCUIT_MATCH_NONE,   /* no circuit is named */
	CIRCUIT_MATCH_ONE,    /* `circuit` is */
	CIRCUIT_MATCH_UNSURE, /* two, by names of one length */
	CIRCUIT_MATCH_OTHER,  /* one without a file */
	CIRCUIT_MATCH_YEAR, /* `circuit`, but its layout was another one in that year */
};
struct circuit_match {
	uint8_t kind;                   /* enum circuit_match_kind */
	char circuit[CIRCUIT_NAME_MAX]; /* "spa" */
	char name[48];                  /* what was found in the text; "" */
};
/** Find the circuit that @text names. @index: the text of assets/circuits/index.csv; @year:
 * 0 unknown. */
void circuit_find(struct slice index, struct slice text, int year,
		  struct circuit_match *out);
/** Find the circuits of that length, within 0.3 %. Returns how many there are; the first
 * @max of them are in @names. */
unsigned circuit_find_length(struct slice index, length_mm length, int year,
			     char names[][CIRCUIT_NAME_MAX], unsigned max);
/* What the kind of a race depends on: its ruleset, and its length (0: by distance). */
struct race_kind {
	const char *rules;
	duration_us length;
};
/** The parameters of the forecast: assets/forecast/parameters.ini, and the sections of
 * kinds.ini for races like @kind (NULL: no section). */
int forecast_parameters_load(const struct race_kind *kind,
			     struct forecast_parameters *out, struct err *err);
/** Parse a file of kinds into @out; parameters that no section for @kind has stay as they
 * are. */
int forecast_kind_parse(struct slice text, const char *where,
			const struct race_kind *kind, struct forecast_parameters *out,
			struct err *err);
int forecast_parameters_parse(struct slice text, const char *where,
			      struct forecast_parameters *out, struct err *err);
/** Write them as such a file. */
void forecast_parameters_write(struct out *out,
			       const struct forecast_parameters *parameters,
			       const char *source);
/** "6h", "1000km", "240laps", "2h45m", joined by commas (the first reached). */
int length_parse(struct slice text, struct rules_length *out, struct err *err);
/** rules_load() that keeps the text it parsed; @bytes is the caller's to free,
 * empty on failure. */
int rules_read(const char *name, struct rules *out, struct bytes *bytes,
	       struct err *err);
/** The texts of a circuit by name or path, and of the centreline beside it (empty when
 * there is none); the caller's to free. */
int circuit_read(const char *name, struct bytes *ini, struct bytes *centreline,
		 struct err *err);

/* ---- rules of points (points_file.c) ------------------------------------------- */

struct ini_lines;
/** Read rules of points by name ("wec-2022", of assets/rules/points) or from a path (see
 * names_a_file()). */
int points_rules_load(const char *name, struct points_rules *out, struct err *err);
/** Parse the text of such a file; @where names it in errors. */
int points_rules_parse(struct slice text, const char *where, struct points_rules *out,
		       struct err *err);
/** Change rules by the lines of a season file: [points SECTION] holds lines of [SECTION].
 * -EINVAL with a sentence; @rules is as it was then. */
int points_rules_change(const struct ini_lines *lines, struct points_rules *rules,
			struct err *err);

/* ---- themes (theme_file.c) ---------------------------------------------------------
 *
 * An INI with two sections. [theme]: title, paper and ink (#RRGGBB, the ground and the
 * text of pictures), like (a theme of the program, from which roles that the file leaves out
 * are taken; the default is dark). [roles]: a line a role (canvas.h),
 *
 *   class-best = #d670ff, bright-magenta, magenta, bold, bold underline
 *
 * colour, of 16, of 8, attributes, attributes without colour. All after the colour may
 * be left out: the defaults are the nearest of 16 and of 8, no attribute, and the mono look
 * of theme_plain.
 * The colour is #RRGGBB, or "own", the terminal's. A colour of 8 may have attributes
 * after it ("white dim"), used only with eight colours. Attributes are words: bold dim italic
 * underline reverse, or plain.
 */

/** A theme by name (of the program, or ~/.config/pitwall/themes/NAME.ini) or path (see
 * names_a_file()). -ENOENT or -EINVAL with a sentence. */
int theme_load(const char *name, struct theme *out, struct err *err);
/** The title in its [theme] section; "" none. */
int theme_title(const char *name, char *title, size_t cap, struct err *err);
/** The theme @name; NULL or "auto": dark. If dark cannot be read: theme_plain, and 1 with a
 * sentence. */
int theme_option(const char *name, struct theme *out, struct err *err);
/** Call @each with every theme: those of the program, then the user's own. */
int themes_each(void (*each)(void *context, const char *name), void *context,
		struct err *err);

/* ---- entry lists (entry_list.c) ---------------------------------------------------- */

struct entry_list {
	unsigned cars, drivers; /* drivers: most of any car */
	char unused[160];       /* names of columns that were ignored; "" none */
};

/** Read a list in CSV (commas, semicolons or tabs; a row for each car, columns by
 * name, with common synonyms) and write it as the "entries" text of session.h. @out
 * is NULL: only read. -EINVAL with a sentence that names file and line. */
int entry_list_write(struct slice text, const char *where, struct entry_list *list,
		     struct out *out, struct err *err);

#endif
