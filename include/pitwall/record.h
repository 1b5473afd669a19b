/*
 * record.h -- the recording: bytes of the sources and decisions, in SQLite
 *
 * A *.pitwall file is an SQLite database with an application id and a format version.
 * This room stores bytes and knows nothing of racing.
 *
 *  (1) Records are appended, never edited.
 *  (2) A finished recording is one file (no WAL beside it) and is opened immutable:
 *      reading changes nothing, not even its time.
 *  (3) Any file may be opened: a newer version, a truncated or a foreign file gets one
 *      clear sentence and stays untouched.
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
	RECORD_LINK = 4,     /* a connection: bytes "up", or "down" and the reason. It
				discards an incomplete message before it */
};

struct record_row {
	int64_t id;          /* 1, 2, ... in the order of recording */
	int64_t received_at; /* instant_us by our clock */
	int type;            /* enum record_type */
	int source;          /* id of the source; 0: none */
	struct slice name;   /* SETUP: "circuit", "rules" ...; RAW and LINK of a source
				with several senders: the sender's number */
	struct slice bytes;
	/* When it was received by a clock that is never set: microseconds in the low 48
	 * bits, above them a number of the start of that clock; 0: unknown, as in files of
	 * older versions. */
	int64_t steady;
};

enum { RECORD_URL_MAX = 1024 }; /* of the name of a source, with its NUL */

struct record_source {
	int id;
	char url[RECORD_URL_MAX]; /* as given, without local paths */
	char driver[24];
};

struct record;

/** Open an existing recording for reading. A negative errno: not readable, or not a
 * recording (3). */
int record_open(const char *path, struct record **out, struct err *err);
/** Create a recording; -EEXIST when @path exists and @replace is false. The file
 * appears under its name only when record_close() succeeds. */
int record_create(const char *path, bool replace, struct record **out, struct err *err);
/** Close; NULL is fine. A created file is checkpointed, set to one-file mode and moved
 * to its name; -errno when that fails. */
int record_close(struct record *record, struct err *err);
/** Close and delete a created file. */
void record_abandon(struct record *record);
/** Complete a created file: it can be read at *@part, nothing is appended any more, and
 * record_close() moves it to its name. */
int record_finish(struct record *record, const char **part, struct err *err);
/** Keep with a completed file what decoding made of its records; @made_by names the
 * decoder. Any later change of the file makes it void. */
int record_decoded_put(struct record *record, const char *made_by, struct slice bytes,
		       struct err *err);
/** The same, of a file that was opened; the caller frees it. NULL: there is none, another
 * decoder made it, or the file was changed since. */
char *record_decoded_get(struct record *record, const char *made_by, size_t *len);

/** Append a source; @id receives its id. */
int record_add_source(struct record *record, const char *url, const char *driver,
		      int *id, struct err *err);
/** Append a record; its id is given by its place. */
int record_append(struct record *record, const struct record_row *row, struct err *err);
/** Read up to @max sources; @count receives how many. -EAGAIN: it is followed, and its
 * writer has closed it. */
int record_sources(struct record *record, struct record_source *out, int max,
		   int *count, struct err *err);
/** Call @each for every record in order; its slices are valid until it returns. Stops
 * when @each returns non-zero, and returns that. */
int record_read(struct record *record,
		int (*each)(void *context, const struct record_row *row), void *context,
		struct err *err);
/** Read the record @id; its slices are valid until the next call. */
int record_read_at(struct record *record, int64_t id, struct record_row *row,
		   struct err *err);
/** All but their ids are equal. */
bool record_row_equal(const struct record_row *a, const struct record_row *b);
/** Read the last record of this type and name, of any when @type is 0; its slices are valid
 * until the next call. -ENOENT: there is none. */
int record_last(struct record *record, int type, const char *name,
		struct record_row *row, struct err *err);
/* A copy: its records came from elsewhere, with their sources. */
enum { RECORD_ORIGIN_MAX = 300 };
/* The name of a SETUP of a copy, "FROM TO": these records of its origin are missing. */
#define RECORD_GAP "gap"
/** True for it, and for one that came from elsewhere: "gap-", "gap--". */
bool record_row_is_gap(const struct record_row *row);
/** True when the recording is a copy; @url receives from where. */
bool record_origin(struct record *record, char url[RECORD_ORIGIN_MAX]);
/** What identifies the recording that it is a copy of, safe to show; "" when it is not
 * known. */
enum { RECORD_COPIED_MAX = 64 };
void record_copied(struct record *record, char id[RECORD_COPIED_MAX]);
struct record_checked {
	int64_t records;   /* that can be read */
	int64_t groups;    /* whose sum is right */
	int64_t uncovered; /* records of no group: an earlier version wrote them */
	unsigned sources;
	unsigned wrong; /* what @say was called for, and what was too much for it */
	bool live;      /* it is being recorded: up to now */
};

/** Look for damage and changes in the recording at @path. @say gets a sentence for each
 * thing that is wrong, the first twenty. -errno: nothing of it can be read. */
int record_check(const char *path, void (*say)(void *context, const char *words),
		 void *context, struct record_checked *out, struct err *err);
/** True when @head is the beginning of an SQLite file. */
bool record_sniff(struct slice head);

/* ---- live recording (writer.c) -----------------------------------------------
 *
 *  (4) record_put() copies and returns; a thread writes in groups of at most
 *      commit_us and flushes each.
 *  (5) A record is reported durable only after the commit that wrote it.
 *  (6) A failed write loses nothing: the records stay in memory, in order, and are
 *      tried again; `fault` gives the reason until they are written.
 *  (7) A file, -wal or lock that was removed, replaced or cut short is found before
 *      anything more is reported durable. The recording goes on in a new file beside
 *      it (race-2.pitwall), which gets all records: those that can still be read, and
 *      those in memory.
 *  (8) One writer: a second one is refused with a sentence that names the first. After
 *      a kill or a power cut the next writer continues where the file ends. A writer
 *      whose file was taken over by another stops writing it (7).
 */
