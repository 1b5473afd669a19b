/*
 * lines.h -- what feeds of text lines share: framing, sniffing, over-long lines, notes of
 * recorders, and whether we know when a line was heard
 */
#ifndef FEED_LINES_H
#define FEED_LINES_H

#include "decoding.h"

struct lines_rule {
	size_t frame_max; /* bytes after which a line without an end is cut into pieces */
	size_t len_max;   /* bytes of a line that is read */
	const char *ends; /* any of these bytes ends a line: "\n" or "\r\n" */
	bool counts;      /* each line is a record */
	bool json;        /* over-long lines of JSON are no anomaly */
};

/** As feed.h's frame(): a line with its end, or a piece of frame_max bytes. */
ptrdiff_t lines_frame(const struct lines_rule *rule, struct slice buf);
/** True when a message is not to be read: it is too long, or a further piece of such a
 * line; one anomaly a line. @skipping: inside such a line. */
bool lines_too_long(const struct lines_rule *rule, const struct decoding *d,
		    bool *skipping, struct slice message);
/** How sure sniff() is: 1 to 90 by how many of the first @most lines are ours, @certain
 * where all are. @look: 1 of a line that is ours, 0, -1 of one that does not count;
 * @whole: its end is there. */
int lines_sniff(struct slice head, unsigned most, int certain,
		int (*look)(struct slice line, bool whole));
/** True of what may stand where no record does: nothing, a BOM, notes of a recorder
 * ("#"), JSON of a relay. */
bool lines_are_notes(struct slice bytes);
/** @heard_at, or INSTANT_NONE where it is no clock of the world's: a file is given one
 * instant for all its bytes, its @day or none, and marks may count from their start. */
instant_us lines_heard(instant_us heard_at, instant_us day);

#endif
