/*
 * test_fault.c -- every write, flush, opening and cutting of a file fails once
 *
 * A layer between SQLite and the system counts the calls of one kind and lets the
 * n-th, and some behind it, fail; n goes from 1 until a whole story has no n-th.
 * The story: open, record, continue. What was acknowledged is there in the end, in
 * order; a fault was told; and the recording went on when it had passed.
 */
#include "room.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum kind { WRITE, SYNC, OPEN, TRUNCATE, SHM, KINDS };

static struct {
	atomic_int kind, countdown, failures;
	int fails;
} plan;

/** True when this call is to fail. */
static bool fails(enum kind kind)
{
	if (atomic_load(&plan.kind) != (int)kind)
		return false;
	int n = atomic_fetch_sub(&plan.countdown, 1);
	if (n > 1 || n <= 1 - plan.fails)
		return false;
	atomic_fetch_add(&plan.failures, 1);
	return true;
}

/* ---- the layer ----------------------------------------------------------------- */

struct shim_file {
	sqlite3_file base;
	sqlite3_file *inner;
};

static sqlite3_vfs *system_vfs;
static sqlite3_io_methods shim_methods;

static sqlite3_file *in(sqlite3_file *file)
{
	return ((struct shim_file *)file)->inner;
}

static int shim_close(sqlite3_file *f)
{
	return in(f)->pMethods == NULL ? SQLITE_OK : in(f)->pMethods->xClose(in(f));
}

static int shim_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return in(f)->pMethods->xRead(in(f), to, n, at);
}

static int shim_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	if (!fails(WRITE))
		return in(f)->pMethods->xWrite(in(f), from, n, at);
	/* A full disk takes half of it. */
	in(f)->pMethods->xWrite(in(f), from, n / 2, at);
	return SQLITE_FULL;
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (fails(TRUNCATE))
		return SQLITE_IOERR_TRUNCATE;
	return in(f)->pMethods->xTruncate(in(f), size);
}

static int shim_sync(sqlite3_file *f, int flags)
{
	if (fails(SYNC))
		return SQLITE_IOERR_FSYNC;
	return in(f)->pMethods->xSync(in(f), flags);
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return in(f)->pMethods->xFileSize(in(f), size);
}

