/*
 * writer_guard.c -- is the file that is written still the one of its name?
 *
 *  (1) The file, its WAL and its -shm are those that were opened, and none is shorter
 *      than it was. SQLite never shortens them while they are written. With another -shm
 *      followers and the writer would not find each other's records and locks.
 *  (2) A WAL that was cut after a look, and was written again, has a hole there: the
 *      frame that was its last, or one that was written since, is not whole any more.
 *  (3) A -shm that was cut and has its size again, because a follower opened it, has a
 *      hole: each frame of the WAL has a slot there, and the slots are counted (SQLite's
 *      "WAL-mode File Format", 2.2).
 *  (4) A lock that is gone is taken again. A writer that wrote in between is found by
 *      the row of the owner, in the transaction of the next group (writer_rows.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "writer.h"

enum {
	WAL_HEADER_BYTES = 32,
	WAL_FRAME_BYTES = 24, /* and a page */
	WAL_SALT_AT = 16,     /* in the header of the WAL; 8 in that of a frame */
	WAL_SALT_BYTES = 8,
	WAL_SUM_BYTES = 8,
	WAL_PAGE_MOST = 4096, /* of our files */
	SHM_REGION_BYTES = 32 * 1024,
	SHM_AT_FRAMES = 16,
	SHM_SLOTS = 8192, /* at the end of a region, 16 bits each */
	SHM_FRAMES = 4096,
	SHM_FRAMES_FIRST = 4062,
};

