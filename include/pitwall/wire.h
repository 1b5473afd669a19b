/*
 * wire.h -- what timing systems say to each other, as bytes: the protocols' writers
 *
 * The other direction of feed.h. Used by the servers, by the simulator and by tests;
 * pure, through a struct out (encode.h).
 */
#ifndef PITWALL_WIRE_H
#define PITWALL_WIRE_H

#include "pitwall/out.h"

/* ---- AMB/MYLAPS P3 (p3.c) ------------------------------------------------------
 *
 * Binary records: 8E, version, length, sum, flags, type, fields, 8F. A field is an
 * id, a length and a little-endian value. Written as decoders do: version 02, length
 * and sum filled in, 8D 8E 8F escaped.
 */
#define WIRE_P3_TYPES(X)                                \
	X(RESET, 0x0000, "RESET")                       \
	X(PASSING, 0x0001, "PASSING")                   \
	X(STATUS, 0x0002, "STATUS")                     \
	X(VERSION, 0x0003, "VERSION")                   \
	X(RESEND, 0x0004, "RESEND")                     \
	X(CLEAR_PASSING, 0x0005, "CLEAR_PASSING")       \
	X(SERVER_SETTINGS, 0x0013, "SERVER_SETTINGS")   \
	X(SESSION, 0x0015, "SESSION")                   \
	X(NETWORK_SETTINGS, 0x0016, "NETWORK_SETTINGS") \
	X(WATCHDOG, 0x0018, "WATCHDOG")                 \
	X(PING, 0x0020, "PING")                         \
	X(GET_TIME, 0x0024, "GET_TIME")                 \
	X(GENERAL_SETTINGS, 0x0028, "GENERAL_SETTINGS") \
	X(SIGNALS, 0x002d, "SIGNALS")                   \
	X(LOOP_TRIGGER, 0x002f, "LOOP_TRIGGER")         \
	X(GPS_INFO, 0x0030, "GPS_INFO")                 \
	X(FIRST_CONTACT, 0x0045, "FIRST_CONTACT")       \
	X(TIMELINE, 0x004a, "TIMELINE")                 \
	X(ERROR, 0xffff, "ERROR")
enum wire_p3_type {
#define X(id_, number_, name_) WIRE_P3_##id_ = (number_),
	WIRE_P3_TYPES(X)
#undef X
};

enum { WIRE_P3_FRAME_MAX = 1024 };

/* A frame in the making: begin, put fields, send. What does not fit is left out. */
struct wire_p3 {
	unsigned char bytes[WIRE_P3_FRAME_MAX];
	size_t len;
};
void wire_p3_begin(struct wire_p3 *frame, uint16_t type);
/** A field of a number in so many bytes (1 to 8), little-endian. */
void wire_p3_number(struct wire_p3 *frame, uint8_t id, unsigned bytes, uint64_t value);
/** A field of text, at most 255 bytes; an empty one asks for its value. */
void wire_p3_text(struct wire_p3 *frame, uint8_t id, struct slice text);
void wire_p3_send(struct wire_p3 *frame, struct out *out);

/* Zero or INSTANT_NONE leaves a field out, but for number and strength. */
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
/** The answer to GET_TIME; @utc INSTANT_NONE: it does not know. */
void wire_p3_time(struct out *out, uint32_t decoder, instant_us rtc, instant_us utc);
/** Ask for passings, both ends included. */
void wire_p3_resend(struct out *out, uint32_t from, uint32_t until);
/** @code: 1 sum, 2 start missing, 3 header, 4 type unknown, 5 parameters missing, 6
 * too long. */
void wire_p3_error(struct out *out, uint32_t decoder, uint16_t code, const char *words);

/* ---- P98 text of AMBrc and its like (p3.c) --------------------------------------- */

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
