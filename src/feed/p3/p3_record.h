/*
 * p3_record.h -- one record of the P3 protocol, checked and taken apart
 */
#ifndef FEED_P3_RECORD_H
#define FEED_P3_RECORD_H

#include "pitwall/base.h"

enum {
	P3_SOR = 0x8e,
	P3_EOR = 0x8f,
	P3_ESCAPE = 0x8d,
	P3_HEADER = 10,
	P3_FRAME_MIN = P3_HEADER + 1,
	P3_FRAME_MAX = 2048, /* escaped; the longest seen is below 100 */
};

enum p3_type {
	P3_RESET = 0x0000,
	P3_PASSING = 0x0001,
	P3_STATUS = 0x0002,
	P3_VERSION = 0x0003,
	P3_RESEND = 0x0004,
	P3_CLEAR_PASSING = 0x0005,
	P3_WATCHDOG = 0x0018,
	P3_PING = 0x0020,
	P3_GET_TIME = 0x0024,
	P3_ERROR = 0xffff,
};

/* Every field whose meaning is known, by type of record, id and name. */
#define P3_FIELDS(X)                           \
	X(PASSING, 0x01, NUMBER)               \
	X(PASSING, 0x03, TRANSPONDER)          \
	X(PASSING, 0x04, RTC)                  \
	X(PASSING, 0x05, STRENGTH)             \
	X(PASSING, 0x06, HITS)                 \
	X(PASSING, 0x08, FLAGS)                \
	X(PASSING, 0x0a, CODE)                 \
	X(PASSING, 0x0e, USER_FLAG)            \
	X(PASSING, 0x0f, DRIVER_ID)            \
	X(PASSING, 0x10, UTC)                  \
	X(PASSING, 0x13, RTC_ID)               \
	X(PASSING, 0x14, SPORT)                \
	X(PASSING, 0x30, VOLTAGE)              \
	X(PASSING, 0x31, TEMPERATURE)          \
	X(STATUS, 0x01, STATUS_NOISE)          \
	X(STATUS, 0x06, STATUS_GPS)            \
	X(STATUS, 0x07, STATUS_TEMPERATURE)    \
	X(STATUS, 0x0a, STATUS_SATELLITES)     \
	X(STATUS, 0x0b, STATUS_LOOP_TRIGGERS)  \
	X(STATUS, 0x0c, STATUS_VOLTAGE)        \
	X(VERSION, 0x01, VERSION_TYPE)         \
	X(VERSION, 0x02, VERSION_DESCRIPTION)  \
	X(VERSION, 0x03, VERSION_TEXT)         \
	X(VERSION, 0x04, VERSION_RELEASE)      \
	X(VERSION, 0x08, VERSION_REGISTRATION) \
	X(VERSION, 0x0a, VERSION_BUILD)        \
	X(VERSION, 0x0c, VERSION_OPTIONS)      \
	X(RESEND, 0x01, RESEND_FROM)           \
	X(RESEND, 0x02, RESEND_UNTIL)          \
	X(GET_TIME, 0x01, TIME_RTC)            \
	X(GET_TIME, 0x04, TIME_FLAGS)          \
	X(GET_TIME, 0x05, TIME_UTC)            \
	X(ERROR, 0x01, ERROR_CODE)             \
	X(ERROR, 0x02, ERROR_TEXT)
enum p3_field {
	P3_NO_FIELD,
#define X(type_, id_, name_) P3_##name_,
	P3_FIELDS(X)
#undef X
	/* Of any record. */
	P3_DECODER,
	P3_CONTROLLER,
	P3_REQUEST,
	P3_FIELD_COUNT
};
_Static_assert(P3_FIELD_COUNT <= 64, "the fields of a record fit its set");

struct p3_record {
	uint16_t type;
	uint64_t has; /* set of enum p3_field: those with a value */
	/* Of numbers up to eight bytes; others are text only. 0 where there is none. */
	uint64_t value[P3_FIELD_COUNT];
	struct slice text[P3_FIELD_COUNT]; /* its bytes, in the frame or in plain */
	unsigned char plain[P3_FRAME_MAX];
};

static inline bool p3_has(const struct p3_record *record, enum p3_field field)
{
	return (record->has >> field & 1) != 0;
}

/** Of the bytes at hand, as feed.h's frame(): to the end of a frame, to where another
 * begins before it ended, or to P3_FRAME_MAX. */
ptrdiff_t p3_frame(struct slice buf);
/** Take a frame apart. NULL, or what is wrong with it; @sum: it came damaged, as
 * opposed to being made wrong. Texts are written only of the fields it has. */
const char *p3_read(struct slice frame, struct p3_record *record, bool *sum);

#endif
