/*
 * wire.h -- the bytes of each protocol, both ways, and the tables of its codes
 *
 * What is read here and what is written share one table. Nothing here knows of a race:
 * feed makes events of what was read, encode writes a race through these writers.
 */
#ifndef PITWALL_WIRE_H
#define PITWALL_WIRE_H

#include "pitwall/out.h"

/* ---- the sum of P3 and P98 (crc.c) -------------------------------------------------- */

#define WIRE_CRC_BEGIN ((uint16_t)0xffff)
/** The sum over more bytes; the first are given WIRE_CRC_BEGIN. */
uint16_t wire_crc(uint16_t crc, const void *p, size_t n);

/* ---- AMB/MYLAPS P3 (p3_bytes.c) ------------------------------------------------------
 *
 *   8E  version  length(2)  sum(2)  flags(2)  type(2)  {id length value}...  8F
 *
 * Values are little-endian.
 */
#define WIRE_P3_TYPES(X)            \
	X(RESET, 0x0000)            \
	X(PASSING, 0x0001)          \
	X(STATUS, 0x0002)           \
	X(VERSION, 0x0003)          \
	X(RESEND, 0x0004)           \
	X(CLEAR_PASSING, 0x0005)    \
	X(SERVER_SETTINGS, 0x0013)  \
	X(SESSION, 0x0015)          \
	X(NETWORK_SETTINGS, 0x0016) \
	X(WATCHDOG, 0x0018)         \
	X(PING, 0x0020)             \
	X(GET_TIME, 0x0024)         \
	X(GENERAL_SETTINGS, 0x0028) \
	X(SIGNALS, 0x002d)          \
	X(LOOP_TRIGGER, 0x002f)     \
	X(GPS_INFO, 0x0030)         \
	X(FIRST_CONTACT, 0x0045)    \
	X(TIMELINE, 0x004a)         \
	X(ERROR, 0xffff)
enum wire_p3_type {
#define X(id_, number_) WIRE_P3_##id_ = (number_),
	WIRE_P3_TYPES(X)
#undef X
};

/* The fields whose meaning is known: type of record, id, bytes of a number (0: text),
 * name. In the order the AMB and TranX decoders send them. */
#define WIRE_P3_FIELDS(X)                         \
	X(PASSING, 0x01, 4, NUMBER)               \
	X(PASSING, 0x03, 4, TRANSPONDER)          \
	X(PASSING, 0x0a, 0, CODE)                 \
	X(PASSING, 0x04, 8, RTC)                  \
	X(PASSING, 0x10, 8, UTC)                  \
	X(PASSING, 0x13, 4, RTC_ID)               \
	X(PASSING, 0x05, 2, STRENGTH)             \
	X(PASSING, 0x06, 2, HITS)                 \
	X(PASSING, 0x08, 2, FLAGS)                \
	X(PASSING, 0x0e, 4, USER_FLAG)            \
	X(PASSING, 0x0f, 1, DRIVER_ID)            \
	X(PASSING, 0x14, 1, SPORT)                \
	X(PASSING, 0x30, 1, VOLTAGE)              \
	X(PASSING, 0x31, 1, TEMPERATURE)          \
	X(STATUS, 0x01, 2, STATUS_NOISE)          \
	X(STATUS, 0x07, 2, STATUS_TEMPERATURE)    \
	X(STATUS, 0x0c, 1, STATUS_VOLTAGE)        \
	X(STATUS, 0x06, 1, STATUS_GPS)            \
	X(STATUS, 0x0a, 1, STATUS_SATELLITES)     \
	X(STATUS, 0x0b, 2, STATUS_LOOP_TRIGGERS)  \
	X(VERSION, 0x01, 1, VERSION_TYPE)         \
	X(VERSION, 0x02, 0, VERSION_DESCRIPTION)  \
	X(VERSION, 0x03, 0, VERSION_TEXT)         \
	X(VERSION, 0x04, 4, VERSION_RELEASE)      \
	X(VERSION, 0x08, 4, VERSION_REGISTRATION) \
	X(VERSION, 0x0a, 2, VERSION_BUILD)        \
	X(VERSION, 0x0c, 4, VERSION_OPTIONS)      \
	X(RESEND, 0x01, 4, RESEND_FROM)           \
	X(RESEND, 0x02, 4, RESEND_UNTIL)          \
	X(GET_TIME, 0x01, 8, TIME_RTC)            \
	X(GET_TIME, 0x04, 2, TIME_FLAGS)          \
	X(GET_TIME, 0x05, 8, TIME_UTC)            \
	X(ERROR, 0x01, 2, ERROR_CODE)             \
	X(ERROR, 0x02, 0, ERROR_TEXT)             \
	X(ANY, 0x81, 4, DECODER)                  \
	X(ANY, 0x83, 4, CONTROLLER)               \
	X(ANY, 0x85, 8, REQUEST)
