/*
 * gather_capture.c -- a capture file unwrapped into chunks, each with the instant its
 * marks say it was heard at
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load_parts.h"

static int add_piece(struct load_source *source, size_t len, instant_us heard_at)
{
	if (source->chunk_count == source->chunks_max) {
		uint32_t max = source->chunks_max == 0 ? 256 : source->chunks_max * 2;
		struct load_chunk *chunks =
			realloc(source->chunks, max * sizeof(*chunks));
		if (chunks == NULL)
			return -ENOMEM;
		source->chunks = chunks;
		source->chunks_max = max;
	}
	source->chunks[source->chunk_count++] = (struct load_chunk){
		.offset = source->bytes.len, .len = len, .heard_at = heard_at};
	source->bytes.len += len;
	return 0;
}

/** What stands before the first mark was heard by then. */
static void mark_beginning(struct load_source *source)
{
	uint32_t first = 0;
	while (first < source->chunk_count &&
	       source->chunks[first].heard_at == INSTANT_NONE)
		first++;
	for (uint32_t i = 0; first < source->chunk_count && i < first; i++)
		source->chunks[i].heard_at = source->chunks[first].heard_at;
}

int gather_capture(struct load_source *source, enum feed_marks marks, struct err *err)
{
	struct feed_capture capture = {.at = INSTANT_NONE, .marks = (uint8_t)marks};
	struct slice rest = source->bytes;
	size_t len = 0;
	int rc = 0;
	/* What was unwrapped is never longer than what it was wrapped in. */
	source->grown = malloc(rest.len + 1);
	if (source->grown == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory", source->url);
	source->grown_max = rest.len + 1;
	source->bytes = (struct slice){source->grown, 0};
	while (rc == 0 && feed_capture_next(&capture, &rest,
					    source->grown + source->bytes.len, &len))
		if (len > 0)
			rc = add_piece(source, len, capture.at);
	if (rc != 0)
		return err_set(err, rc, "%s: out of memory", source->url);
	mark_beginning(source);
	return 0;
}
