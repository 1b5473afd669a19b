/*
 * fuzz_documents.c -- any file is a legal document: its lines are short enough for the driver, and
 * of printable bytes
 *
 * The first byte chooses the name of the document.
 */
#include "pitwall/documents.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"live_laps.json", "sectors", "TIMING.json",
					    "lv-participants"};
	char buffer[512];
	size_t total = 0;
	if (size == 0)
		return 0;
	struct slice name = slice_of(names[data[0] % ARRAY_LEN(names)]);
	struct slice body = {(const char *)data + 1, size - 1};
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
	if (total > size * 256 + 4096)
		abort();
	return 0;
}
