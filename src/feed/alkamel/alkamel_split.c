/*
 * alkamel_split.c -- a line of a lap file taken apart into fields
 *
 * The reader spends its time here: each byte of the file is looked at once, 64 at
 * a time, for three characters.
 * Nothing behind the end of the file is read.
 */
#include "alkamel.h"
#include "alkamel_masks.h"

#include <string.h>

static unsigned lowest(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits);
}

static uint64_t below(size_t bit)
{
	return bit >= 64 ? UINT64_MAX : ((uint64_t)1 << bit) - 1;
}

/* Close the last field; a CR before the line end belongs to the line end. */
static void ak_split_finish(struct ak_line *line, size_t len, uint32_t fields)
{
	line->next = len + 1;
	line->len = len;
	if (len > 0 && line->at[len - 1] == '\r')
		line->len--;
	line->fields = fields > AK_FIELDS_MAX ? AK_FIELDS_MAX + 1 : fields;
	if (fields <= AK_FIELDS_MAX)
		line->ends[fields] = (uint32_t)line->len;
}

/* The slow way, byte by byte: separators in quotes do not count. A quote opens
 * only where a field begins, and "" in it is a quote. */
static void split_quoted(const char *end, char separator, struct ak_line *line)
{
	const char *at = line->at;
	const char *stop = memchr(at, '\n', (size_t)(end - at));
	size_t len = (size_t)((stop ? stop : end) - at);
	uint32_t fields = 0;
	bool open = false, fresh = true;
	for (size_t i = 0; i < len; i++) {
		char c = at[i];
		if (c == '"' && open && i + 1 < len && at[i + 1] == '"')
			i++;
		else if (c == '"' && (open || fresh))
			open = !open;
		fresh = false;
		if (c != separator || open)
			continue;
		fresh = true;
		if (++fields <= AK_FIELDS_MAX)
			line->ends[fields] = (uint32_t)i;
	}
	line->quoted = true;
	line->unclosed = open;
	ak_split_finish(line, len, fields + 1);
}

void ak_split(const char *at, const char *end, char separator, struct ak_line *line)
{
	uint32_t *ends = line->ends;
	uint32_t n = 1;
	line->at = at;
	line->quoted = false;
	line->unclosed = false;
	ends[0] = UINT32_MAX;
	ends[AK_ABSENT] = UINT32_MAX;
	ends[AK_ABSENT + 1] = 0;
	for (size_t done = 0;; done += AK_BLOCK) {
		size_t left = (size_t)(end - at) - done;
		struct ak_masks masks;
		if (left >= AK_BLOCK) {
			masks = ak_masks(at + done, separator);
		} else {
			char tail[AK_BLOCK] = {0};
			memcpy(tail, at + done, left);
			masks = ak_masks(tail, separator);
		}
		size_t stop = masks.hard ? lowest(masks.hard) : AK_BLOCK;
		if (stop < left && stop < AK_BLOCK && at[done + stop] == '"') {
			split_quoted(end, separator, line);
			return;
		}
		if (stop > left)
			stop = left;
		for (uint64_t cuts = masks.cuts & below(stop); cuts; cuts &= cuts - 1)
			ends[n++] = (uint32_t)done + lowest(cuts);
		if (n > AK_FIELDS_MAX)
			n = AK_FIELDS_MAX + 1;
		if (stop < AK_BLOCK) {
			ak_split_finish(line, done + stop, n);
			return;
		}
	}
}
