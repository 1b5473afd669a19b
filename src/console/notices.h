/*
 * notices.h -- the notices: one line, a queue, and the last of them
 *
 *  (1) A reply to a key is shown at once. What the console reports by itself waits until
 *      the line is free, or goes on waiting where a reply took the line too early.
 *  (2) Every notice is kept; the oldest are dropped when there are NOTICES_MAX.
 *  (3) A notice of the same group as one that was not read yet replaces its words.
 *
 * No clock and no I/O: the caller says what time it is.
 */
#ifndef PITWALL_CONSOLE_NOTICES_H
#define PITWALL_CONSOLE_NOTICES_H

#include "pitwall/view.h"

enum { NOTICES_MAX = 64 };

enum notice_state { NOTICE_READ, NOTICE_SHOWN, NOTICE_WAITS };

struct notices {
	struct view_notice rows[NOTICES_MAX]; /* oldest first */
	uint8_t states[NOTICES_MAX];          /* enum notice_state */
	uint32_t groups[NOTICES_MAX];         /* 0: none */
	bool replies[NOTICES_MAX];
	unsigned count;
	int64_t shown_wall; /* of the one that is shown */
};

/** A notice is reported at @wall; its text is cleaned. @group: 0, or (3). */
void notices_put(struct notices *notices, const struct view_notice *notice, bool reply,
		 uint32_t group, int64_t wall);
/** A key was pressed at @wall: what was read leaves the line. */
void notices_key(struct notices *notices, int64_t wall);
/** The notice to show at @wall, or NULL. *@wait: microseconds until to ask again; -1:
 * there is nothing to wait for. */
const struct view_notice *notices_turn(struct notices *notices, int64_t wall,
				       int64_t *wait);
/** The notices of @group were read. */
void notices_drop(struct notices *notices, uint32_t group);
/** How many wait. */
unsigned notices_waiting(const struct notices *notices);

#endif
