/*
 * power_cut.c -- the power is cut at every write of a recording: it opens, and has all
 * that was acknowledged
 *
 * A layer between SQLite and the system keeps a log of what is written, cut, flushed and
 * removed, and of what was acknowledged when. Then the disk is put together as it could
 * be found after each step: what was flushed, and of the rest nothing, all of it, or
 * some of it in any order, writes torn in the middle included. PITWALL_SEED chooses.
 */
#include "../unit/record/room.h"

#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A group a second, for a minute. */
enum { GROUPS = 60, GROUP_ROWS = 12, OPS_MAX = 20000 };
enum which { MAIN, WAL, JOURNAL, FILES };
enum kind { WRITE, CUT, FLUSH, REMOVE, ACKNOWLEDGED };
enum mode { NOTHING, ALL, SOME };

struct op {
	enum kind kind;
	enum which file;
	int64_t at; /* offset, size; of ACKNOWLEDGED: rows */
	size_t len;
	char *bytes;
};

static struct {
	pthread_mutex_t lock;
	bool on;
	struct op ops[OPS_MAX];
	int count;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note(enum kind kind, enum which file, int64_t at, const void *bytes,
		 size_t len)
{
	pthread_mutex_lock(&disk.lock);
	if (disk.on && disk.count < OPS_MAX) {
		struct op *op = &disk.ops[disk.count++];
		*op = (struct op){kind, file, at, len, NULL};
		if (len > 0) {
			op->bytes = malloc(len);
			memcpy(op->bytes, bytes, len);
		}
	}
	pthread_mutex_unlock(&disk.lock);
}

static enum which which_of(const char *name)
{
	size_t len = strlen(name);
	if (len > 4 && strcmp(name + len - 4, "-wal") == 0)
		return WAL;
	return len > 8 && strcmp(name + len - 8, "-journal") == 0 ? JOURNAL : MAIN;
}

/* ---- the layer: the system's own methods, some of them noted first -------------------- */

static sqlite3_vfs *system_vfs;
/* Of a database, which has locks, and of the files beside it. */
static const sqlite3_io_methods *system_methods[2];
static sqlite3_io_methods methods[2];

static const sqlite3_io_methods *system_of(const sqlite3_file *file)
{
	return system_methods[file->pMethods == &methods[1]];
}

/* Descriptors of the system's layer, and what they are. */
static struct {
	sqlite3_file *file;
	enum which which;
} opened[64];

static enum which which_file(sqlite3_file *file)
{
	enum which which = MAIN;
	pthread_mutex_lock(&disk.lock);
	for (size_t i = 0; i < ARRAY_LEN(opened); i++)
		if (opened[i].file == file)
			which = opened[i].which;
	pthread_mutex_unlock(&disk.lock);
	return which;
}

static int noted_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	note(WRITE, which_file(f), at, from, (size_t)n);
	return system_of(f)->xWrite(f, from, n, at);
}

static int noted_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	note(CUT, which_file(f), size, NULL, 0);
	return system_of(f)->xTruncate(f, size);
}

static int noted_sync(sqlite3_file *f, int flags)
{
	(void)flags;
	note(FLUSH, which_file(f), 0, NULL, 0);
	/* The disk is ours: it need not spin. */
	return SQLITE_OK;
}

static int noted_close(sqlite3_file *f)
{
	pthread_mutex_lock(&disk.lock);
	for (size_t i = 0; i < ARRAY_LEN(opened); i++)
		if (opened[i].file == f)
			opened[i].file = NULL;
	pthread_mutex_unlock(&disk.lock);
	return system_of(f)->xClose(f);
}

static int noted_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	note(REMOVE, which_of(name), 0, NULL, 0);
	(void)vfs;
	return system_vfs->xDelete(system_vfs, name, sync);
}

