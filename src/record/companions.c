/*
 * companions.c -- files beside a recording (-wal, -shm, -journal) that are of another one
 *
 * SQLite uses what has these names as its own, and would mix two recordings.
 *
 *  (1) The schema cookie of a recording is drawn at random when the recording begins
 *      (record_prepare()); tables that are made and dropped later add a little to it.
 *      It is in page 1 of the file and of its WAL: the writer writes page 1 in the
 *      first group of each WAL. A recording of an earlier version has a small cookie,
 *      and its WAL cannot be distinguished from another.
 *  (2) A finished recording has no WAL. It may have a journal, of the change to WAL mode:
 *      page 1 in it equals that of the file. Once the file is in WAL mode, a power cut
 *      may bring the journal back, and it would undo the change: it is not used.
 *  (3) Nothing is removed: a foreign file is moved to the next free name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record_parts.h"

enum {
	WAL_HEADER = 32,
	WAL_FRAME = 24, /* and a page */
	JOURNAL_SECTOR = 20,
	AT_FIXED = 28, /* of the first page: what the change of the mode leaves */
	AT_COOKIE = 40,
	AT_FIXED_END = 92,
	/* Changes of the tables in the life of a recording. */
	COOKIE_CHANGES = 4096,
	NAMES_MAX = 1000,
};

static uint32_t companion_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int companion_open(const char *path, const char *suffix)
{
	char name[RECORD_PATH_MAX + 16];
	struct stat st;
	record_beside(path, suffix, name, sizeof(name));
	if (lstat(name, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return -1;
	return open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

static bool companion_read(int fd, void *to, size_t len, uint64_t at)
{
	return pread(fd, to, len, (off_t)at) == (ssize_t)len;
}

/** (1) */
static bool wal_is_foreign(int fd, const unsigned char *header)
{
	static const uint32_t magic = 0x377f0682;
	unsigned char wal[WAL_HEADER], frame[WAL_FRAME], page[RECORD_HEADER_BYTES];
	uint32_t own = companion_u32(header + AT_COOKIE);
	if (!record_header_is_wal(header))
		return true; /* (2) */
	/* SQLite does not use a WAL without its header. */
	if (!companion_read(fd, wal, sizeof(wal), 0) ||
	    (companion_u32(wal) & ~1u) != magic || own < RECORD_COOKIE_LEAST)
		return false;
	uint64_t size = companion_u32(wal + 8);
	if (size < 512)
		return false;
	size += WAL_FRAME;
	for (uint64_t at = WAL_HEADER; companion_read(fd, frame, sizeof(frame), at) &&
				       memcmp(frame + 8, wal + 16, 8) == 0;
	     at += size) {
		/* A page that a power cut left unwritten is skipped. */
		if (companion_u32(frame) != 1 ||
		    !companion_read(fd, page, sizeof(page), at + WAL_FRAME) ||
		    !record_sniff((struct slice){(const char *)page, sizeof(page)}))
			continue;
		uint32_t other = companion_u32(page + AT_COOKIE);
		return (other > own ? other - own : own - other) > COOKIE_CHANGES;
	}
	return false;
}

/** (2) */
static bool journal_is_foreign(int fd, const unsigned char *header)
{
	static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9,
					      0x20, 0xa1, 0x63, 0xd7};
	unsigned char journal[JOURNAL_SECTOR + 4], page[4 + AT_FIXED_END];
	if (record_header_is_wal(header))
		return true; /* (2) */
	/* SQLite does not use a journal whose header was not written. */
	if (!companion_read(fd, journal, sizeof(journal), 0) ||
	    memcmp(journal, magic, sizeof(magic)) != 0)
		return false;
	return !companion_read(fd, page, sizeof(page),
			       companion_u32(journal + JOURNAL_SECTOR)) ||
	       companion_u32(page) != 1 ||
	       memcmp(page + 4 + AT_FIXED, header + AT_FIXED,
		      AT_FIXED_END - AT_FIXED) != 0;
}

static bool foreign_beside(const char *path, const char *suffix,
			   const unsigned char *header,
			   bool (*is_foreign)(int fd, const unsigned char *header))
{
	int fd = companion_open(path, suffix);
	if (fd < 0)
		return false;
	bool foreign = is_foreign(fd, header);
	close(fd);
	return foreign;
}

bool record_wal_foreign(const char *path, const unsigned char *header)
{
	return foreign_beside(path, "-wal", header, wal_is_foreign);
}

/** (3) @len is of @words, which names what was moved. */
static int move_aside(const char *path, const char *suffix, char *words, size_t cap,
		      size_t *len)
{
	char name[RECORD_PATH_MAX + 16], aside[RECORD_PATH_MAX + 32];
	struct stat st;
	record_beside(path, suffix, name, sizeof(name));
	if (lstat(name, &st) != 0)
		return 0;
	int rc = -EEXIST;
	for (int i = 1; rc == -EEXIST && i < NAMES_MAX; i++) {
		text_format(aside, sizeof(aside), "%s.old-%d", name, i);
		rc = link(name, aside) == 0 ? 0 : -errno;
		/* Not every disk has links. */
		if (rc != 0 && rc != -EEXIST)
			rc = lstat(aside, &st) == 0     ? -EEXIST
			     : rename(name, aside) != 0 ? -errno
							: 1;
	}
	if (rc == 0 && unlink(name) != 0)
		rc = -errno;
	if (rc < 0)
		return rc;
	const char *base = strrchr(aside, '/');
	*len += text_format(words + *len, cap - *len, "%s%s", *len > 0 ? ", " : "",
			    base == NULL ? aside : base + 1);
	return 0;
}

int record_set_aside(const char *path, char *words, size_t cap)
{
	unsigned char header[RECORD_HEADER_BYTES] = {0};
	int64_t size = 0;
	bool there = record_header_bytes(path, header, &size) == 0;
	bool wal = !there || foreign_beside(path, "-wal", header, wal_is_foreign);
	bool journal =
		!there || foreign_beside(path, "-journal", header, journal_is_foreign);
	size_t len = 0;
	int rc = 0;
	words[0] = '\0';
	if (wal)
		rc = move_aside(path, "-wal", words, cap, &len);
	if (rc == 0 && wal)
		rc = move_aside(path, "-shm", words, cap, &len);
	if (rc == 0 && journal)
		rc = move_aside(path, "-journal", words, cap, &len);
	return rc;
}
