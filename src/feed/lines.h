/*
 * lines.h -- what feeds of text lines share: over-long lines, notes of recorders, and
 * whether we know when a line was heard
 */
#ifndef FEED_LINES_H
#define FEED_LINES_H

#include "pitwall/feed.h"

enum { LINES_LEN_MAX = 4096 };

enum lines_verdict {
	LINES_READ,
	LINES_SKIP, /* of a line that was told of, or of JSON */
	LINES_LONG, /* over LINES_LEN_MAX bytes: to be told */
};

/** What to do with a message: a line with its end, or a piece of FEED_FRAME_MAX bytes
 * of a longer one; any byte of @ends is an end. @skipping is the state's: inside such a
 * line. */
enum lines_verdict lines_look(bool *skipping, struct slice message, struct slice ends);
/** True of what may stand where no record does: nothing, a BOM, notes of a recorder
 * ("#"), JSON of a relay. */
bool lines_are_notes(struct slice bytes);
/** @heard_at, or INSTANT_NONE where it is no clock of the world's: a file is given one
 * instant for all its bytes, its @day or none, and marks may count from their start. */
instant_us lines_heard(instant_us heard_at, instant_us day);

#endif
