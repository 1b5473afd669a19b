/*
 * fuzz_record.c -- any file may be opened as a recording: read, or refused with a
 * sentence, and never changed
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pitwall/source.h"
#include "pitwall/record.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int see(void *context, const struct record_row *row)
{
	size_t *bytes = context;
	/* Touch what it points to: all of it must be there. */
	for (size_t i = 0; i < row->bytes.len; i++)
		*bytes += (unsigned char)row->bytes.at[i];
	return row->name.len > 1 << 20;
}

static void read_it(const char *path)
{
	struct record_source sources[SOURCES_MAX];
	struct record *record = NULL;
	struct err err = {""};
	size_t sum = 0;
	int count = 0;
	int rc = record_open(path, &record, &err);
	if (rc != 0) {
		if (err.text[0] == '\0' || record)
			abort();
		return;
	}
	rc = record_sources(record, sources, SOURCES_MAX, &count, &err);
	if (rc == 0)
		rc = record_read(record, see, &sum, &err);
	if (rc < 0 && err.text[0] == '\0')
		abort();
	record_close(record, NULL);
}

static void same_bytes(const char *path, const uint8_t *data, size_t size)
{
	struct bytes now;
	char beside[600];
	struct stat st;
	static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
	if (bytes_load(path, &now, NULL) != 0 || now.data.len != size ||
	    (size > 0 && memcmp(now.data.at, data, size) != 0))
		abort();
	bytes_free(&now);
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(beside, sizeof(beside), "%s%s", path, suffixes[i]);
		if (stat(beside, &st) == 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = scratch_path(".pitwall");
	scratch_write(path, data, size);
	read_it(path);
	same_bytes(path, data, size);
	unlink(path);
	return 0;
}
