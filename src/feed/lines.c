/*
 * lines.c -- what feeds of text lines share
 */
#include "lines.h"

#include <string.h>

/* Marks that count from the start of a recorder are below this. */
#define RECEIVED_LEAST (20 * 365 * US_DAY)

static bool is_json(struct slice s)
{
	return s.len > 0 && (s.at[0] == '[' || s.at[0] == '{');
}

struct slice lines_without_mark(struct slice s)
{
	if (slice_starts(s, SLICE("\xef\xbb\xbf")))
		s = (struct slice){s.at + 3, s.len - 3};
	return s;
}

ptrdiff_t lines_frame(const struct lines_rule *rule, struct slice buf)
{
	size_t reach = buf.len < rule->frame_max ? buf.len : rule->frame_max;
	const char *end = NULL;
	for (const char *c = rule->ends; *c != '\0' && buf.len > 0; c++) {
		const char *found = memchr(buf.at, *c, reach);
		if (!found)
			continue;
		end = found;
		reach = (size_t)(found - buf.at);
	}
	if (end)
		return end - buf.at + 1;
	return reach == rule->frame_max ? (ptrdiff_t)rule->frame_max : 0;
}

bool lines_too_long(const struct lines_rule *rule, const struct decoding *d,
		    bool *skipping, struct slice message)
{
	bool skipped = *skipping;
	if (!skipped && message.len <= rule->len_max && message.len < rule->frame_max) {
		d->state->records += rule->counts; /* nearly all lines */
		return false;
	}
	*skipping =
		message.len >= rule->frame_max &&
		!memchr(rule->ends, message.at[message.len - 1], strlen(rule->ends));
	if (skipped)
		return true;
	d->state->records += rule->counts;
	if (!*skipping && slice_trim(message).len <= rule->len_max)
		return false;
	if (!rule->json || !is_json(message))
		decoding_anomaly(d, ANOMALY_FORMAT, "a line longer than %zu bytes",
				 rule->len_max);
	return true;
}

int lines_sniff(struct slice head, unsigned most, int certain,
		int (*look)(struct slice line, bool whole))
{
	unsigned lines = 0, ours = 0;
	head = lines_without_mark(head);
	while (lines < most && head.len > 0) {
		bool whole = memchr(head.at, '\n', head.len);
		struct slice line = slice_trim(slice_cut(&head, '\n'));
		int found = line.len > 0 ? look(line, whole) : -1;
		if (found < 0)
			continue;
		if (!whole && lines > 0)
			break;
		lines++;
		ours += found > 0;
	}
	if (ours == 0)
		return 0;
	return ours == lines ? certain : (int)(90 * ours / lines);
}

bool lines_are_notes(struct slice bytes)
{
	bytes = lines_without_mark(slice_trim(bytes));
	return bytes.len == 0 || bytes.at[0] == '#' || is_json(bytes);
}

instant_us lines_received(instant_us received_at, instant_us day)
{
	bool world = received_at >= RECEIVED_LEAST && received_at <= (INT64_MAX >> 4) &&
		     received_at != day;
	return world ? received_at : INSTANT_NONE;
}
