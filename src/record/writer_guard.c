/*
 * writer_guard.c -- is the file that is written still the one of its name?
 *
 *  (1) The file and its WAL are those that were opened, and neither is shorter than it
 *      was. SQLite never shortens them while they are written.
 *  (2) A WAL that was cut after the look before a group and before the group was
 *      written has a hole there: the frame that was its last is read again.
 *  (3) A lock that is gone is taken again. Whoever wrote in between is found by the
 *      row of the owner, in the transaction of the next group (writer_rows.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "writer.h"

enum { WAL_HEADER_BYTES = 32, WAL_FRAME_BYTES = 24 };

void guard_set(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	struct stat st;
	guard_end(record);
	record_beside(record->path, "", guard->real, sizeof(guard->real));
	if (stat(record->path, &st) == 0) {
		guard->device = st.st_dev;
		guard->file = st.st_ino;
		guard->size = st.st_size;
	}
}

void guard_end(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	if (guard->wal_fd >= 0)
		close(guard->wal_fd);
	*guard = (struct live_guard){.wal_fd = -1, .page = guard->page};
}

/** (2) A hole is of zeros, and no frame is of page 0. */
static bool last_frame_stands(struct record *record)
{
	const struct record_live *live = record->live;
	struct live_guard *guard = &record->live->guard;
	const int64_t size = guard->page + WAL_FRAME_BYTES;
	uint32_t page = 1;
	/* Fewer: the WAL began anew. */
	if (guard->frames > 0 && live->wal_pages > guard->frames &&
	    pread(guard->wal_fd, &page, sizeof(page),
		  (off_t)(WAL_HEADER_BYTES + (guard->frames - 1) * size)) !=
		    (ssize_t)sizeof(page))
		return false;
	if (live->wal_pages > 0)
		guard->frames = live->wal_pages;
	return page != 0;
}

/** (1) Of the WAL. */
static const char *wal_lost(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	char name[RECORD_PATH_MAX + 16];
	struct stat st;
	text_format(name, sizeof(name), "%s-wal", guard->real);
	/* SQLite makes it with the first group. */
	if (guard->wal_fd < 0 && record->live->wal_pages > 0) {
		guard->wal_fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		guard->wal = fstat(guard->wal_fd, &st) == 0 ? st.st_ino : 0;
	}
	/* No descriptor is left: the next look opens it. */
	if (guard->wal_fd < 0)
		return NULL;
	if (stat(name, &st) != 0)
		return "the file beside it (-wal) was removed";
	if (st.st_ino != guard->wal || st.st_dev != guard->device)
		return "the file beside it (-wal) was replaced";
	if (st.st_size < guard->wal_size || !last_frame_stands(record))
		return "the file beside it (-wal) was cut short";
	guard->wal_size = st.st_size;
	return NULL;
}

const char *guard_look(struct record *record)
{
	struct record_live *live = record->live;
	struct live_guard *guard = &live->guard;
	struct stat st;
	if (guard->file == 0)
		return NULL;
	if (stat(record->path, &st) != 0)
		return "was moved or removed";
	/* A disk that was away and came back has another number. */
	if (st.st_ino == guard->file && st.st_dev != guard->device) {
		if (live->doubtful < 2)
			live->doubtful = 2;
		return NULL;
	}
	if (st.st_ino != guard->file)
		return "was replaced by another file";
	if (st.st_size < guard->size)
		return "was cut short";
	guard->size = st.st_size;
	const char *lost = record->db == NULL ? NULL : wal_lost(record);
	char lock[RECORD_PATH_MAX + 16];
	text_format(lock, sizeof(lock), "%s-lock", guard->real);
	/* (3) Without room for a lock there is still the row of the owner. */
	if (lost == NULL && !record_lock_is(record->lock_fd, lock) &&
	    live_renew_lock(record) == -EBUSY)
		return "another process records into it now";
	return lost;
}