void guard_set(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	struct stat st;
	guard_end(record);
	record_beside(record->path, "", guard->real, sizeof(guard->real));
	int moved = 0;
	(void)sqlite3_file_control(record->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (stat(record->path, &st) == 0) {
		guard->device = st.st_dev;
		guard->file = st.st_ino;
		guard->size = st.st_size;
	}
	/* It happened since it was opened. */
	guard->moved = moved != 0 || guard->file == 0;
	guard->pages_lost = record_mapped_lost();
}

void guard_grown(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	struct stat st;
	if (stat(record->path, &st) == 0 && st.st_ino == guard->file &&
	    st.st_size > guard->size)
		guard->size = st.st_size;
}

void guard_end(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	if (guard->wal_fd >= 0)
		close(guard->wal_fd);
	*guard = (struct live_guard){.wal_fd = -1, .page = guard->page};
}

static uint32_t wal_word(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
			       p[3]
		   : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 |
			       p[0];
}

/** The sum of SQLite's file format, 4.2 "Checksum Algorithm". */
static void wal_sum(uint32_t sum[2], const unsigned char *p, size_t len, bool big)
{
	for (size_t i = 0; i < len; i += 8) {
		sum[0] += wal_word(p + i, big) + sum[1];
		sum[1] += wal_word(p + i + 4, big) + sum[0];
	}
}

/** (2) The frame is of this WAL and its sum is right. The sum alone is right also in a hole:
 * that of zeros behind zeros is zero. */
static bool frame_stands(const struct live_guard *guard, int number)
{
	unsigned char head[WAL_HEADER_BYTES], before[WAL_SUM_BYTES];
	unsigned char frame[WAL_FRAME_BYTES + WAL_PAGE_MOST];
	const int64_t size = guard->page + WAL_FRAME_BYTES;
	const int64_t at = WAL_HEADER_BYTES + number * size;
	/* Behind the header of the WAL, or of the frame before. */
	const int64_t sum_at = number == 0 ? 24 : at - size + 16;
	if (guard->page > WAL_PAGE_MOST)
		return true;
	if (pread(guard->wal_fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    pread(guard->wal_fd, before, sizeof(before), (off_t)sum_at) !=
		    (ssize_t)sizeof(before) ||
	    pread(guard->wal_fd, frame, (size_t)size, (off_t)at) != (ssize_t)size)
		return false;
	if (memcmp(frame + 8, head + WAL_SALT_AT, WAL_SALT_BYTES) != 0)
		return false;
	const bool big = (head[3] & 1) != 0;
	uint32_t sum[2] = {wal_word(before, true), wal_word(before + 4, true)};
	wal_sum(sum, frame, 8, big);
	wal_sum(sum, frame + WAL_FRAME_BYTES, (size_t)guard->page, big);
	return sum[0] == wal_word(frame + 16, true) &&
	       sum[1] == wal_word(frame + 20, true);
}

/** (3) Region @n of the wal-index, as SQLite has mapped it; NULL: it has not. */
static const unsigned char *index_region(const struct record *record, int n)
{
	sqlite3_file *file = NULL;
	void volatile *mapped = NULL;
	if (sqlite3_file_control(record->db, "main", SQLITE_FCNTL_FILE_POINTER,
				 &file) != SQLITE_OK ||
	    file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2 ||
	    file->pMethods->xShmMap(file, n, SHM_REGION_BYTES, 0, &mapped) != SQLITE_OK)
		return NULL;
	return (const unsigned char *)(uintptr_t)mapped;
}

/** Frames of the WAL; 0: not known, or another process wrote it since. */
static int frames_ours(const struct record *record)
{
	const unsigned char *first =
		record->live->wal_pages == 0 ? NULL : index_region(record, 0);
	uint32_t frames = 0;
	if (first != NULL)
		memcpy(&frames, first + SHM_AT_FRAMES, sizeof(frames));
	return frames == (uint32_t)record->live->wal_pages ? (int)frames : 0;
}

/** (3) */
static bool index_stands(const struct record *record)
{
	int frames = frames_ours(record);
	for (int n = 0; frames > 0; n++) {
		const unsigned char *region = index_region(record, n);
		uint16_t slots[SHM_SLOTS];
		int here = n == 0 ? SHM_FRAMES_FIRST : SHM_FRAMES, used = 0;
		here = here < frames ? here : frames;
		if (region == NULL)
			return true;
		memcpy(slots, region + SHM_REGION_BYTES - sizeof(slots), sizeof(slots));
		for (int i = 0; i < SHM_SLOTS; i++)
			used += slots[i] != 0;
		if (used < here)
			return false;
		frames -= here;
	}
	return true;
}

/** (2) The frame that was the last one, and those that were written since. */
static bool last_frames_stand(struct record *record)
{
	const int frames = frames_ours(record);
	struct live_guard *guard = &record->live->guard;
	const int before = guard->frames;
	/* Fewer than before: the WAL began anew. */
	for (int i = before > 0 && before <= frames ? before - 1 : 0; i < frames; i++)
		if (!frame_stands(guard, i))
			return false;
	if (frames > 0)
		guard->frames = frames;
	return true;
}

/** It was written by SQLite: not put in the place of the one that is written. */
static bool is_wal(int fd)
{
	static const unsigned char magic[] = {0x37, 0x7f, 0x06};
	unsigned char head[sizeof(magic)];
	return pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	       memcmp(head, magic, sizeof(head)) == 0;
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
		if (guard->wal_fd < 0 && errno == ENOENT)
			return "the file beside it (-wal) was removed";
		guard->wal = fstat(guard->wal_fd, &st) == 0 ? st.st_ino : 0;
		if (guard->wal_fd >= 0 && !is_wal(guard->wal_fd))
			return "the file beside it (-wal) was replaced";
	}
	/* No descriptor is left: the next look opens it. */
	if (guard->wal_fd < 0)
		return NULL;
	if (stat(name, &st) != 0)
		return "the file beside it (-wal) was removed";
	if (st.st_ino != guard->wal || st.st_dev != guard->device)
		return "the file beside it (-wal) was replaced";
	if (st.st_size < guard->wal_size || !last_frames_stand(record))
		return "the file beside it (-wal) was cut short";
	guard->wal_size = st.st_size;
	return NULL;
}

/** The file that is mapped at @at. 0: not known. */
static ino_t mapped_file(const unsigned char *at)
{
	FILE *maps = at == NULL ? NULL : fopen("/proc/self/maps", "re");
	char line[RECORD_PATH_MAX + 128];
	unsigned long long from, to, found = 0, inode;
	while (maps != NULL && found == 0 && fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%llx-%llx %*s %*s %*s %llu", &from, &to, &inode) ==
			    3 &&
		    (uintptr_t)at >= from && (uintptr_t)at < to)
			found = inode;
	if (maps != NULL)
		(void)fclose(maps);
	return (ino_t)found;
}

/** (1) Of the -shm. */
static const char *shm_lost(struct record *record)
{
	struct live_guard *guard = &record->live->guard;
	char name[RECORD_PATH_MAX + 16];
	struct stat st;
	text_format(name, sizeof(name), "%s-shm", guard->real);
	bool there = stat(name, &st) == 0;
	/* SQLite makes it with the first group. */
	if (!there && guard->shm == 0 && record->live->wal_pages == 0)
		return NULL;
	if (!there)
		return "the file beside it (-shm) was removed";
	/* Another one may have its name by now. */
	if (guard->shm == 0)
		guard->shm = mapped_file(index_region(record, 0));
	if (guard->shm == 0)
		guard->shm = st.st_ino;
	if (st.st_ino != guard->shm || st.st_dev != guard->device)
		return "the file beside it (-shm) was replaced";
	if (st.st_size < guard->shm_size || !index_stands(record) ||
	    guard->pages_lost != record_mapped_lost())
		return "the file beside it (-shm) was cut short";
	guard->shm_size = st.st_size;
	return NULL;
}

const char *guard_look(struct record *record)
{
	struct record_live *live = record->live;
	struct live_guard *guard = &live->guard;
	struct stat st;
	if (guard->file == 0 && !guard->moved)
		return NULL;
	if (guard->moved || stat(record->path, &st) != 0)
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
	if (lost == NULL && record->db != NULL)
		lost = shm_lost(record);
	char lock[RECORD_PATH_MAX + 16];
	text_format(lock, sizeof(lock), "%s-lock", guard->real);
	/* (4) Without room for a lock there is still the row of the owner. */
	if (lost == NULL && !record_lock_is(record->lock_fd, lock) &&
	    live_renew_lock(record) == -EBUSY)
		return "another process records into it now";
	return lost;
}
