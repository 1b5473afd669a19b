/*
 * out.h -- a sink for bytes, and the few shapes every writer needs
 *
 * Part of base. Pure code formats, the shell decides where bytes go: what is written
 * gathers in the caller's buffer and leaves through write() when it is full.
 */
#ifndef PITWALL_OUT_H
#define PITWALL_OUT_H

#include "pitwall/base.h"

/* write() is called with each full buffer; a failure is kept in `failed` (negative
 * errno) and later writes do nothing. */
struct out {
	int (*write)(void *context, const char *bytes, size_t len);
	void *context;
	char *buf;
	size_t len, max;
	int failed;
	bool csv_raw; /* out_csv() leaves formulas as they are */
};
void out_bytes(struct out *out, const char *bytes, size_t len);
void out_text(struct out *out, const char *z);
void out_format(struct out *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
/** A CSV field, quoted as RFC 4180 asks. A text that a spreadsheet would run as a
 * formula gets an apostrophe before it, unless out->csv_raw; numbers, times and gaps in
 * laps stay as they are. */
void out_csv(struct out *out, struct slice field, char separator);
/** The text that out_csv() wrote as @field, unquoted. */
struct slice csv_unguard(struct slice field);
/** A JSON string with its quotes. */
void out_json(struct out *out, struct slice text);
/** Seconds with six decimals, or "null" for DURATION_NONE. */
void out_seconds(struct out *out, duration_us t);
/** Flush; returns `failed`. */
int out_flush(struct out *out);
void out_char(struct out *out, char c);
void out_u64(struct out *out, uint64_t value);
void out_i64(struct out *out, int64_t value);
/** @count copies of a character (a code point in UTF-8). */
void out_repeat(struct out *out, const char *z, int count);

#endif
