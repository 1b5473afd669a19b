/*
 * record_parts.h -- what the files of the recording share
 */
#ifndef PITWALL_RECORD_RECORD_PARTS_H
#define PITWALL_RECORD_RECORD_PARTS_H

#include <sqlite3.h>

#include "pitwall/record.h"

enum {
	RECORD_PATH_MAX = 4096,
	/* A record larger than this cannot be written, nor read: a set-up text. */
	RECORD_VALUE_MAX = 4 * 1024 * 1024,
	RECORD_HEADER_BYTES = 100,
	/* Schema cookies from here on were drawn at random (companions.c). */
	RECORD_COOKIE_LEAST = 1 << 30,
};

struct record_live;
struct record_follower;

/* The sum of the records (chain.c). */
struct record_chain {
	int64_t id, put; /* the last record in it, and with its sum in the file */
	uint64_t sum;
};

struct record {
	sqlite3 *db;
	sqlite3_stmt *insert, *at, *last, *insert_chain;
	struct record_chain chain;
	char path[RECORD_PATH_MAX]; /* the name a person knows */
	char part[RECORD_PATH_MAX]; /* where it is written until it is closed */
	bool writing, replace, in_group, finished;
	bool unchanging;  /* opened: finished, without a writer */
	uint32_t changes; /* SQLite's count of the changes of the file */
	unsigned group;   /* records in the group that is not committed */
	int failed;       /* first error while writing; -errno */
	int lock_fd;      /* held while it is open; -1 none */
	struct record_live *live;
	struct record_follower *follower;
};

/* ---- record.c ----------------------------------------------------------------- */

/* Of the source 0, which says where the records of a copy came from. */
#define RECORD_ORIGIN_DRIVER "copy"
/* Rows of the table of sources that are not sources: of a copy, its origin and what
 * identifies the recording there. */
enum { RECORD_ORIGIN_ID = 0, RECORD_COPIED_ID = -1 };

/* The tables of every recording, as SQLite keeps them in its schema. */
extern const char record_table_source[], record_table_record[], record_table_decoded[],
	record_table_chain[];
extern const char record_table_record_before[]; /* of older versions */

int record_new(const char *path, struct record **out, struct err *err);
/** Say what SQLite said, as a sentence about @record. */
int record_fail(struct record *record, const char *doing, struct err *err);
/** -errno of the last failure of @db. */
int record_sql_code(sqlite3 *db);
int record_exec(struct record *record, const char *sql, const char *doing,
		struct err *err);
/** Make an empty recording of the file @part, which is empty; WAL when @wal. */
int record_prepare(struct record *record, const char *part, bool wal, struct err *err);
int record_prepare_insert(struct record *record, struct err *err);
void record_remove_files(const char *path);
void record_sync_folder(const char *path);

/* ---- header.c ----------------------------------------------------------------- */

struct record_header {
	bool wal;         /* in WAL mode: runs, or its writer was cut off */
	bool waiting;     /* there are bytes in the WAL beside it */
	uint32_t changes; /* SQLite's count of them */
};

/** Look at the first bytes and the size of the file at @path without asking SQLite
 * what it thinks of them, so that a file that is not ours is never touched by it.
 * @live: a process writes into it, so its size is not looked at. */
int record_header_check(const char *path, bool live, struct record_header *out,
			struct err *err);
/** The first bytes of the file into @header; what is not there is zero. -errno. */
int record_header_bytes(const char *path, unsigned char *header, int64_t *size);
bool record_header_is_wal(const unsigned char *header);
/** Name of a file beside the one that @path leads to (through links, as SQLite
 * does), into @name of RECORD_PATH_MAX + 16. */
void record_beside(const char *path, const char *suffix, char *name, size_t cap);

/* ---- companions.c ------------------------------------------------------------- */

/** True when the WAL beside @path is not of the file of this @header. */
bool record_wal_foreign(const char *path, const unsigned char *header);
/** Move what lies beside @path and is not of it aside; of a file that does not exist,
 * everything. @words names what was moved; "": nothing. -errno. */
int record_set_aside(const char *path, char *words, size_t cap);