enum wire_p3_field {
	P3_NO_FIELD,
#define X(type_, id_, bytes_, name_) P3_##name_,
	WIRE_P3_FIELDS(X)
#undef X
		P3_FIELD_COUNT
};
_Static_assert(P3_FIELD_COUNT <= 64, "the fields of a record fit its set");

enum {
	WIRE_P3_FRAME_MIN = 11,   /* a record without fields */
	WIRE_P3_FRAME_MAX = 2048, /* escaped; the longest seen is below 100 */
};

/* Codes of ERROR. */
enum {
	WIRE_P3_ERROR_SUM = 1,
	WIRE_P3_ERROR_START,
	WIRE_P3_ERROR_HEADER,
	WIRE_P3_ERROR_TYPE,
	WIRE_P3_ERROR_PARAMETERS,
	WIRE_P3_ERROR_LENGTH,
	WIRE_P3_ERROR_COUNT
};

/* A record that was taken apart. */
struct wire_p3_record {
	uint16_t type;
	uint64_t has; /* set of enum wire_p3_field: those with a value */
	/* Numbers of up to eight bytes; 0 where there is none. */
	uint64_t value[P3_FIELD_COUNT];
	struct slice text[P3_FIELD_COUNT]; /* its bytes, in the frame or in plain */
	unsigned char plain[WIRE_P3_FRAME_MAX];
};

enum wire_p3_fault {
	WIRE_P3_FINE,
	WIRE_P3_SHORT,        /* shorter than any record */
	WIRE_P3_CUT,          /* without its end */
	WIRE_P3_OTHER_LENGTH, /* of another length than it says */
	WIRE_P3_BAD_SUM,
	WIRE_P3_BAD_FIELD, /* whole, but its last field reaches over its end */
};

static inline bool wire_p3_has(const struct wire_p3_record *record,
			       enum wire_p3_field field)
{
	return (record->has >> field & 1) != 0;
}

/** Find the first frame, as feed.h's frame(): to its end, to where another begins before
 * it ended, or to WIRE_P3_FRAME_MAX. */
ptrdiff_t wire_p3_frame(struct slice buf);
/** Take a frame apart. Texts are written only of the fields it has. */
enum wire_p3_fault wire_p3_read(struct slice frame, struct wire_p3_record *record);

/* A frame in the making: begin, put fields, send. What does not fit is left out. */
struct wire_p3 {
	unsigned char bytes[WIRE_P3_FRAME_MAX / 2];
	size_t len;
};
void wire_p3_begin(struct wire_p3 *frame, uint16_t type);
/** A field whose meaning is known. */
void wire_p3_put(struct wire_p3 *frame, enum wire_p3_field field, uint64_t value);
/** A field of any id: a number of so many bytes (at most 8). */
void wire_p3_number(struct wire_p3 *frame, uint8_t id, unsigned bytes, uint64_t value);
/** A field of text, at most 255 bytes; an empty one asks for its value. */
void wire_p3_text(struct wire_p3 *frame, uint8_t id, struct slice text);
void wire_p3_send(struct wire_p3 *frame, struct out *out);

/* Zero or INSTANT_NONE leaves a field out, but for number, strength and flags. */
struct wire_p3_passing {
	instant_us rtc; /* by the decoder's clock */
	instant_us utc; /* of decoders that have satellites */
	uint32_t decoder, number, transponder;
	uint32_t rtc_id;
	uint16_t strength, hits, flags;
	uint8_t voltage;     /* tenths of a volt */
	uint8_t temperature; /* degrees + 100 */
	char code[12];       /* of the transponder: "FL-94890" */
};
void wire_p3_passing(struct out *out, const struct wire_p3_passing *passing);