static int shim_lock(sqlite3_file *f, int level)
{
	return in(f)->pMethods->xLock(in(f), level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
	return in(f)->pMethods->xUnlock(in(f), level);
}

static int shim_reserved(sqlite3_file *f, int *held)
{
	return in(f)->pMethods->xCheckReservedLock(in(f), held);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
	return in(f)->pMethods->xFileControl(in(f), op, arg);
}

static int shim_sector(sqlite3_file *f)
{
	return in(f)->pMethods->xSectorSize(in(f));
}

static int shim_device(sqlite3_file *f)
{
	return in(f)->pMethods->xDeviceCharacteristics(in(f));
}

static int shim_shm_map(sqlite3_file *f, int page, int size, int extend,
			void volatile **out)
{
	if (extend && fails(SHM))
		return SQLITE_IOERR_SHMSIZE;
	return in(f)->pMethods->xShmMap(in(f), page, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return in(f)->pMethods->xShmLock(in(f), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f)
{
	in(f)->pMethods->xShmBarrier(in(f));
}

static int shim_shm_unmap(sqlite3_file *f, int remove)
{
	return in(f)->pMethods->xShmUnmap(in(f), remove);
}

static sqlite3_io_methods shim_methods = {
	.iVersion = 2,
	.xClose = shim_close,
	.xRead = shim_read,
	.xWrite = shim_write,
	.xTruncate = shim_truncate,
	.xSync = shim_sync,
	.xFileSize = shim_size,
	.xLock = shim_lock,
	.xUnlock = shim_unlock,
	.xCheckReservedLock = shim_reserved,
	.xFileControl = shim_control,
	.xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_device,
	.xShmMap = shim_shm_map,
	.xShmLock = shim_shm_lock,
	.xShmBarrier = shim_shm_barrier,
	.xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
		     int flags, int *out)
{
	struct shim_file *shim = (struct shim_file *)file;
	(void)vfs;
	memset(shim, 0, sizeof(*shim));
	shim->inner = (sqlite3_file *)(void *)(shim + 1);
	shim->inner->pMethods = NULL;
	if (fails(OPEN)) {
		errno = EIO;
		return SQLITE_CANTOPEN;
	}
	int rc = system_vfs->xOpen(system_vfs, name, shim->inner, flags, out);
	if (rc == SQLITE_OK)
		shim->base.pMethods = &shim_methods;
	return rc;
}

static void shim_install(void)
{
	static sqlite3_vfs shim;
	system_vfs = sqlite3_vfs_find(NULL);
	/* Everything else is the system's own: it takes no pAppData of another. */
	shim = *system_vfs;
	shim.zName = "shim";
	shim.pNext = NULL;
	shim.szOsFile = (int)sizeof(struct shim_file) + system_vfs->szOsFile;
	shim.xOpen = shim_open;
	sqlite3_vfs_register(&shim, 1);
}

static void arm(enum kind kind, int nth, int times)
{
	atomic_store(&plan.kind, KINDS);
	plan.fails = times;
	atomic_store(&plan.countdown, nth);
	atomic_store(&plan.failures, 0);
	atomic_store(&plan.kind, (int)kind);
}

static int disarm(void)
{
	atomic_store(&plan.kind, KINDS);
	return atomic_load(&plan.failures);
}

/* ---- the story ------------------------------------------------------------------ */

struct story {
	const char *path;
	struct record_live_options options;
	int64_t acknowledged, put;
	bool told;
};

/** Wait until all is durable; a failure on the way must have a sentence. */
static void story_drain(struct story *story, struct record *record, int64_t base)
{
	struct record_state state;
	struct err err = {""};
	for (int i = 0; record_drain(record, 20 * US_S, &err) != 0; i++) {
		assert_true(strlen(err.text) > 20);
		assert_non_null(strstr(err.text, "race.pitwall"));
		story->told = true;
		assert_true(i < 20);
		record_state_get(record, &state);
		/* What was told durable before is not taken back. */
		assert_true(base + (int64_t)state.durable >= story->acknowledged);
		story->acknowledged = base + (int64_t)state.durable;
	}
	record_state_get(record, &state);
	story->acknowledged = base + (int64_t)state.durable;
	assert_int_equal(story->acknowledged, story->put);
}

/** One opening: three groups and the end. */
static void story_part(struct story *story)
{
	struct record *record = NULL;
	struct record_state state;
	struct err err = {""};
	int rc = 0;
	for (int i = 0; i < 20; i++) {
		rc = record_live_open(story->path, &story->options, &record, &err);
		if (rc == 0)
			break;
		story->told = true;
		assert_true(strlen(err.text) > 20);
		assert_null(record);
	}
	assert_int_equal(rc, 0);
	record_state_get(record, &state);
	const int64_t base = (int64_t)state.rows;
	/* A group of which it was not told may be there all the same. */
	assert_true(base >= story->acknowledged && base <= story->put);
	story->put = base;
	for (int group = 0; group < 3; group++) {
		room_put(record, story->put + 1, story->put + 30);
		story->put += 30;
		story_drain(story, record, base);
	}
	err.text[0] = '\0';
	if (record_close(record, &err) != 0) {
		story->told = true;
		assert_true(strlen(err.text) > 20);
	}
}

static void every_call_fails(const struct room *room, enum kind kind, int times)
{
	for (int n = 1; n < 500; n += times) {
		struct story story = {.path = room->path,
				      .options.sync_normal = kind != SYNC};
		room_files(room->folder, true);
		arm(kind, n, times);
		story_part(&story);
		story_part(&story);
		int failures = disarm();
		/* As it lies, with a WAL beside it where the end was not reached; if
		 * nothing was told, nothing is wrong with it. */
		assert_int_equal(room_rows(room->path), story.put);
		if (!story.told)
			assert_int_equal(room_files(room->folder, false), 1);
		if (failures == 0) {
			print_message("# %d calls, each failed %d times in turn\n",
				      n - 1, times);
			assert_true(n > 1);
			return;
		}
		struct record *record = NULL;
		assert_int_equal(record_live_open(room->path, NULL, &record, NULL), 0);
		assert_int_equal(record_close(record, NULL), 0);
		assert_int_equal(room_rows(room->path), story.put);
		assert_int_equal(room_files(room->folder, false), 1);
	}
	fail_msg("the story has no end");
}

static void every_write_fails_once(void **state)
{
	every_call_fails(*state, WRITE, 1);
}

static void every_write_fails_for_some_time(void **state)
{
	every_call_fails(*state, WRITE, 4);
}

static void every_flush_fails_once(void **state)
{
	every_call_fails(*state, SYNC, 1);
}

static void every_flush_fails_for_some_time(void **state)
{
	every_call_fails(*state, SYNC, 3);
}

static void every_opening_fails_once(void **state)
{
	every_call_fails(*state, OPEN, 1);
}

static void every_growth_of_the_shared_memory_fails_once(void **state)
{
	every_call_fails(*state, SHM, 1);
}

static void every_cut_fails_once(void **state)
{
	every_call_fails(*state, TRUNCATE, 1);
}

static void a_full_disk_is_told_and_written_when_there_is_room(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct record_state now;
	struct err err = {""};
	assert_int_equal(record_live_open(room->path, NULL, &record, &err), 0);
	room_put(record, 1, 10);
	assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
	arm(WRITE, 1, 1000000);
	room_put(record, 11, 400);
	assert_int_equal(record_drain(record, 20 * US_S, &err), -ENOSPC);
	record_state_get(record, &now);
	assert_int_equal(now.durable, 10);
	assert_int_equal(now.put, 400);
	assert_true(now.waiting > 390 * 32);
	assert_non_null(strstr(now.fault, "the disk is full"));
	assert_non_null(strstr(now.fault, "390 records"));
	assert_non_null(strstr(now.fault, "make room"));
	/* The race goes on meanwhile. */
	room_put(record, 401, 500);
	disarm();
	assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
	record_state_get(record, &now);
	assert_string_equal(now.fault, "");
	assert_int_equal(now.code, 0);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(room_rows(room->path), 500);
}

static void closing_on_a_full_disk_says_what_is_lost(void **state)
{
	const struct room *room = *state;
	struct record *record = NULL;
	struct err err = {""};
	assert_int_equal(record_live_open(room->path, NULL, &record, &err), 0);
	room_put(record, 1, 10);
	assert_int_equal(record_drain(record, 20 * US_S, &err), 0);
	arm(WRITE, 1, 1000000);
	room_put(record, 11, 17);
	assert_int_equal(record_close(record, &err), -ENOSPC);
	disarm();
	if (strstr(err.text, "7 records are lost") == NULL)
		fail_msg("\"%s\"", err.text);
	assert_int_equal(room_rows(room->path), 10);
}

static int install(void **state)
{
	(void)state;
	disarm();
	shim_install();
	return 0;
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_write_fails_once),
		TEST(every_write_fails_for_some_time),
		TEST(every_flush_fails_once),
		TEST(every_flush_fails_for_some_time),
		TEST(every_opening_fails_once),
		TEST(every_growth_of_the_shared_memory_fails_once),
		TEST(every_cut_fails_once),
		TEST(a_full_disk_is_told_and_written_when_there_is_room),
		TEST(closing_on_a_full_disk_says_what_is_lost),
	};
	return cmocka_run_group_tests_name("record faults", tests, install, NULL);
}
