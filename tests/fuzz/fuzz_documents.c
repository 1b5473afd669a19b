/*
 * fuzz_documents.c -- any file is a legal document: its lines are short enough for the driver, and
 * of printable bytes
 *
 * The first byte chooses the name of the document and the folder that it is in; from 128 on, the name
 * is the bytes that follow, as many as the second byte says.
 */
#include "pitwall/documents.h"
#include "scratch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DOCUMENT_NAME_MAX = 256 };

static int ignore(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

static int check_lines(void *context, const char *bytes, size_t len)
{
	size_t *total = context;
	*total += len;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n' &&
		    bytes[i] != '\r')
			abort();
	return 0;
}

/* Takes it off the front of @input; its length. */
static size_t document_name(struct fuzz_input *input, char buf[DOCUMENT_NAME_MAX])
{
	static const char *const names[] = {
		"live_laps.json",  "sectors",           "TIMING.json",
		"lv-participants", "01780171065i.json", "manifest.json",
		"race.live.txt",   "laps.csv",
	};
	static const char *const folders[] = {
		"",    "a/",     "Le Mans 2026.zip/", "/live/laps/",
		"../", "x\\y\\", "01780171064.json/", "race-flags/sectors/",
	};
	uint8_t what = input_byte(input);
	if (what < 128)
		return text_format(buf, DOCUMENT_NAME_MAX, "%s%s",
				   folders[what / 8 % ARRAY_LEN(folders)],
				   names[what % ARRAY_LEN(names)]);
	size_t len = input_byte(input), left = (size_t)(input->end - input->at);
	len = len < left ? len : left;
	memcpy(buf, input->at, len);
	input->at += len;
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, data + size};
	char buffer[512], chosen[DOCUMENT_NAME_MAX];
	size_t total = 0;
	if (size == 0)
		return 0;
	size_t len = document_name(&input, chosen);
	/* A copy of its size, so that a read past its end is seen. */
	char *copy = malloc(len + 1);
	if (!copy)
		abort();
	memcpy(copy + 1, chosen, len);
	struct slice name = {copy + 1, len};
	struct slice body = {(const char *)input.at, (size_t)(input.end - input.at)};
	const struct feed_driver *driver = document_driver(name, body);
	/* Changes of Formula 1 are lines already: their reader takes any. */
	bool lines = driver && strcmp(driver->name, "f1") == 0;
	struct out out = {.write = lines ? ignore : check_lines,
			  .context = &total,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	(void)document_session(name, body);
	(void)document_refused(body);
	struct out mapped = {.write = ignore, .buf = buffer, .max = sizeof(buffer)};
	struct slice wrong;
	(void)document_map(body, SLICE("number=a,lap=b,time=c"), &mapped, &wrong);
	out.len = 0;
	bool fine = document_write(name, body, &out);
	(void)out_flush(&out);
	if (fine && !driver)
		abort();
	/* Also what is no answer of Griiip. */
	struct out asked = {.write = check_lines,
			    .context = &total,
			    .buf = buffer,
			    .max = sizeof(buffer)};
	(void)document_write_griiip(name, body, &asked);
	(void)out_flush(&asked);
	if (total > size * 256 + 4096)
		abort();
	free(copy);
	return 0;
}
