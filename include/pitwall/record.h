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
	RECORD_LINK = 4,     /* a source's connection: bytes "up", or "down" and why.
				What a message was cut off by it is not continued */
};

struct record_row {
	int64_t id;          /* 1.. in the order of recording */
	int64_t received_at; /* instant_us by our clock */
	int type;            /* enum record_type */
	int source;          /* id in the table of sources; 0 none */
	struct slice name;   /* SETUP: "circuit", "rules" ...; RAW and LINK of a
				source with several senders: the sender's number */
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

/* ---- while it runs (live.c) --------------------------------------------------
 *
 *  (4) record_put() copies and returns; a thread of the recording's own writes,
 *      in groups of at most commit_us, and flushes each.
 *  (5) What is durable is told only after the commit that wrote it.
 *  (6) A write that fails loses nothing: what waits stays in memory, in order, and
 *      is tried again; `fault` says what is wrong until it is written.
 *  (7) One writer: a second is refused with a sentence that names the first. After
 *      a kill or a power cut the next one goes on where the file ends.
 */
struct record_live_options {
	int64_t commit_us; /* 0: 5000 */
	bool sync_normal;  /* false: FULL, a commit survives a power cut */
	size_t memory_max; /* bytes that may wait; 0: 256 MiB */
};

/** Open @path for recording: made when it is not there (private to its user), else
 * continued. -EBUSY: another process records into it. @out is also good for
 * record_sources() and record_read() until the first record_put(). */
int record_live_open(const char *path, const struct record_live_options *options,
		     struct record **out, struct err *err);
/** Name a source (found again by url and driver when it is there already). */
int record_live_source(struct record *record, const char *url, const char *driver,
		       int *id, struct err *err);
/** Queue a record; its id is given by its place. Returns its ticket: 1, 2, ... of this
 * opening; 0: memory_max is used up and it was not taken. */
uint64_t record_put(struct record *record, const struct record_row *row);

struct record_state {
	uint64_t put, durable; /* tickets */
	uint64_t rows;         /* in the file */
	size_t waiting;        /* bytes */
	int64_t lag_us;        /* age of the oldest that waits */
	int code;              /* 0, or -errno of the write that fails */
	char fault[200];       /* sentence; "" all is well */
	uint64_t lost;         /* records that record_put() could not take */
};
void record_state_get(struct record *record, struct record_state *out);
/** Readable when durable or fault has changed; record_state_get() empties it. */
int record_wake_fd(const struct record *record);
/** Wait until all that was put is durable, or @timeout_us is over, or it fails.
 * record_close() waits so too, then makes it one file. */
int record_drain(struct record *record, int64_t timeout_us, struct err *err);

/* Who wrote a recording that was cut off: by a kill, a crash, a power cut. */
struct record_owner {
	char host[64];
	int64_t since; /* instant_us: began */
	int64_t until; /* instant_us: received the last record; since, without one */
};
/** True when the recording at @path was not closed and nobody writes it now. */
bool record_cut_off(const char *path, struct record_owner *out);
/** The host we are, as the owner's. */
void record_host(char host[64]);

/* ---- following what another process records (follow.c) ------------------------ */

/** Read-only; sees what is committed. */
int record_follow(const char *path, struct record **out, struct err *err);
/** Call @each for the records since the last call, in a short read (at most @max).
 * Returns how many, or -errno. Costs one look at data_version when nothing is new. */
int record_follow_poll(struct record *record, unsigned max,
		       int (*each)(void *context, const struct record_row *row),
		       void *context, struct err *err);
/** True while a process records into it. */
bool record_is_live(const char *path);

#endif
