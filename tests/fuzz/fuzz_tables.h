/*
 * fuzz_tables.h -- laps of other programs, as the program reads them: the titles replaced, the rows
 * of a lap file written, the lap file read
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_TABLES_H
#define PITWALL_TEST_FUZZ_FUZZ_TABLES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/documents.h"

/* Rows repeat the number, the driver and the team of the car. */
enum { TABLE_ROOM = 16 * 1024 * 1024 };

struct fuzz_bytes {
	char *at;
	size_t len;
};

static inline int fuzz_bytes_add(void *context, const char *bytes, size_t len)
{
	struct fuzz_bytes *to = context;
	if (len > TABLE_ROOM - to->len)
		return -1;
	memcpy(to->at + to->len, bytes, len);
	to->len += len;
	return 0;
}

static inline void *table_room(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);
	if (!p)
		abort();
	return p;
}

/* What is written as a lap file is one, or is refused. */
static inline void table_laps(struct slice file)
{
	const struct feed_driver *driver = feed_by_name(SLICE("alkamel"));
	const struct feed_setup setup = {.day = INSTANT_NONE};
	struct feed_info info;
	struct err err = {""};
	uint32_t events, words;
	driver->room(file, &events, &words);
	struct event_list list = {.at = table_room(events * sizeof(struct event)),
				  .max = events,
				  .text = table_room(words),
				  .text_max = words};
	void *scratch = table_room(driver->scratch_size(file));
	int rc = driver->read_file(file, &setup, scratch, &list, &info, &err);
	if (rc == 0 && (info.rows == 0 || list.dropped > 0))
		abort();
	if (rc != 0 && err.text[0] == '\0')
		abort();
	for (uint32_t i = 0; i < list.count; i++)
		if (list.at[i].kind >= EVENT_KIND_COUNT ||
		    (uint64_t)list.at[i].text + list.at[i].text_len > list.text_len ||
		    (list.at[i].kind == EVENT_PASSING &&
		     (list.at[i].id[0] == '\0' || list.at[i].at == INSTANT_NONE)))
			abort();
	free(scratch);
	free(list.at);
	free(list.text);
}

/* No byte of a table makes a row or a field more. */
static inline void table_rows(struct slice file)
{
	unsigned titles = 0;
	for (struct slice rest = file; rest.len > 0;) {
		struct slice row = slice_cut(&rest, '\n');
		unsigned fields = 0;
		for (size_t i = 0; i < row.len; i++) {
			fields += row.at[i] == ';';
			if ((unsigned char)row.at[i] < ' ' &&
			    (row.at[i] != '\r' || i + 1 < row.len))
				abort();
		}
		if (titles == 0)
			titles = fields;
		if (fields != titles)
			abort();
	}
}

static inline void fuzz_table(struct slice name, struct slice body)
{
	static struct fuzz_bytes to;
	char buffer[512];
	if (!to.at)
		to.at = table_room(TABLE_ROOM);
	to.len = 0;
	struct out out = {.write = fuzz_bytes_add,
			  .context = &to,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	const struct feed_driver *driver = document_driver(name, body);
	if (!driver || strcmp(driver->name, "alkamel") != 0)
		return;
	document_begin(driver, &out);
	(void)document_write(name, body, &out);
	if (out_flush(&out) != 0)
		return;
	table_rows((struct slice){to.at, to.len});
	table_laps((struct slice){to.at, to.len});
}

#endif
