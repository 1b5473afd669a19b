/*
 * assets.h -- files that ship with the program and files that people write
 */
#ifndef PITWALL_ASSETS_H
#define PITWALL_ASSETS_H

#include "pitwall/encode.h"
#include "pitwall/forecast.h"
#include "pitwall/race.h"
#include "pitwall/theme.h"

enum { SOURCE_PATH_MAX = 4096 };

/* ---- bytes (bytes.c) -------------------------------------------------------- */

struct bytes {
	struct slice data;
	bool mapped, owned; /* munmap() or free() it; neither: not ours */
};
/** The whole of a file, mapped; of a pipe, a FIFO or "-", read. */
int bytes_load(const char *path, struct bytes *out, struct err *err);
/** A file that may be absent: 0 with out->data.at == NULL when it is. */
int bytes_load_optional(const char *path, size_t max, struct bytes *out,
			struct err *err);
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
/** Full path of a file of the user's ("themes/NAME.ini") under
 * ${XDG_CONFIG_HOME:-~/.config}/pitwall, there or not; false where nobody is at home. */
bool user_path(const char *name, char *path, size_t cap);
/** assets_list() of a folder of the user's; it not being there is no names. */
int user_list(const char *folder, const char *suffix,
	      void (*each)(void *context, const char *name), void *context,
	      struct err *err);
/** The same of an asset ("rules/imsa.ini"). */
int asset_read(const char *name, struct bytes *out, struct err *err);
/** It is a path, not the name of an asset: holds a '/' or ends in .ini. */
bool names_a_file(const char *name);
/** Small letters, digits, '-' and '.': what an asset may be called. */
bool asset_name_ok(const char *name);

/* ---- rulesets, circuits, the forecast's parameters, lengths ---------------------- */

/** Read a ruleset by name or alias ("le-mans-24h"), or from a path that holds a
 * '/' or ends in .ini. */
int rules_load(const char *name, struct rules *out, struct err *err);
/** Parse the text of a ruleset file; @where names it in errors. */
int rules_parse(struct slice text, const char *where, struct rules *out,
		struct err *err);
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
/** The parameters of the forecast: assets/forecast/parameters.ini, and what kinds.ini
 * says of races under @rules (a name; NULL: of no kind). */
int forecast_parameters_load(const char *rules, struct forecast_parameters *out,
			     struct err *err);
/** A file of kinds; @out keeps what the section of @rules does not say. */
int forecast_kind_parse(struct slice text, const char *where, const char *rules,
			struct forecast_parameters *out, struct err *err);
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

/* ---- themes (theme_file.c) ---------------------------------------------------------
 *
 * An INI with two sections. [theme]: title, paper and ink (#RRGGBB, the ground and the
 * text of pictures), like (a theme that comes with the program; it says how a role looks
 * that the file leaves out; dark without it). [roles]: a line a role (canvas.h),
 *
 *   class-best = #d670ff, bright-magenta, magenta, bold, bold underline
 *
 * colour, of 16, of 8, attributes, attributes without colour. All behind the colour may
 * be left out: the nearest of 16 and of 8, no attribute, the mono look of theme_plain.
 * The colour is #RRGGBB, or "own", the terminal's. A colour of 8 may have attributes
 * behind it ("white dim"), which are added there. Attributes are words: bold dim italic
 * underline reverse, or plain.
 */

/** A theme by name (of the program, or ~/.config/pitwall/themes/NAME.ini) or path (holds
 * a '/' or ends in .ini). -ENOENT or -EINVAL with a sentence. */
int theme_load(const char *name, struct theme *out, struct err *err);
/** The words of its [theme] section that say what it is for; "" none. */
int theme_title(const char *name, char *title, size_t cap, struct err *err);
/** The theme @name; NULL: dark, and when that cannot be read theme_plain and 1 with a
 * sentence: a console without colours is better than none. */
int theme_option(const char *name, struct theme *out, struct err *err);
/** Call @each with every theme: those of the program, then the user's own. */
int themes_each(void (*each)(void *context, const char *name), void *context,
		struct err *err);

/* ---- entry lists (entry_list.c) ---------------------------------------------------- */

struct entry_list {
	unsigned cars, drivers; /* drivers: most of any car */
	char unused[160];       /* columns nobody asked for, by name; "" none */
};

/** Read a list in CSV (commas, semicolons or tabs; a row a car, the columns by name,
 * with the names people give them) and write it as the "entries" text of session.h. @out
 * is NULL: only read. -EINVAL with a sentence that names file and line. */
int entry_list_write(struct slice text, const char *where, struct entry_list *list,
		     struct out *out, struct err *err);

#endif