struct wire_p3_status {
	uint32_t decoder;
	uint16_t noise, temperature; /* degrees */
	uint16_t loop_triggers;
	uint8_t gps;        /* 1: locked */
	uint8_t satellites; /* in use */
	uint8_t voltage;    /* tenths of a volt */
};
void wire_p3_status(struct out *out, const struct wire_p3_status *status);
/** @type: 0x10 AMBrc, 0x11 AMBmx, 0x12 TranX, 0x13 or 0x14 TranX Pro. */
void wire_p3_version(struct out *out, uint32_t decoder, uint8_t type,
		     const char *description, const char *version);
/** The answer to GET_TIME; @utc INSTANT_NONE: not known. */
void wire_p3_time(struct out *out, uint32_t decoder, instant_us rtc, instant_us utc);
/** The question. */
void wire_p3_ask_time(struct out *out);
/** Ask for passings, both ends included; @decoder 0: of any. */
void wire_p3_resend(struct out *out, uint32_t from, uint32_t until, uint32_t decoder);
/** @code: WIRE_P3_ERROR_... */
void wire_p3_error(struct out *out, uint32_t decoder, uint16_t code, const char *words);

/* ---- P98, the text of AMBrc and its like (p98_bytes.c) ------------------------------------
 *
 * 01, fields between tabs, a sum, CR LF:
 *
 *   # decoder seq noise xCCCC                                     status
 *   @ decoder seq transponder sec.mmm hits strength status xCCCC  passing
 */
struct wire_p98_line {
	struct slice fields[10]; /* [0] the type */
	size_t count;
	char type;
};
/** Take a line apart (without its 01 and line end); a sum is checked and taken off, one
 * that is absent is believed. NULL, or what is wrong. */
const char *wire_p98_read(struct slice text, struct wire_p98_line *line);

struct wire_p98_passing {
	duration_us time; /* since the decoder's start; written in milliseconds */
	uint32_t decoder, sequence, transponder;
	uint16_t hits, strength, status;
};
void wire_p98_passing(struct out *out, const struct wire_p98_passing *passing);
/** The heartbeat; @sequence is shared with the passings. */
void wire_p98_status(struct out *out, uint32_t decoder, uint32_t sequence,
		     uint16_t noise);

/* ---- Multiloop (multiloop.c) --------------------------------------------------------
 *
 * A record a line, fields between separators: command, type, number, run key, fields.
 * Begin, put fields, end. Text cannot end a field or a line.
 */
#define WIRE_ML_COMMANDS(X) \
	X(HEARTBEAT, "$H")  \
	X(ENTRY, "$E")      \
	X(STANDING, "$C")   \
	X(MESSAGE, "$A")    \
	X(CROSSING, "$L")   \
	X(SECTION, "$S")    \
	X(TRACK, "$T")      \
	X(RUN, "$R")        \
	X(STATISTICS, "$F") \
	X(LEADER, "$N")     \
	X(INVALID, "$I")    \
	X(VERSION, "$V")    \
	X(DRIVER, "$USAC:DRIVERID")
enum wire_ml_command {
#define X(id_, name_) WIRE_ML_##id_,
	WIRE_ML_COMMANDS(X)
#undef X
		WIRE_ML_COMMAND_COUNT
};

struct wire_ml {
	struct out *out;
	const char *key;       /* of the run: "R1", "Q1", "R.I" */
	const char *separator; /* "\xa6" as the protocol has it */
	duration_us tick;      /* a unit of time: US_MS, or a tenth of it (IndyCar) */
	uint32_t numbers[WIRE_ML_COMMAND_COUNT]; /* of the last record of each */
};
/** @type: 'N' new, 'U' updated: numbered; 'R' repeated: with the number of the last.
 * USAC's extension has no type, number or key. */
void wire_ml_begin(struct wire_ml *w, enum wire_ml_command command, char type);
void wire_ml_text(struct wire_ml *w, const char *text);
void wire_ml_hex(struct wire_ml *w, uint64_t n);
/** In units of the run, cut; what is not known is zero. */
void wire_ml_time(struct wire_ml *w, duration_us t);
void wire_ml_end(struct wire_ml *w);

#endif
