/*
 * readonly.c -- reading a file at rest whose writer was cut off
 *
 * Such a file has a WAL beside it with the last of what was recorded. SQLite reads
 * it only with an index that it makes beside both, so not in a folder that cannot
 * be written, and reading would leave something behind. This layer between SQLite
 * and the system reports that no process writes and that nothing may be written.
 *
 *  (1) Every file is opened for reading; none is made, cut or removed.
 *  (2) Locks are always granted: record_lock_read() keeps a writer away.
 *      SQLite then has the index of the WAL in its own memory (locking_mode
 *      EXCLUSIVE).
 *  (3) With "still=1" there is no WAL, and the file says that there could be one:
 *      its version is shown as that of a finished file (bytes 18 and 19, see
 *      https://www.sqlite.org/fileformat.html section 1.3.3).
 *  (4) There is no journal: that of the change to WAL mode was removed before the first
 *      group was written, and may be back after a power cut.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "record_parts.h"

enum { AT_VERSIONS = 18 };

struct still_file {
	sqlite3_file base;
	sqlite3_file *inner; /* behind this one, in the same memory */
	bool finished;
};

static sqlite3_file *inner_of(sqlite3_file *file)
{
	return ((struct still_file *)file)->inner;
}

static int still_close(sqlite3_file *file)
{
	sqlite3_file *inner = inner_of(file);
	return inner->pMethods == NULL ? SQLITE_OK : inner->pMethods->xClose(inner);
}

static int still_read(sqlite3_file *file, void *out, int amount, sqlite3_int64 offset)
{
	sqlite3_file *inner = inner_of(file);
	int rc = inner->pMethods->xRead(inner, out, amount, offset);
	for (int at = AT_VERSIONS; at < AT_VERSIONS + 2; at++)
		if (((struct still_file *)file)->finished && offset <= at &&
		    at < offset + amount)
			((char *)out)[at - offset] = 1;
	return rc;
}

static int still_write(sqlite3_file *file, const void *from, int amount,
		       sqlite3_int64 offset)
{
	(void)file, (void)from, (void)amount, (void)offset;
	return SQLITE_READONLY;
}

static int still_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	(void)file, (void)size;
	return SQLITE_READONLY;
}

static int still_sync(sqlite3_file *file, int flags)
{
	(void)file, (void)flags;
	return SQLITE_OK;
}

static int still_size(sqlite3_file *file, sqlite3_int64 *size)
{
	sqlite3_file *inner = inner_of(file);
	return inner->pMethods->xFileSize(inner, size);
}

static int still_lock(sqlite3_file *file, int level)
{
	(void)file, (void)level;
	return SQLITE_OK;
}

static int still_check_lock(sqlite3_file *file, int *held)
{
	(void)file;
	*held = 0;
	return SQLITE_OK;
}

static int still_control(sqlite3_file *file, int op, void *arg)
{
	(void)file, (void)op, (void)arg;
	return SQLITE_NOTFOUND;
}

static int still_sector(sqlite3_file *file)
{
	sqlite3_file *inner = inner_of(file);
	return inner->pMethods->xSectorSize(inner);
}

static int still_device(sqlite3_file *file)
{
	(void)file;
	return 0;
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = still_close,
	.xRead = still_read,
	.xWrite = still_write,
	.xTruncate = still_truncate,
	.xSync = still_sync,
	.xFileSize = still_size,
	.xLock = still_lock,
	.xUnlock = still_lock,
	.xCheckReservedLock = still_check_lock,
	.xFileControl = still_control,
	.xSectorSize = still_sector,
	.xDeviceCharacteristics = still_device,
};

static sqlite3_vfs *inner_vfs(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int still_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
		      int flags, int *out_flags)
{
	const int made = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			 SQLITE_OPEN_DELETEONCLOSE | SQLITE_OPEN_EXCLUSIVE;
	struct still_file *still = (struct still_file *)file;
	/* Memory that SQLite wants as a file for a moment has no name. */
	if (name == NULL)
		return SQLITE_CANTOPEN;
	memset(still, 0, sizeof(*still));
	still->inner = (sqlite3_file *)(void *)(still + 1);
	still->inner->pMethods = NULL;
	still->finished = (flags & SQLITE_OPEN_MAIN_DB) != 0 &&
			  sqlite3_uri_boolean(name, "still", 0) != 0;
	flags = (flags & ~made) | SQLITE_OPEN_READONLY;
	int rc = inner_vfs(vfs)->xOpen(inner_vfs(vfs), name, still->inner, flags,
				       out_flags);
	if (rc == SQLITE_OK)
		still->base.pMethods = &methods;
	else
		still_close(file);
	return rc;
}

static int still_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs, (void)name, (void)sync;
	return SQLITE_READONLY;
}

static int still_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	static const char journal[] = "-journal";
	size_t len = strlen(name);
	*result = 0;
	/* (4) */
	if (len > strlen(journal) && strcmp(name + len - strlen(journal), journal) == 0)
		return SQLITE_OK;
	return inner_vfs(vfs)->xAccess(inner_vfs(vfs), name, flags, result);
}

static int still_full_path(sqlite3_vfs *vfs, const char *name, int cap, char *out)
{
	return inner_vfs(vfs)->xFullPathname(inner_vfs(vfs), name, cap, out);
}

static int still_random(sqlite3_vfs *vfs, int cap, char *out)
{
	return inner_vfs(vfs)->xRandomness(inner_vfs(vfs), cap, out);
}

static int still_sleep(sqlite3_vfs *vfs, int us)
{
	return inner_vfs(vfs)->xSleep(inner_vfs(vfs), us);
}

static int still_time(sqlite3_vfs *vfs, double *days)
{
	return inner_vfs(vfs)->xCurrentTime(inner_vfs(vfs), days);
}

static int still_error(sqlite3_vfs *vfs, int cap, char *out)
{
	return inner_vfs(vfs)->xGetLastError(inner_vfs(vfs), cap, out);
}

static sqlite3_vfs still_vfs = {
	.iVersion = 1,
	.zName = "pitwall-still",
	.xOpen = still_open,
	.xDelete = still_delete,
	.xAccess = still_access,
	.xFullPathname = still_full_path,
	.xRandomness = still_random,
	.xSleep = still_sleep,
	.xCurrentTime = still_time,
	.xGetLastError = still_error,
};

const char *record_still_vfs(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	/* NULL: no memory for SQLite. Opening says so. */
	sqlite3_vfs *inner = sqlite3_vfs_find(NULL);
	pthread_mutex_lock(&lock);
	if (inner != NULL && still_vfs.pAppData == NULL) {
		still_vfs.szOsFile = (int)sizeof(struct still_file) + inner->szOsFile;
		still_vfs.mxPathname = inner->mxPathname;
		still_vfs.pAppData = inner;
		sqlite3_vfs_register(&still_vfs, 0);
	}
	pthread_mutex_unlock(&lock);
	return still_vfs.zName;
}
