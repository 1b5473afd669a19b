/*
 * fuzz_record_live.c -- any bytes as a recording that was cut off: read, followed
 * and continued, or refused with a sentence
 *
 * "W", four bytes of a length (big end first): so much is the file, the rest is the
 * WAL beside it. Anything else is a file alone.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/record.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const suffixes[] = {"", "-wal", "-shm", "-lock", "-journal"};

static void clear(const char *path)
{
	char name[600];
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

static int see(void *context, const struct record_row *row)
{
	size_t *sum = context;
	for (size_t i = 0; i < row->bytes.len; i++)
		*sum += (unsigned char)row->bytes.at[i];
	for (size_t i = 0; i < row->name.len; i++)
		*sum += (unsigned char)row->name.at[i];
	return 0;
}

static void said(int rc, const struct err *err)
{
	if (rc < 0 && err->text[0] == '\0')
		abort();
}

static void read_it(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	size_t sum = 0;
	int rc = record_open(path, &record, &err);
	if (rc == 0)
		rc = record_read(record, see, &sum, &err);
	said(rc, &err);
	record_close(record, NULL);
}

static void follow_it(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	size_t sum = 0;
	int rc = record_follow(path, &record, &err);
	for (int i = 0; rc == 0 && i < 3; i++) {
		rc = record_follow_poll(record, 100, see, &sum, &err);
		rc = rc > 0 ? 0 : rc;
	}
	said(rc, &err);
	record_close(record, NULL);
}

static void continue_it(const char *path)
{
	const struct record_live_options quick = {.commit_us = 1, .sync_normal = true};
	const struct record_row row = {.type = RECORD_RAW, .bytes = SLICE("more")};
	struct record *record = NULL;
	struct err err = {""};
	int id = 0;
	int rc = record_live_open(path, &quick, &record, &err);
	said(rc, &err);
	if (rc != 0)
		return;
	said(record_live_source(record, "p3://x", "p3", &id, &err), &err);
	record_put(record, &row);
	err.text[0] = '\0';
	rc = record_drain(record, 5 * US_S, &err);
	said(rc, &err);
	/* Damage deep in the file shows when it is written: closing would try for
	 * two seconds. */
	if (rc != 0) {
		record_abandon(record);
		return;
	}
	err.text[0] = '\0';
	rc = record_close(record, &err);
	said(rc, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = scratch_path(".live.pitwall");
	char wal[600];
	clear(path);
	if (size >= 5 && data[0] == 'W') {
		size_t len = (size_t)data[1] << 24 | (size_t)data[2] << 16 |
			     (size_t)data[3] << 8 | data[4];
		data += 5;
		size -= 5;
		len = len < size ? len : size;
		text_format(wal, sizeof(wal), "%s-wal", path);
		scratch_write(wal, data + len, size - len);
		size = len;
	}
	scratch_write(path, data, size);
	read_it(path);
	follow_it(path);
	continue_it(path);
	clear(path);
	return 0;
}
