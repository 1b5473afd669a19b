/*
 * lines.c -- what feeds of text lines share
 */
#include "lines.h"

#include <string.h>

/* Marks of a recorder that only count from its start are no clock. */
#define HEARD_LEAST (20 * 365 * US_DAY)

static bool is_json(struct slice s)
{
	return s.len > 0 && (s.at[0] == '[' || s.at[0] == '{');
}

enum lines_verdict lines_look(bool *skipping, struct slice message, struct slice ends)
{
	bool skipped = *skipping;
	*skipping = message.len >= FEED_FRAME_MAX &&
		    !memchr(ends.at, message.at[message.len - 1], ends.len);
	if (skipped)
		return LINES_SKIP;
	if (message.len <= LINES_LEN_MAX)
		return LINES_READ;
	return is_json(message) ? LINES_SKIP : LINES_LONG;
}

bool lines_are_notes(struct slice bytes)
{
	bytes = slice_trim(bytes);
	if (slice_starts(bytes, SLICE("\xef\xbb\xbf"))) {
		bytes.at += 3;
		bytes.len -= 3;
	}
	return bytes.len == 0 || bytes.at[0] == '#' || is_json(bytes);
}

instant_us lines_heard(instant_us heard_at, instant_us day)
{
	bool world = heard_at >= HEARD_LEAST && heard_at <= (INT64_MAX >> 4) &&
		     heard_at != day;
	return world ? heard_at : INSTANT_NONE;
}
