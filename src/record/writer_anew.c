/*
 * writer_anew.c -- a recording that lost its file goes on in a new one
 *
 *  (1) NAME-2.pitwall, or the next number that is free. It is a whole recording: what
 *      the old file still gives, then what is kept in memory, with their ids; what
 *      waits is written behind them as ever.
 *  (2) Until all of this is in the new file nothing more becomes durable. When that
 *      fails, the new file is removed and it is tried again.
 *  (3) The old file is left as it is. What lies beside its name and is ours is moved
 *      aside when the file of that name is not.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "writer.h"

enum { ANEW_NAMES = 1000, ANEW_MODE = 0600 };

struct old_file {
	sqlite3 *db;
	sqlite3_stmt *insert, *insert_source, *insert_chain, *ask_owner;
	struct record_chain chain;
	int lock_fd;
	struct live_guard guard;
	char path[RECORD_PATH_MAX];
};

/** What is copied, and how far. */
struct copying {
	struct record *record;
	unsigned group;
	int64_t copied;
};

/** Nothing has this name, and nothing is left of one that had it. 0, or -errno. */
static int name_is_free(const char *name)
{
	static const char *const suffixes[] = {"", "-wal", "-lock"};
	char beside[RECORD_PATH_MAX + 16];
	struct stat st;
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(beside, sizeof(beside), "%s%s", name, suffixes[i]);
		if (lstat(beside, &st) == 0)
			return -EEXIST;
		if (errno != ENOENT)
			return -errno;
	}
	return 0;
}

/** (1) */
int record_next_name(const char *path, int from, char *name, size_t cap)
{
	static const char suffix[] = ".pitwall";
	struct slice stem = slice_of(path);
	bool suffixed = stem.len > strlen(suffix) &&
			strcmp(path + stem.len - strlen(suffix), suffix) == 0;
	if (suffixed)
		stem.len -= strlen(suffix);
	for (int i = from; i < ANEW_NAMES; i++) {
		text_format(name, cap, "%.*s-%d%s", (int)stem.len, stem.at, i,
			    suffixed ? suffix : "");
		int rc = name_is_free(name);
		if (rc != -EEXIST)
			return rc != 0                   ? rc
			       : strlen(name) + 16 < cap ? i
							 : -ENAMETOOLONG;
	}
	return -EEXIST;
}

static void set_path(struct record *record, const char *path)
{
	pthread_mutex_lock(&record->live->lock);
	text_copy(record->path, sizeof(record->path), slice_of(path));
	pthread_mutex_unlock(&record->live->lock);
}

static void swap_out(struct record *record, struct old_file *old)
{
	struct record_live *live = record->live;
	*old = (struct old_file){
		.db = record->db,
		.insert = record->insert,
		.insert_source = live->insert_source,
		.insert_chain = record->insert_chain,
		.chain = record->chain,
		.ask_owner = live->ask_owner,
		.lock_fd = record->lock_fd,
		.guard = live->guard,
	};
	memcpy(old->path, record->path, sizeof(old->path));
	record->db = NULL;
	record->insert = record->insert_chain = NULL;
	live->insert_source = live->ask_owner = NULL;
	record->lock_fd = -1;
	live->guard = (struct live_guard){.wal_fd = -1};
}

/** (2) */
static void swap_back(struct record *record, const struct old_file *old)
{
	struct record_live *live = record->live;
	live_disconnect(record);
	if (record->lock_fd >= 0) {
		record_remove_files(record->path);
		record_lock_remove(record->path, record->lock_fd);
	}
	record->db = old->db;
	record->insert = old->insert;
	live->insert_source = old->insert_source;
	record->insert_chain = old->insert_chain;
	record->chain = old->chain;
	live->ask_owner = old->ask_owner;
	record->lock_fd = old->lock_fd;
	live->guard = old->guard;
	set_path(record, old->path);
}

/** (3) */
static void let_go(const struct old_file *old)
{
	char names[256];
	struct stat st;
	sqlite3_finalize(old->insert);
	sqlite3_finalize(old->insert_source);
	sqlite3_finalize(old->insert_chain);
	sqlite3_finalize(old->ask_owner);
	sqlite3_close(old->db);
	if (old->guard.wal_fd >= 0)
		close(old->guard.wal_fd);
	bool ours = stat(old->path, &st) == 0 && st.st_ino == old->guard.file;
	if (!ours && record_lock_holds(old->guard.real, old->lock_fd))
		(void)record_set_aside(old->guard.real, names, sizeof(names));
	record_lock_remove(old->guard.real, old->lock_fd);
}

static int anew_code(const struct record *record)
{
	int code = record->db == NULL ? -EIO : record_sql_code(record->db);
	return code == 0 ? -EIO : code;
}