/* ---- open.c ------------------------------------------------------------------- */

/** Open the database at @path with the parameters of a "file:" URI, trusting
 * nothing in it; @tune, or NULL, is run before anything is read. */
int record_connect(struct record *record, const char *parameters, const char *tune,
		   struct err *err);
void record_disconnect(struct record *record);
/** Attach @record for reading in the way its file asks for; 1: it is live. */
int record_attach(struct record *record, struct err *err);

/* ---- readonly.c ------------------------------------------------------------------ */

/** Name of the VFS that reads a file at rest and its WAL without touching them. */
const char *record_still_vfs(void);

/* ---- rows.c ------------------------------------------------------------------- */

/** Insert @row. */
int record_insert(sqlite3_stmt *insert, int64_t id, const struct record_row *row);
/** Commit the group of a created file. */
int record_group_end(struct record *record, struct err *err);
/** The row under the cursor of a SELECT of record_columns. */
int record_row_of(struct record *record, sqlite3_stmt *stmt, struct record_row *row,
		  struct err *err);
const char *record_columns(sqlite3 *db);
/** False: the file is of an older version, without the stamps of a steady clock. */
bool record_has_steady(sqlite3 *db);

/* ---- chain.c ------------------------------------------------------------------- */

/** The sum behind the record @id, whose sum before it is @sum. */
uint64_t record_chain_sum(uint64_t sum, int64_t id, const struct record_row *row);
/** A record was inserted. */
void record_chain_add(struct record *record, int64_t id, const struct record_row *row);
/** At the end of a group, before its commit, if it is time, or the @last one; an SQLite
 * code. */
int record_chain_put(struct record *record, bool last);
/** Go on behind the record @last, the last in the file. */
int record_chain_load(struct record *record, int64_t last, struct err *err);

/* ---- salvage.c ---------------------------------------------------------------- */

/** Call @each for every record up to @last that @db still gives, in order; @record names
 * it. Stops when @each returns non-zero (not 1), and returns that. @db NULL: none. */
int record_salvage(struct record *record, sqlite3 *db, int64_t last,
		   int (*each)(void *context, const struct record_row *row),
		   void *context);

/* ---- mapped.c ----------------------------------------------------------------- */

/** Survive that the -shm is cut short. Again when another handler may have been set. */
void record_mapped_watch(void);
/** How many pages were lost so far. */
int record_mapped_lost(void);

/* ---- lock.c ------------------------------------------------------------------- */

enum record_lock { RECORD_LOCK_FREE, RECORD_LOCK_HELD, RECORD_LOCK_READ };

/** Take the writer's lock of the recording at @path into @fd. RECORD_LOCK_HELD: a
 * process records into it; RECORD_LOCK_READ: others read it and did not end;
 * -errno. Made with @mode. */
int record_lock_write(const char *path, unsigned mode, int *fd);
/** A reader's lock: no writer starts while it is held. @fd is -1 when there is no
 * lock to take. True: a process records into it. */
bool record_lock_read(const char *path, int *fd);
/** Remove the file of a writer's lock and let it go. */
void record_lock_remove(const char *path, int fd);
/** True while the lock @fd is the file @name. */
bool record_lock_is(int fd, const char *name);
/** True while the lock @fd is the one that others would ask for. */
bool record_lock_holds(const char *path, int fd);
/** Let a lock go; its file stays. */
void record_lock_drop(int *fd);
struct record_lock_mark {
	int64_t durable;  /* id of the last record */
	uint64_t missing; /* records that were lost before */
	int64_t bytes;    /* of the file, which does not become shorter */
};
/** Note in the lock what is durable. */
void record_lock_mark(int fd, const struct record_lock_mark *mark);
/** What the last writer noted, if it was cut off; else zeros. */
struct record_lock_mark record_lock_marked(int fd);

/* ---- writer_open.c, follow.c ---------------------------------------------------- */

int record_live_close(struct record *record, struct err *err);
/** End without finishing, as a kill would. */
void record_live_abandon(struct record *record);
void record_follow_end(struct record *record);

#endif
