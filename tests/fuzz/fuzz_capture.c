/*
 * fuzz_capture.c -- any file is a legal capture, of any marks
 */
#include "pitwall/feed.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* All pieces, each no longer than what was cut off for it. */
static size_t unwrap(struct slice file, enum feed_marks marks, char *piece)
{
	struct feed_capture capture = {.at = INSTANT_NONE, .marks = (uint8_t)marks};
	struct slice rest = file;
	size_t total = 0, before = rest.len, n;
	while (feed_capture_next(&capture, &rest, piece, &n)) {
		if (rest.len >= before || n > before - rest.len)
			abort();
		before = rest.len;
		total += n;
	}
	if (rest.len != 0 || total > file.len)
		abort();
	return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice file = {(const char *)data, size};
	char *piece = malloc(size + 1);
	enum feed_marks marks;
	if (!piece)
		abort();
	(void)feed_sniff_file(file, &marks);
	if (marks >= FEED_MARKS_COUNT)
		abort();
	for (unsigned m = 0; m < FEED_MARKS_COUNT; m++)
		(void)unwrap(file, (enum feed_marks)m, piece);
	free(piece);
	return 0;
}
