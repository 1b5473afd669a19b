/*
 * header.c -- is this file a recording we can read, and is it whole?
 *
 * Answered from the first 100 bytes and the file's size, before SQLite sees
 * it: SQLite would take an empty file for a new database, try to recover one
 * with a journal beside it, and speak of "file is not a database" for the rest.
 * Offsets are those of https://www.sqlite.org/fileformat.html section 1.3.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum {
	HEADER_BYTES = 100,
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

static int read_header(const char *path, unsigned char *header, uint64_t *size,
		       struct err *err)
{
	/* A FIFO would block in open(), so look before. */
	struct stat st;
	if (stat(path, &st) != 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL,
			       "%s: not a file, so it cannot be a recording", path);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(err, -errno, "%s: cannot be opened: %s", path,
			       strerror(errno));
	ssize_t got = read(fd, header, HEADER_BYTES);
	int code = errno;
	close(fd);
	if (got < 0)
		return err_set(err, -code, "%s: cannot be read: %s", path,
			       strerror(code));
	*size = (uint64_t)st.st_size;
	if (got < (ssize_t)sizeof(magic) ||
	    !record_sniff((struct slice){(const char *)header, (size_t)got}))
		return err_set(err, -EINVAL, "%s: not a pitwall recording", path);
	if (got < HEADER_BYTES)
		return err_set(err, -EIO,
			       "%s: the recording is cut short (%lld bytes); copy it "
			       "again from where it came",
			       path, (long long)got);
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

int record_header_check(const char *path, struct err *err)
{
	unsigned char header[HEADER_BYTES] = {0};
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
	rc = check_complete(path, header, size, err);
	if (rc != 0)
		return rc;
	if (header[AT_READ_VERSION] == READ_WAL)
		return err_set(err, -EBUSY,
			       "%s: still being written, or its writer was cut off; "
			       "a recording can be read once it is closed",
			       path);
	return 0;
}