/* 256 MiB, but no more than a twentieth of the disk. */
enum { RECORD_RESERVE = -1 };

struct record_live_options {
	int64_t commit_us; /* longest time between commits; 0: 5000 */
	bool sync_normal;  /* false: a commit survives a power cut (synchronous=FULL) */
	size_t memory_max; /* bytes that may wait; 0: 256 MiB */
	/* Limits in bytes; 0: none. At a limit records wait in memory. */
	int64_t grow_limit;   /* of the file and its WAL */
	int64_t disk_reserve; /* stay free on the disk; RECORD_RESERVE */
	int64_t source_rate;  /* of each source in a second; more is refused */
	/* A recording of this process that cannot be continued: this one begins instead,
	 * and the notice says so. NULL: none. */
	const char *instead_of;
	/* The name to which a new file gets a number; NULL: that of this file. */
	const char *named;
	/* Receives the path of the new file when the recording lost its own (7), before
	 * anything is reported durable in it; of 4096 bytes, NULL: not needed. */
	char *moved_to;
};

/** The first free name behind that of @path: race-2.pitwall, from number @from on. Its
 * number, or -errno. */
int record_next_name(const char *path, int from, char *name, size_t cap);

/** Open @path for recording: created (private to its user) or continued. -EBUSY:
 * another process records into it. Until the first record_put(), @out also works with
 * record_sources() and record_read(). */
int record_live_open(const char *path, const struct record_live_options *options,
		     struct record **out, struct err *err);
/** The id of a source, found by url and driver or added. */
int record_live_source(struct record *record, const char *url, const char *driver,
		       int *id, struct err *err);
/** Before the first record_put(): it is a copy of @url. */
int record_live_origin(struct record *record, const char *url, struct err *err);
/** @id identifies the recording that it is a copy of. The first one stays. */
int record_live_copied(struct record *record, const char *id, struct err *err);
/** Queue a record. Returns its ticket: 1, 2, ... since record_live_open(); 0:
 * discarded, memory_max is used up or the source sends too much. */
uint64_t record_put(struct record *record, const struct record_row *row);

struct record_state {
	uint64_t put, durable; /* newest tickets queued, and on disk */
	uint64_t rows;         /* in the file */
	size_t waiting;        /* bytes */
	int64_t lag_us;        /* age of the oldest waiting record */
	int code;              /* 0, or -errno of the failing write */
	char fault[200];       /* the reason as a sentence; "": none. With code 0: the
				  recording lost its file, or some of its records,
				  and goes on */
	char file[256];        /* name of the file that is written, without folders */
	uint64_t lost;         /* records that record_put() discarded */
	/* Records that were durable and are lost, because somebody removed or changed the
	 * file or its WAL; also before a kill. `notice` says so. */
	uint64_t missing;
	/* Something that was done and that a person must know: files that were moved
	 * aside, a new file that was begun. The latest, and how many there were; "": none. */
	char notice[320];
	unsigned notices;
};
void record_state_get(struct record *record, struct record_state *out);
/** Readable when durable or fault has changed; record_state_get() clears it. */
int record_wake_fd(const struct record *record);
/** Wait until all records are durable, @timeout_us is over (-ETIMEDOUT), or the write
 * fails. record_close() waits too, then makes the recording one file. */
int record_drain(struct record *record, int64_t timeout_us, struct err *err);

/* ---- reading back what this process writes (behind.c) ------------------------------ */

struct record_behind;
/** Read @record, of record_live_open(), while it is written, in the thread that puts. Close
 * it before the recording. -ENOMEM. */
int record_behind_open(struct record *record, struct record_behind **out,
		       struct err *err);
void record_behind_close(struct record_behind *behind); /* NULL is fine */
/** Call @each for the records behind @after up to @last, which must be durable; it stops
 * when @each returns non-zero, and returns that. -errno: it cannot be read now. */
int record_behind_read(struct record_behind *behind, int64_t after, int64_t last,
		       int (*each)(void *context, const struct record_row *row),
		       void *context, struct err *err);
/** Call @each for the decisions that have a name and are durable, the newest first; as
 * record_behind_read(). */
int record_behind_decisions(struct record_behind *behind,
			    int (*each)(void *context, const struct record_row *row),
			    void *context, struct err *err);
/** The source of this index, 0 and up in the order of their ids; false: there are fewer. */
bool record_behind_source(struct record_behind *behind, unsigned index,
			  struct record_source *out);

/* Owner of a recording that was cut off by a kill, a crash or a power cut. */
struct record_owner {
	char host[64];
	int64_t since; /* instant_us: recording began */
	int64_t until; /* instant_us: last record received; `since` without records */
};
/** True when the recording at @path was not closed and no process writes it. @out
 * receives whose it is. */
bool record_cut_off(const char *path, struct record_owner *out);
/** This host's name, as in record_owner. */
void record_host(char host[64]);

/* ---- following another process's recording (follow.c) -------------------------- */

/** Open read-only; sees committed records. */
int record_follow(const char *path, struct record **out, struct err *err);
/** Call @each for the records since the last call, at most @max, in a short read.
 * Returns how many, or -errno. Without new records it costs one look at
 * data_version. */
int record_follow_poll(struct record *record, unsigned max,
		       int (*each)(void *context, const struct record_row *row),
		       void *context, struct err *err);
/** True while a process records into it. */
bool record_is_live(const char *path);

#endif
