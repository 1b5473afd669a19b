/*
 * source.h -- a SOURCE: as a person writes it, the texts that go with it, its rows
 *
 * A race is made of rows: texts of the set-up, bytes of sources, connections, decisions.
 * A recording contains them; a capture gives a row for each of its marks, any other file
 * one row. session_feed() takes them, and `convert` writes them into a recording.
 */
#ifndef PITWALL_SOURCE_H
#define PITWALL_SOURCE_H

#include "pitwall/assets.h"
#include "pitwall/feed.h"
#include "pitwall/options.h"
#include "pitwall/record.h"
#include "pitwall/strategy.h"

enum { SOURCES_MAX = 32 };

/* ---- a SOURCE as written (source.c) ---------------------------------------- */

struct source_spec {
	char path[SOURCE_PATH_MAX]; /* "-": standard input */
	char feed[24];              /* ?feed=NAME, or "" */
	char session[64];           /* ?session=NAME, or "" */
};

/** Split a path or URL. @literal: the text is a file name, so a '?' is part of the
 * name. */
int source_parse(const char *text, bool literal, struct source_spec *out,
		 struct err *err);
/** The same for an argument of the command line: literal if a file of that name exists.
 * NULL: the bundled race. */
int source_choose(const char *text, struct source_spec *out, struct err *err);
/** "wec_2024_le_mans" of "/x/wec_2024_le_mans_laps.csv". */
void source_stem(const char *path, char *stem, size_t cap);
/** The last part of a path. */
const char *source_base(const char *path);

/* ---- texts of the set-up (setup_texts.c) ------------------------------------------- */

#define SETUP_TEXTS(X)              \
	X(SESSION, "session")       \
	X(CIRCUIT, "circuit")       \
	X(CENTRELINE, "centreline") \
	X(RULES, "rules")           \
	X(ENTRIES, "entries")       \
	X(SIDECAR, "sidecar.json")  \
	X(WEATHER, "weather.csv")   \
	X(BEACON_KEY, "beacon-key")

enum setup_text {
#define X(id_, name_) TEXT_##id_,
	SETUP_TEXTS(X)
#undef X
		SETUP_TEXT_COUNT
};
/* Their names in SETUP records: see session.h. */
extern const char *const setup_text_names[SETUP_TEXT_COUNT];

struct setup_texts {
	struct bytes at[SETUP_TEXT_COUNT]; /* data.at NULL: there is none */
	char from[SETUP_TEXT_COUNT][128];  /* the file it came from; "" a recording */
	bool given[SETUP_TEXT_COUNT];      /* by --session FILE: a recording's does not
					       replace it */
	uint64_t recorded[SETUP_TEXT_COUNT]; /* hash of the text in the recording; 0 */
	/* [stints] of --session FILE: they hold beside a recording's session text, when
	 * the file says nothing else of the session. */
	struct stint_named stints[STINT_RULES_MAX];
	uint32_t stint_count;
	char unread[256]; /* error of a sidecar that cannot be read, or "" */
};
void setup_texts_free(struct setup_texts *texts);
/** Take a SETUP record. 1: the text is new; 0: no change (the same text, one that was
 * given, a name of a later version); -ENOMEM. */
int setup_texts_record(struct setup_texts *texts, struct slice name,
		       struct slice bytes);
/** Take a text of a file; @bytes is the texts' from now on. */
void setup_texts_put(struct setup_texts *texts, enum setup_text index, const char *path,
		     const struct bytes *bytes);
/** Call @each with the texts to record, with --rules, --length and the type of --session in
 * them: the recording then needs neither files nor options. */
int setup_texts_each(const struct setup_texts *texts, const struct options *options,
		     int (*each)(void *context, enum setup_text index,
				 struct slice bytes),
		     void *context, struct err *err);
/** The texts of a session file (--session FILE): "session" unchanged; "circuit",
 * "centreline", "rules" and "entries" from what it names: an asset, or a file beside
 * it (session_file.c). */
int session_file_read(const char *path, struct setup_texts *texts, struct err *err);
/** True when the argument of --session is a file, not the name of a session. */
bool session_is_file(const char *word);

/* ---- rows (source_rows.c) ------------------------------------------------------------------- */

struct rows {
	char path[SOURCE_PATH_MAX]; /* of the first source */
	char shown[128];            /* its name for people */
	char wanted[64];            /* its ?session=NAME, or "" */
	const char *map;            /* --map; NULL: none */
	bool by_folder; /* its name is that of its folder, in sources[0] */
	bool recording; /* its texts are in its rows, its bytes are kept nowhere */
	struct record_source sources[SOURCES_MAX]; /* their ids are those of the rows */
	unsigned count;
	uint64_t size;            /* bytes of all of it, about */
	struct setup_texts texts; /* beside it; may be taken away */
	struct record *record;    /* a recording that is open; NULL: files */
	struct rows_file *files;  /* of source_rows.c alone */
};

/** Open everything the options name: all sources (the bundled race without one), which
 * received one race together, the files beside them, and the session file. */
int rows_open(const struct options *options, struct rows **out, struct err *err);
void rows_close(struct rows *rows); /* NULL is fine */
/** Call @each with every row in the order of receipt; it stops when @each returns
 * non-zero, and returns that. May be called again. received_at is INSTANT_NONE
 * where the source does not report it. The bytes of files stay where they are until
 * rows_close(). */
int rows_each(struct rows *rows,
	      int (*each)(void *context, const struct record_row *row), void *context,
	      struct err *err);

/** Asset of the race that comes with the program. */
extern const char bundled_race[];

enum { SOURCE_PRINT_MAX = 17 };
/** A print of the content of the sources; false: one of them is not a regular file. */
bool source_print(const struct options *options, char print[SOURCE_PRINT_MAX]);

/** The path of the results file that lies beside the lap file @laps; false: there is none. */
bool source_results_beside(const char *laps, char *path, size_t cap);

#endif
