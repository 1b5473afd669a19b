/*
 * header.c -- is this file a recording we can read, and is it whole?
 *
 * Answered from the first 100 bytes and the file's size, before SQLite sees
 * it: SQLite would take an empty file for a new database, try to recover one
 * with a journal beside it, and speak of "file is not a database" for the rest.
 * Offsets are those of https://www.sqlite.org/fileformat.html section 1.3.
 */
/* realpath() */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record_parts.h"

enum {
	AT_PAGE_SIZE = 16,
	AT_READ_VERSION = 19,
	AT_CHANGES = 24,
	AT_PAGES = 28,
	AT_USER_VERSION = 60,
	AT_APPLICATION = 68,
	AT_VALID_FOR = 92,
	READ_WAL = 2,
};

static const char magic[16] = "SQLite format 3";

bool record_sniff(struct slice head)
{
	return head.len >= sizeof(magic) && memcmp(head.at, magic, sizeof(magic)) == 0;
}

static uint32_t big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t page_size_of(const unsigned char *header)
{
	uint32_t size = (uint32_t)header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];
	return size == 1 ? 65536 : size;
}

/** The first bytes of the file into @header; what is not there is zero. Through
 * SQLite's own layer: were the file opened and closed beside it, the locks that a
 * connection of this process holds on it would be gone (POSIX locks are of a
 * process and a file). */
int record_header_bytes(const char *path, unsigned char *header, int64_t *size)
{
	/* SQLite has no layer when there is no memory for it. */
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_file *file = vfs == NULL ? NULL : calloc(1, (size_t)vfs->szOsFile);
	char full[RECORD_PATH_MAX];
	int code = -EIO;
	sqlite3_filename name;
	if (file == NULL)
		return -ENOMEM;
	if (vfs->xFullPathname(vfs, path, sizeof(full), full) & 0xff) {
		free(file);
		return -ENAMETOOLONG;
	}
	name = sqlite3_create_filename(full, "", "", 0, NULL);
	if (name == NULL) {
		free(file);
		return -ENOMEM;
	}
	errno = 0;
	int rc = vfs->xOpen(vfs, name, file, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY,
			    NULL);
	if (rc != SQLITE_OK)
		code = errno > 0 ? -errno : -EIO;
	if (rc == SQLITE_OK) {
		sqlite3_int64 bytes = 0;
		rc = file->pMethods->xFileSize(file, &bytes);
		if (rc == SQLITE_OK)
			rc = file->pMethods->xRead(file, header, RECORD_HEADER_BYTES,
						   0);
		if (rc == SQLITE_IOERR_SHORT_READ)
			rc = SQLITE_OK;
		*size = bytes;
	}
	if (file->pMethods != NULL)
		file->pMethods->xClose(file);
	sqlite3_free_filename(name);
	free(file);
	return rc == SQLITE_OK ? 0 : code;
}

static int read_header(const char *path, unsigned char *header, uint64_t *size,
		       struct err *err)
{
	/* A FIFO would block in open(), so look before. */
	struct stat st;
	int64_t bytes = 0;
	if (stat(path, &st) != 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL,
			       "%s: not a file, so it cannot be a recording", path);
	int code = record_header_bytes(path, header, &bytes);
	if (code != 0)
		return err_set(err, code, "%s: cannot be read: %s", path,
			       strerror(-code));
	*size = (uint64_t)bytes;
	size_t got = *size < RECORD_HEADER_BYTES ? (size_t)*size : RECORD_HEADER_BYTES;
	if (got < sizeof(magic) ||
	    !record_sniff((struct slice){(const char *)header, got}))
		return err_set(err, -EINVAL, "%s: not a pitwall recording", path);
	if (got < RECORD_HEADER_BYTES)
		return err_set(err, -EIO,
			       "%s: the recording is cut short (%zu bytes); copy it "
			       "again from where it came",
			       path, got);
	return 0;
}

static int check_complete(const char *path, const unsigned char *header, uint64_t size,
			  struct err *err)
{
	uint32_t page = page_size_of(header);
	if (page < 512 || (page & (page - 1)) != 0)
		return err_set(err, -EIO, "%s: the recording is damaged (page size %u)",
			       path, page);
	unsigned long long whole = (unsigned long long)big32(header + AT_PAGES) * page;
	bool counted = big32(header + AT_CHANGES) == big32(header + AT_VALID_FOR);
	if ((counted && size < whole) || size % page != 0)
		return err_set(err, -EIO,
			       "%s: the recording is cut short (%llu of %llu bytes); "
			       "copy it again from where it came",
			       path, (unsigned long long)size, whole);
	return 0;
}

bool record_header_is_wal(const unsigned char *header)
{
	return header[AT_READ_VERSION] == READ_WAL;
}

void record_beside(const char *path, const char *suffix, char *name, size_t cap)
{
	char *real = realpath(path, NULL);
	text_format(name, cap, "%s%s", real == NULL ? path : real, suffix);
	free(real);
}

/** Bytes beside the file that are not in it yet. */
static bool wal_waits(const char *path)
{
	char name[RECORD_PATH_MAX + 16];
	struct stat st;
	record_beside(path, "-wal", name, sizeof(name));
	return stat(name, &st) == 0 && st.st_size > 0;
}

int record_header_check(const char *path, bool live, struct record_header *out,
			struct err *err)
{
	unsigned char header[RECORD_HEADER_BYTES] = {0};
	uint64_t size = 0;
	int rc = read_header(path, header, &size, err);
	if (rc != 0)
		return rc;
	if (big32(header + AT_APPLICATION) != RECORD_APPLICATION_ID)
		return err_set(err, -EINVAL,
			       "%s: an SQLite database of another program, not a "
			       "pitwall recording",
			       path);
	uint32_t version = big32(header + AT_USER_VERSION);
	if (version > RECORD_FORMAT_VERSION)
		return err_set(err, -ENOTSUP,
			       "%s: written by a newer pitwall (format %u, this one "
			       "reads up to %d); install the newer version to read it",
			       path, version, RECORD_FORMAT_VERSION);
	if (version == 0)
		return err_set(err, -EINVAL,
			       "%s: the recording is damaged (it has no format "
			       "version)",
			       path);
	out->wal = record_header_is_wal(header);
	out->waiting = out->wal && wal_waits(path);
	if (!live && out->waiting && record_wal_foreign(path, header))
		return err_set(err, -EINVAL,
			       "%s: the file beside it (-wal) is of another recording; "
			       "move that file away to read this one",
			       path);
	out->changes = big32(header + AT_CHANGES);
	/* What was cut off while the WAL went into the file is whole with the WAL. */
	if (live || out->waiting)
		return 0;
	return check_complete(path, header, size, err);
}
