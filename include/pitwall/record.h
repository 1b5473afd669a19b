/*
 * record.h -- the recording: what the outside world said, in SQLite
 *
 * A *.pitwall file is an SQLite database with an application id and a format
 * version. It stores bytes and knows nothing of racing.
 *
 *  (1) Records are appended, never edited.
 *  (2) A finished file is one file (no WAL beside it) and is opened immutable:
 *      reading changes nothing, not even its time.
 *  (3) Any file may be opened: a newer version, a truncated or a foreign file
 *      gets one clear sentence and is not touched.
 */
#ifndef PITWALL_RECORD_H
#define PITWALL_RECORD_H

#include "pitwall/base.h"

enum {
	RECORD_APPLICATION_ID = 0x50695457, /* "PiTW" */
	RECORD_FORMAT_VERSION = 1
};

enum record_type {
	RECORD_RAW = 1,      /* bytes of a source */
	RECORD_DECISION = 2, /* a line of a decisions file */
	RECORD_SETUP = 3,    /* a named text: circuit, rules, entries, session */
};

struct record_row {
	int64_t id;          /* 1.. in the order of recording */
	int64_t received_at; /* instant_us by our clock */
	int type;            /* enum record_type */
	int source;          /* id in the table of sources; 0 none */
	struct slice name;   /* SETUP: "circuit", "rules" ... */
	struct slice bytes;
};

struct record_source {
	int id;
	char url[128]; /* as given, without a machine's paths */
	char driver[24];
};

struct record;

/** Open an existing recording for reading. */
int record_open(const char *path, struct record **out, struct err *err);
/** Create a new one; -EEXIST when @path exists and @replace is false. The file
 * appears under its name only when record_close() succeeds. */
int record_create(const char *path, bool replace, struct record **out, struct err *err);
/** NULL is fine. A created file is checkpointed, set to one-file mode and put in
 * its place; -errno when that failed. */
int record_close(struct record *record, struct err *err);
/** Throw a created file away. */
void record_abandon(struct record *record);

int record_add_source(struct record *record, const char *url, const char *driver,
		      int *id, struct err *err);
int record_append(struct record *record, const struct record_row *row, struct err *err);
int record_sources(struct record *record, struct record_source *out, int max,
		   int *count, struct err *err);
/** Call @each for every record in order; its slices are valid until it returns.
 * It stops early and returns what @each returned when that is not 0. */
int record_read(struct record *record,
		int (*each)(void *context, const struct record_row *row), void *context,
		struct err *err);
/** True when the first bytes are those of an SQLite file. */
bool record_sniff(struct slice head);

#endif
