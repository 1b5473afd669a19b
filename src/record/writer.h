/*
 * writer.h -- a recording that runs: what its two threads share
 *
 *  (1) `lock` guards everything up to the line; below it, one thread at a time:
 *      the caller's until the writer has started and after it has ended, else the
 *      writer.
 *  (2) The records of the WAL stay in memory until they are in the file itself: a WAL
 *      that is lost is written again from them (writer_anew.c).
 *  (3) A record's id is base + its ticket, so that after a failure of which it is
 *      not known how far it came, the file says which records it has.
 */
#ifndef PITWALL_RECORD_WRITER_H
#define PITWALL_RECORD_WRITER_H

#include <pthread.h>
#include <sys/types.h>

#include "record_parts.h"
#include "write_queue.h"

enum {
	LIVE_GROUP_RECORDS = 1024,
	LIVE_GROUP_BYTES = 1024 * 1024,
	LIVE_RETRY_US = 1000000,
	/* Two seconds of a disk that fails are what quitting waits for. */
	LIVE_CLOSE_US = 2000000,
	LIVE_CLOSE_RETRY_US = 100000,
	LIVE_IDLE_US = 1000000,
	/* What is written and not yet in the file itself, twice. */
	LIVE_KEPT_BYTES = 32 * 1024 * 1024,
	LIVE_SOURCES_MAX = 4096,
	/* 16 MiB: a checkpoint stops commits for some milliseconds, so it is rare
	 * enough to stay out of the 99th percentile at 200 commits a second. */
	LIVE_WAL_PAGES = 4096,
	LIVE_CACHE_KIB = 256,
};

enum live_trouble {
	LIVE_WELL,
	LIVE_WRITE, /* what waits cannot be written */
	LIVE_TIDY,  /* all is written, the WAL cannot go into the file */
	LIVE_MOVED, /* the file is lost, and a new one cannot be begun */
	LIVE_LIMIT, /* it may not grow (writer_limits.c) */
	LIVE_START, /* the writer's thread cannot be made */
};

struct writer_source {
	int id;
	char url[RECORD_URL_MAX];
	char driver[24];
};

/* What was last seen of the file that is written (writer_guard.c). */
struct live_guard {
	char real[RECORD_PATH_MAX]; /* without links */
	dev_t device;
	ino_t file, wal, shm; /* file, shm 0: not looked at */
	/* They do not become less. */
	int64_t size, wal_size, shm_size;
	bool moved;     /* before it was looked at */
	int pages_lost; /* record_mapped_lost() */
	int wal_fd;     /* -1 */
	int64_t page;   /* bytes */
	int frames;     /* of the WAL, when it was looked at */
};

enum { LIVE_RATES = 64 };

/* What a source sent of late (writer_limits.c). */
struct live_rate {
	int64_t at, used;
	uint64_t refused; /* since it began */
	bool warned;
};

struct record_live {
	pthread_mutex_t lock;
	pthread_cond_t work; /* for the writer */
	pthread_cond_t done; /* for those who wait for it */
	bool started, stop;
	bool at_once; /* do not wait for a group to fill */
	bool abandon; /* end without writing what waits */
	struct queue queue;
	uint64_t put, durable, lost;
	uint64_t refused; /* of `lost`, by the rate of a source */
	int refusing;     /* a source some of whose records are refused now; 0: none */
	struct live_rate rates[LIVE_RATES];
	uint64_t failures; /* attempts to write that failed */
	int64_t base;      /* id of the last record when it was opened */
	int64_t retry_at, give_up_at;
	int64_t clock;
	enum live_trouble trouble;
	int code;
	char gone[120];                /* of LIVE_MOVED: what became of the file */
	char written[RECORD_PATH_MAX]; /* the file; a new one when it is complete */
	int anew; /* number of the file in which it goes on; 0: the first */
	char notice[sizeof(((struct record_state *)0)->notice)];
	unsigned notices;
	uint64_t missing; /* records that were lost (record_state) */

	/* ---- one thread at a time ------------------------------------------------ */
	pthread_t thread;
	struct record_live_options options;
	int wake[2];       /* read, write; the same one for an eventfd */
	int64_t in_file;   /* id of the last record in the file */
	unsigned doubtful; /* attempts that failed since one did not */
	int wal_pages, checkpoint_at;
	bool mark_wal; /* the next group may be the first of a WAL (companions.c) */
	int64_t disk_left, disk_reserve; /* bytes, when the disk was looked at */
	bool warned_size, warned_disk;
	sqlite3_stmt *insert_source, *ask_owner;
	int64_t owner; /* id of our row */
	struct live_guard guard;
	char named[RECORD_PATH_MAX];
	uint64_t kept; /* records in the queue before next */
	size_t kept_bytes;
	struct writer_source *sources;
	int source_count, source_max, source_last;
};

/** Microseconds of a clock that is not set, under the lock; constant while the clock
 * fails. */
int64_t record_now(struct record_live *live);
/** Wait until @at by record_now(). */
void live_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t at);
void live_wake(struct record_live *live);

/* ---- writer_rows.c ------------------------------------------------------------- */

int live_start(struct record *record);
/** Let the writer write what waits, for at most LIVE_CLOSE_US when it fails, and
 * end. */
void live_stop(struct record *record, bool drain);
int live_insert_source(struct record *record, int id, struct slice url,
		       struct slice driver);

/* ---- writer_open.c -------------------------------------------------------------- */

/** Note in the lock that @id is durable. */
void live_mark(const struct record *record, int64_t id);
/* Writes page 1, so that the WAL names its recording (companions.c). */
extern const char live_mark_wal[];
/** Open the database and make it ready for writing, at first and after a failure. */
int record_writer_connect(struct record *record, struct err *err);
/** Make the file and connect to it. */
int live_make(struct record *record, struct err *err);
/** The lock when its file is gone or another one. -EBUSY: another process has it. */
int live_renew_lock(struct record *record);
void live_disconnect(struct record *record);
int live_last_id(struct record *record, int64_t *id, struct err *err);

/* ---- writer_guard.c ------------------------------------------------------------ */

/** Note the file that was opened. */
void guard_set(struct record *record);
void guard_end(struct record *record);
/** A checkpoint may have made the file longer. */
void guard_grown(struct record *record);
/** Look at it, before a group and after. NULL: it is the same; else what happened. */
const char *guard_look(struct record *record);

/* ---- writer_limits.c ------------------------------------------------------------ */

/** Before a group: 0, -EFBIG or -ENOSPC. */
int limits_look(struct record *record);
/** The fault at a limit. Under the lock. */
void limits_text(const struct record *record, struct record_state *out);
/** The fault and its code while records of a source are refused. Under the lock. */
void limits_refusing_text(const struct record *record, struct record_state *out);
/** False: its source sends too much. Under the lock. */
bool limits_take(struct record *record, const struct record_row *row);

/* ---- writer_anew.c -------------------------------------------------------------- */

/** Go on in a new file, which gets the records up to @last. -errno: the old one is kept
 * open as it was. */
int live_begin_anew(struct record *record, int64_t last, const char *lost);

#endif
