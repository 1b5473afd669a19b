/*
 * lock.c -- who writes a recording, and who may
 *
 * A file NAME-lock beside the recording, locked with flock(). Not the recording
 * itself: SQLite's locks there are of the kind that a process loses with the first
 * descriptor of the file it closes.
 *
 *  (1) The writer holds the lock alone for as long as it has the recording open;
 *      it is free when the process has ended, however it did.
 *  (2) A reader of a file at rest shares the lock. So where it cannot be shared,
 *      a writer runs; where it cannot be had alone but shared, only readers do.
 *  (3) The file is removed by the writer that holds it, and who takes the lock
 *      looks whether the file still is the one of that name.
 *  (4) The file says which record was durable last. After a kill or a power cut, a
 *      recording that ends before it has lost records. How many were lost stays there
 *      until the recording is closed: a writer that is killed may not have reported it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "record_parts.h"

enum {
	READERS_TRIES = 250,
	TRY_NS = 20 * 1000 * 1000,
	MARK_BYTES = 8 + 19 + 9 + 19 + 7 + 19 + 1
};

static const char mark_form[] = "durable %019llu missing %019llu bytes %019llu\n";

static void lock_name(const char *path, char *name, size_t cap)
{
	record_beside(path, "-lock", name, cap);
}

static int lock_try(int fd, int how)
{
	int rc;
	do
		rc = flock(fd, how | LOCK_NB);
	while (rc != 0 && errno == EINTR);
	return rc;
}

bool record_lock_is(int fd, const char *name)
{
	struct stat held, named;
	return fstat(fd, &held) == 0 && stat(name, &named) == 0 &&
	       held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/** One try; -EAGAIN: once more. */
static int lock_once(const char *name, unsigned mode, int *fd)
{
	int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
	if (lock < 0)
		return -errno;
	if (lock_try(lock, LOCK_EX) == 0) {
		if (record_lock_is(lock, name)) {
			*fd = lock;
			return RECORD_LOCK_FREE;
		}
		close(lock);
		return -EAGAIN;
	}
	int code = errno;
	bool readers = code == EWOULDBLOCK && lock_try(lock, LOCK_SH) == 0;
	close(lock);
	if (readers)
		return RECORD_LOCK_READ;
	return code == EWOULDBLOCK ? RECORD_LOCK_HELD : -code;
}

int record_lock_write(const char *path, unsigned mode, int *fd)
{
	char name[RECORD_PATH_MAX + 16];
	const struct timespec pause = {.tv_nsec = TRY_NS};
	int rc = RECORD_LOCK_READ;
	lock_name(path, name, sizeof(name));
	for (int i = 0; i < READERS_TRIES; i++) {
		rc = lock_once(name, mode, fd);
		if (rc != -EAGAIN && rc != RECORD_LOCK_READ)
			break;
		nanosleep(&pause, NULL);
	}
	return rc;
}

bool record_lock_read(const char *path, int *fd)
{
	char name[RECORD_PATH_MAX + 16];
	lock_name(path, name, sizeof(name));
	*fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*fd < 0)
		return false;
	if (lock_try(*fd, LOCK_SH) == 0)
		return false;
	bool live = errno == EWOULDBLOCK;
	record_lock_drop(fd);
	return live;
}

bool record_lock_holds(const char *path, int fd)
{
	char name[RECORD_PATH_MAX + 16];
	lock_name(path, name, sizeof(name));
	return fd >= 0 && record_lock_is(fd, name);
}

void record_lock_remove(const char *path, int fd)
{
	char name[RECORD_PATH_MAX + 16];
	lock_name(path, name, sizeof(name));
	if (fd >= 0 && record_lock_is(fd, name))
		unlink(name);
	record_lock_drop(&fd);
}

void record_lock_drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool record_is_live(const char *path)
{
	int fd = -1;
	bool live = record_lock_read(path, &fd);
	record_lock_drop(&fd);
	return live;
}

static size_t mark_text(char *text, size_t cap, const struct record_lock_mark *mark)
{
	return text_format(text, cap, mark_form, (unsigned long long)mark->durable,
			   (unsigned long long)mark->missing,
			   (unsigned long long)mark->bytes);
}

void record_lock_mark(int fd, const struct record_lock_mark *mark)
{
	char text[MARK_BYTES + 1];
	size_t len = mark_text(text, sizeof(text), mark);
	/* Without room for it nothing can be reported later. */
	ssize_t wrote = fd < 0 ? 0 : pwrite(fd, text, len, 0);
	(void)wrote;
}

struct record_lock_mark record_lock_marked(int fd)
{
	char text[MARK_BYTES + 1] = "", again[MARK_BYTES + 1];
	struct slice words = {text, MARK_BYTES - 1};
	uint64_t numbers[3] = {0};
	bool read = fd >= 0 && pread(fd, text, MARK_BYTES, 0) == MARK_BYTES;
	for (size_t i = 0; read && i < ARRAY_LEN(numbers); i++) {
		(void)slice_cut(&words, ' ');
		read = parse_u64(slice_cut(&words, ' '), &numbers[i]) &&
		       numbers[i] <= INT64_MAX;
	}
	const struct record_lock_mark mark = {(int64_t)numbers[0], numbers[1],
					      (int64_t)numbers[2]};
	(void)mark_text(again, sizeof(again), &mark);
	return read && memcmp(text, again, MARK_BYTES) == 0
		       ? mark
		       : (struct record_lock_mark){0};
}
