/*
 * beacon_scan.h -- one line of the open beacon protocol taken apart
 *
 * Private to the beacon driver. A line is JSON (one flat object) or the short
 * text form; both become the same struct.
 *
 *  (1) Unknown keys and nested values are skipped; a key that comes twice counts
 *      as its last.
 *  (2) Slices point into the line, or into `pool` where an escape had to be
 *      undone: they live as long as both.
 *  (3) Numbers are whole: a fraction is cut off, an exponent is refused.
 */
#ifndef FEED_BEACON_SCAN_H
#define FEED_BEACON_SCAN_H

#include "pitwall/base.h"

enum { BEACON_LINE_MAX = 512 };

enum beacon_type {
	BEACON_OTHER, /* well formed, of a type we do not know */
	BEACON_HELLO,
	BEACON_PASS,
	BEACON_TICK,
	BEACON_EVENT,
	BEACON_TIME, /* the answer to "time?" */
};

/* Which members were said: bits of beacon_message.has. */
enum {
	HAS_SEQ = 1 << 0,
	HAS_US = 1 << 1,
	HAS_AGE = 1 << 2,
	HAS_UTC = 1 << 3,
	HAS_ID = 1 << 4,
	HAS_BOOT = 1 << 5,
	HAS_LOOP = 1 << 6,
	HAS_NUM = 1 << 7,
	HAS_CLOCK = 1 << 8,
	HAS_TX = 1 << 9,
	HAS_N = 1 << 10,
	HAS_FROM = 1 << 11,
	HAS_SRC = 1 << 12,
};

struct beacon_message {
	enum beacon_type type;
	uint32_t has;
	bool text_form;
	int64_t seq, us, age_us, utc, num, clock, n, from;
	struct slice id, loop, boot, tx, src, name, value, text;
	size_t pool_len;
	char pool[BEACON_LINE_MAX + 4]; /* json_unescape() wants a character's room */
};

enum beacon_fault {
	BEACON_FINE,
	BEACON_NOT_JSON,  /* neither a flat object nor the text form */
	BEACON_BAD_FIELD, /* a known key with a value of the wrong kind */
	BEACON_NO_SUM,    /* the text form without its checksum */
	BEACON_BAD_SUM,
};

/** Take @line apart (without its LF). */
enum beacon_fault beacon_scan(struct slice line, struct beacon_message *out);

#endif
