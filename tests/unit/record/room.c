/*
 * room.c -- a folder of its own for each test of a recording (room.h)
 */
#include "room.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int room_enter(void **state)
{
	struct room *room = calloc(1, sizeof(*room));
	if (room == NULL)
		return -1;
	scratch_name(room->folder, "room");
	if (mkdir(room->folder, 0777) != 0)
		return -1;
	text_format(room->path, sizeof(room->path), "%s/race.pitwall", room->folder);
	*state = room;
	return 0;
}

int room_files(const char *folder, bool remove)
{
	DIR *dir = opendir(folder);
	int count = 0;
	if (dir == NULL)
		return -1;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		char path[512];
		if (entry->d_name[0] == '.')
			continue;
		text_format(path, sizeof(path), "%s/%s", folder, entry->d_name);
		count++;
		if (remove)
			unlink(path);
	}
	closedir(dir);
	return count;
}

int room_leave(void **state)
{
	struct room *room = *state;
	room_files(room->folder, true);
	rmdir(room->folder);
	free(room);
	return 0;
}

struct record_row room_row(int64_t n, char *text)
{
	uint64_t seed = (uint64_t)n;
	size_t len = (size_t)(random_next(&seed) % 200);
	/* Now and then one that takes more than a page. */
	if (n % 97 == 0)
		len += 3500;
	for (size_t i = 0; i < len; i++)
		text[i] = (char)(random_next(&seed) & 0xff);
	return (struct record_row){
		.received_at = 1000000 + n,
		.steady = ((int64_t)7 << 48) + n,
		.type = RECORD_RAW,
		.source = 1,
		.name = n % 3 == 0 ? SLICE("7") : SLICE(""),
		.bytes = {text, len},
	};
}

void room_row_check(const struct record_row *row)
{
	char text[4096];
	struct record_row expected = room_row(row->id, text);
	assert_int_equal(row->received_at, expected.received_at);
	assert_true(row->steady == expected.steady);
	assert_int_equal(row->type, expected.type);
	assert_int_equal(row->source, expected.source);
	assert_true(slice_eq(row->name, expected.name));
	assert_true(slice_eq(row->bytes, expected.bytes));
}

int room_count(void *context, const struct record_row *row)
{
	int64_t *count = context;
	assert_int_equal(row->id, ++*count);
	room_row_check(row);
	return 0;
}

int64_t room_rows(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	int64_t count = 0;
	if (record_open(path, &record, &err) != 0)
		fail_msg("%s", err.text);
	if (record_read(record, room_count, &count, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(record_close(record, &err), 0);
	return count;
}

void room_put(struct record *record, int64_t from, int64_t to)
{
	char text[4096];
	for (int64_t n = from; n <= to; n++) {
		struct record_row row = room_row(n, text);
		assert_int_not_equal(record_put(record, &row), 0);
	}
}
