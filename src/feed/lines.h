/*
 * lines.h -- what feeds of text lines share: framing, sniffing, over-long lines, notes of
 * recorders, time of receipt
 */
#ifndef PITWALL_FEED_LINES_H
#define PITWALL_FEED_LINES_H

#include "decoding.h"

struct lines_rule {
	size_t frame_max; /* a line without an end is cut into pieces of this size */
	size_t len_max;   /* longest line that is read */
	const char *ends; /* each of these bytes ends a line: "\n" or "\n\r" */
	bool counts;      /* each line counts as a record */
	bool json;        /* over-long lines of JSON are not an anomaly */
};

/** frame() of feed.h: a line with its end, or a piece of frame_max bytes. */
ptrdiff_t lines_frame(const struct lines_rule *rule, struct slice buf);
/** True if a message is too long, or a further piece of such a line: one anomaly a
 * line. @skipping: the state, inside such a line. */
bool lines_too_long(const struct lines_rule *rule, const struct decoding *d,
		    bool *skipping, struct slice message);
/** sniff() of feed.h: @certain if all of the first @most lines are of the format,
 * otherwise up to 90 by their share. @look returns 1 for a line of the format, 0 for
 * another line, -1 for one that does not count; @whole: the line has its end. */
int lines_sniff(struct slice head, unsigned most, int certain,
		int (*look)(struct slice line, bool whole));
/** The bytes without a byte order mark at their beginning. */
struct slice lines_without_mark(struct slice s);
/** True if this is not a record but harmless: nothing, a BOM, notes of a recorder
 * ("#"), JSON of a relay. */
bool lines_are_notes(struct slice bytes);
/** Read "2025-04-26 14:44:13.478", or with a T and a zone (UTC without one). Returns its
 * length; 0: not a time (capture.c). */
size_t lines_stamp(struct slice s, instant_us *at);
/** @received_at, or INSTANT_NONE if it is not a real time: @day stands for all bytes of a
 * file, and marks of a recorder may count from its start. */
instant_us lines_received(instant_us received_at, instant_us day);

#endif