static int copy_sources(struct record *record)
{
	struct record_live *live = record->live;
	int rc = 0;
	pthread_mutex_lock(&live->lock);
	for (int i = 0; rc == 0 && i < live->source_count; i++) {
		const struct writer_source *source = &live->sources[i];
		if (live_insert_source(record, source->id, slice_of(source->url),
				       slice_of(source->driver)) != SQLITE_OK)
			rc = anew_code(record);
	}
	pthread_mutex_unlock(&live->lock);
	return rc;
}

static int anew_exec(struct record *record, const char *sql)
{
	return sqlite3_exec(record->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : anew_code(record);
}

/** The new file may be harmed as the old one was. */
static int anew_commit(struct record *record)
{
	int rc = record_chain_put(record, true) != SQLITE_OK
			 ? anew_code(record)
			 : anew_exec(record, "COMMIT");
	/* Reading the old file may cost pages of its -shm. */
	record->live->guard.pages_lost = record_mapped_lost();
	return rc == 0 && guard_look(record) != NULL ? -ESTALE : rc;
}

static int copy_row(void *context, const struct record_row *row)
{
	struct copying *copying = context;
	struct record *record = copying->record;
	int rc = 0;
	if (++copying->group >= LIVE_GROUP_RECORDS) {
		copying->group = 0;
		rc = anew_commit(record);
		if (rc == 0)
			rc = anew_exec(record, "BEGIN IMMEDIATE");
	}
	if (rc == 0 && record_insert(record->insert, row->id, row) != SQLITE_OK)
		rc = anew_code(record);
	if (rc == 0)
		record_chain_add(record, row->id, row);
	sqlite3_reset(record->insert);
	sqlite3_clear_bindings(record->insert);
	copying->copied += rc == 0;
	return rc;
}

/** What is kept in memory: the @kept records up to @last. */
static int copy_kept(struct copying *copying, int64_t last)
{
	struct record_live *live = copying->record->live;
	struct queue_place place = live->queue.head;
	struct record_row row;
	int64_t id = last - (int64_t)live->kept;
	int rc = 0;
	while (rc == 0 && place.chunk != NULL &&
	       queue_next(&place, &live->queue.next, &row, NULL)) {
		if (row.type == QUEUE_SOURCE)
			continue;
		row.id = ++id;
		rc = copy_row(copying, &row);
	}
	return rc;
}

/** Make the new file of the records up to @last. */
static int anew_fill(struct record *record, const struct old_file *old, int64_t last,
		     int64_t *copied)
{
	struct copying copying = {.record = record};
	struct err err = {""};
	int rc = record_lock_write(record->path, ANEW_MODE, &record->lock_fd);
	if (rc != RECORD_LOCK_FREE) {
		record->lock_fd = -1;
		return rc < 0 ? rc : -EBUSY;
	}
	rc = live_make(record, &err);
	if (rc == 0)
		rc = copy_sources(record);
	if (rc == 0)
		rc = anew_exec(record, "BEGIN IMMEDIATE");
	if (rc == 0)
		rc = record_salvage(record, old->db, last - (int64_t)record->live->kept,
				    copy_row, &copying);
	if (rc == 0)
		rc = copy_kept(&copying, last);
	if (rc == 0)
		rc = anew_commit(record);
	*copied = copying.copied;
	return rc;
}

static const char *anew_base(const char *path)
{
	const char *base = strrchr(path, '/');
	return base == NULL ? path : base + 1;
}

int live_begin_anew(struct record *record, int64_t last, const char *lost)
{
	struct record_live *live = record->live;
	struct old_file *old = malloc(sizeof(*old));
	char name[RECORD_PATH_MAX], left[80] = "";
	int64_t copied = 0;
	int number = old == NULL
			     ? -ENOMEM
			     : record_next_name(live->named,
						live->anew == 0 ? 2 : live->anew + 1,
						name, sizeof(name));
	if (number < 0) {
		free(old);
		return number;
	}
	swap_out(record, old);
	set_path(record, name);
	int rc = anew_fill(record, old, last, &copied);
	if (rc != 0) {
		swap_back(record, old);
		free(old);
		return rc;
	}
	live->missing += (uint64_t)(last - copied);
	live_mark(record, last);
	pthread_mutex_lock(&live->lock);
	text_copy(live->written, sizeof(live->written), slice_of(name));
	pthread_mutex_unlock(&live->lock);
	if (live->options.moved_to != NULL)
		text_copy(live->options.moved_to, sizeof(name), slice_of(name));
	let_go(old);
	live->in_file = last;
	live->doubtful = 0;
	if (live->missing > 0)
		text_format(left, sizeof(left),
			    ", without %llu records that cannot be read any more",
			    (unsigned long long)live->missing);
	pthread_mutex_lock(&live->lock);
	text_format(live->notice, sizeof(live->notice),
		    "%s: %s; recording goes on in %s, which has all %lld records "
		    "so far%s",
		    anew_base(old->path), lost, anew_base(name), (long long)copied,
		    left);
	live->notices++;
	live->anew = number;
	pthread_mutex_unlock(&live->lock);
	free(old);
	return 0;
}
