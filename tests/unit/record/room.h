/*
 * room.h -- a folder of its own for each test of a recording, and rows whose bytes
 * tell their number
 */
#ifndef PITWALL_TEST_RECORD_ROOM_H
#define PITWALL_TEST_RECORD_ROOM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../scratch.h"
#include "pitwall/record.h"

struct room {
	char folder[SCRATCH_MAX];
	char path[SCRATCH_FILE_MAX];
};

int room_enter(void **state);
int room_leave(void **state);
/** Names in the folder; removed when @remove. */
int room_files(const char *folder, bool remove);

/** Row @n: of a length and of bytes that follow from it. @text of 4096. */
struct record_row room_row(int64_t n, char *text);
/** Fails the test where row @row is not room_row(@row->id). */
void room_row_check(const struct record_row *row);
/** A record_read() callback: rows are 1, 2, ... and as they were put; @context is
 * an int64_t, how many. */
int room_count(void *context, const struct record_row *row);
/** Open, read and close; how many rows there are. */
int64_t room_rows(const char *path);
/** Rows @from to @to into @record; each must be taken. */
void room_put(struct record *record, int64_t from, int64_t to);

#endif