static int noted_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
		      int flags, int *out)
{
	(void)vfs;
	int rc = system_vfs->xOpen(system_vfs, name, file, flags, out);
	if (rc != SQLITE_OK || name == NULL)
		return rc;
	int beside = (flags & SQLITE_OPEN_MAIN_DB) == 0;
	sqlite3_io_methods *ours = &methods[beside];
	system_methods[beside] = file->pMethods;
	*ours = *file->pMethods;
	/* Pages are written, not mapped. */
	ours->iVersion = 2;
	ours->xWrite = noted_write;
	ours->xTruncate = noted_truncate;
	ours->xSync = noted_sync;
	ours->xClose = noted_close;
	file->pMethods = ours;
	pthread_mutex_lock(&disk.lock);
	for (size_t i = 0; i < ARRAY_LEN(opened); i++)
		if (opened[i].file == NULL) {
			opened[i].file = file;
			opened[i].which = which_of(name);
			break;
		}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static void noted_install(void)
{
	static sqlite3_vfs vfs;
	system_vfs = sqlite3_vfs_find(NULL);
	vfs = *system_vfs;
	vfs.zName = "noted";
	vfs.pNext = NULL;
	vfs.xOpen = noted_open;
	vfs.xDelete = noted_delete;
	sqlite3_vfs_register(&vfs, 1);
}

/* ---- the recording --------------------------------------------------------------------- */

static int count_of(enum kind kind, enum which file)
{
	int count = 0;
	pthread_mutex_lock(&disk.lock);
	for (int i = 0; i < disk.count; i++)
		count += disk.ops[i].kind == kind && disk.ops[i].file == file;
	pthread_mutex_unlock(&disk.lock);
	return count;
}

static void record_a_minute(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	int id = 0;
	disk.on = true;
	if (record_live_open(path, NULL, &record, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(record_live_source(record, "p3://main", "p3", &id, &err), 0);
	note(ACKNOWLEDGED, MAIN, 0, NULL, 0);
	for (int64_t group = 0; group < GROUPS; group++) {
		room_put(record, group * GROUP_ROWS + 1, (group + 1) * GROUP_ROWS);
		assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
		note(ACKNOWLEDGED, MAIN, (group + 1) * GROUP_ROWS, NULL, 0);
		int checkpoints = count_of(FLUSH, MAIN);
		/* Quiet, until the WAL went into the file; then it begins anew. */
		for (int i = 0; group == GROUPS / 2 && i < 1000 &&
				count_of(FLUSH, MAIN) == checkpoints;
		     i++)
			(void)poll(NULL, 0, 10);
	}
	assert_int_equal(record_close(record, &err), 0);
	note(ACKNOWLEDGED, MAIN, (int64_t)GROUPS * GROUP_ROWS, NULL, 0);
	disk.on = false;
}

/* ---- the disk after a cut ---------------------------------------------------------------- */

struct content {
	char *bytes;
	size_t len, max;
	bool there;
};

static void content_resize(struct content *content, size_t len)
{
	if (len > content->max) {
		content->max = len * 2;
		content->bytes = realloc(content->bytes, content->max);
	}
	if (len > content->len)
		memset(content->bytes + content->len, 0, len - content->len);
	content->len = len;
}

static void apply(struct content *content, const struct op *op, size_t len)
{
	if (op->kind == REMOVE) {
		content_resize(content, 0);
		content->there = false;
	} else if (op->kind == CUT) {
		content_resize(content, (size_t)op->at);
	} else if (op->kind == WRITE) {
		size_t end = (size_t)op->at + len;
		content->there = true;
		if (end > content->len)
			content_resize(content, end);
		memcpy(content->bytes + op->at, op->bytes, len);
	}
}

static void copy_content(struct content *to, const struct content *from)
{
	content_resize(to, from->len);
	if (from->len > 0)
		memcpy(to->bytes, from->bytes, from->len);
	to->there = from->there;
}

/** What of operation @op, which was not flushed, is on the disk. */
static void apply_some(struct content *content, const struct op *op, enum mode mode,
		       uint64_t *seed)
{
	uint64_t chance = random_below(seed, 4);
	if (mode == NOTHING || (mode == SOME && chance == 0))
		return;
	apply(content, op, mode == SOME && chance == 1 ? op->len / 2 : op->len);
}

static void put_file(const char *path, const char *suffix,
		     const struct content *content)
{
	char name[SCRATCH_FILE_MAX];
	text_format(name, sizeof(name), "%s%s", path, suffix);
	unlink(name);
	if (!content->there)
		return;
	FILE *file = fopen(name, "wb");
	assert_non_null(file);
	if (content->len > 0)
		assert_int_equal(fwrite(content->bytes, 1, content->len, file),
				 content->len);
	assert_int_equal(fclose(file), 0);
}

struct cutting {
	const char *path;
	struct content flushed[FILES], image[FILES];
	int pending[FILES]; /* first operation that was not flushed */
	int64_t acknowledged;
	uint64_t seed;
	int cuts;
};

/** The power is cut before operation @end. */
static void cut_at(struct cutting *cutting, int end, enum mode mode)
{
	static const char *const suffixes[FILES] = {"", "-wal", "-journal"};
	char name[SCRATCH_FILE_MAX];
	for (int f = 0; f < FILES; f++) {
		copy_content(&cutting->image[f], &cutting->flushed[f]);
		for (int i = cutting->pending[f]; i < end; i++)
			if ((int)disk.ops[i].file == f)
				apply_some(&cutting->image[f], &disk.ops[i], mode,
					   &cutting->seed);
		put_file(cutting->path, suffixes[f], &cutting->image[f]);
	}
	text_format(name, sizeof(name), "%s-lock", cutting->path);
	unlink(name);
	int64_t rows = room_rows(cutting->path);
	if (rows < cutting->acknowledged)
		fail_msg("operation %d, mode %d: %lld of %lld acknowledged records",
			 end, (int)mode, (long long)rows,
			 (long long)cutting->acknowledged);
	/* And it goes on. */
	if (++cutting->cuts % 16 == 0) {
		struct record *record = NULL;
		struct err err = {""};
		if (record_live_open(cutting->path, NULL, &record, &err) != 0)
			fail_msg("operation %d, mode %d: %s", end, (int)mode, err.text);
		room_put(record, rows + 1, rows + 5);
		assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
		if (cutting->cuts % 32 == 0)
			assert_int_equal(record_close(record, &err), 0);
		else
			record_abandon(record); /* killed */
		assert_int_equal(room_rows(cutting->path), rows + 5);
	}
}

/** Operation @index is done. */
static void pass(struct cutting *cutting, int index)
{
	const struct op *op = &disk.ops[index];
	if (op->kind == ACKNOWLEDGED) {
		cutting->acknowledged = op->at;
		return;
	}
	if (op->kind != FLUSH)
		return;
	for (int i = cutting->pending[op->file]; i < index; i++)
		if (disk.ops[i].file == op->file)
			apply(&cutting->flushed[op->file], &disk.ops[i],
			      disk.ops[i].len);
	cutting->pending[op->file] = index + 1;
}

static void a_recording_survives_a_cut_at_every_write(void **state)
{
	const struct room *room = *state;
	const char *wanted = getenv("PITWALL_SEED");
	char path[SCRATCH_FILE_MAX];
	static struct cutting cutting;
	bool begun = false;
	cutting.seed = (uint64_t)time(NULL);
	if (wanted != NULL)
		assert_true(parse_u64(slice_of(wanted), &cutting.seed));
	print_message("# seed %llu\n", (unsigned long long)cutting.seed);
	noted_install();
	record_a_minute(room->path);
	assert_true(disk.count < OPS_MAX);
	text_format(path, sizeof(path), "%s/cut.pitwall", room->folder);
	cutting.path = path;
	for (int i = 0; i < disk.count; i++) {
		begun |= disk.ops[i].kind == ACKNOWLEDGED;
		if (begun && disk.ops[i].kind != ACKNOWLEDGED) {
			cut_at(&cutting, i, NOTHING);
			cut_at(&cutting, i, SOME);
			if (i % 2 == 0)
				cut_at(&cutting, i, ALL);
		}
		pass(&cutting, i);
	}
	cut_at(&cutting, disk.count, NOTHING);
	cut_at(&cutting, disk.count, ALL);
	print_message("# %d operations, %d cuts\n", disk.count, cutting.cuts);
	assert_true(cutting.cuts > 2 * GROUPS * 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_recording_survives_a_cut_at_every_write, room_enter,
			room_leave),
	};
	return cmocka_run_group_tests_name("power cut", tests, NULL, NULL);
}
