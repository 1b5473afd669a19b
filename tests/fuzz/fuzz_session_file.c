/*
 * fuzz_session_file.c -- session files and entry lists of any bytes: whole or refused
 * with a sentence
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/assets.h"
#include "pitwall/session.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

static void must_say(int rc, const struct err *err)
{
	if ((rc != 0) != (err->text[0] != '\0'))
		abort();
}

static void read_file(const uint8_t *data, size_t size)
{
	struct setup_texts texts = {.unread = ""};
	const char *path = scratch_path(".ini");
	struct err err = {""};
	scratch_write(path, data, size);
	must_say(session_file_read(path, &texts, &err), &err);
	setup_texts_free(&texts);
	unlink(path);
}

/** What is written of a list is a list, and the entries of a race. */
static void read_list(struct slice text)
{
	static char written[1024 * 1024];
	static struct event events[32 * RACE_CARS_MAX];
	static char pool[1024 * 1024];
	struct out out = {.write = no_bytes, .buf = written, .max = sizeof(written)};
	struct event_list list = {.at = events,
				  .max = 32 * RACE_CARS_MAX,
				  .text = pool,
				  .text_max = sizeof(pool)};
	struct entry_list found, again;
	struct err err = {""};
	int rc = entry_list_write(text, "list.csv", &found, &out, &err);
	must_say(rc, &err);
	if (rc != 0 || out.len == sizeof(written))
		return;
	struct slice ours = {written, out.len};
	if (entry_list_write(ours, "ours.csv", &again, NULL, &err) != 0 ||
	    again.cars != found.cars)
		abort();
	if (entries_parse(ours, "ours.csv", 0, &list, &err) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > 256 * 1024)
		return 0;
	if (data[0] % 2 == 0)
		read_file(data + 1, size - 1);
	else
		read_list((struct slice){(const char *)data + 1, size - 1});
	return 0;
}
