/*
 * wire.h -- the bytes of each protocol, both ways, and the tables of its codes
 *
 * Reading and writing share one table. Nothing here knows of a race: feed turns what was
 * read into events, encode writes a race through these writers.
 */
#ifndef PITWALL_WIRE_H
#define PITWALL_WIRE_H

#include "pitwall/event.h"
#include "pitwall/out.h"
#include "pitwall/sha256.h"

/* ---- codes of flags (codes.c) --------------------------------------------------------- */

enum wire_flags {
	WIRE_FLAGS_ALKAMEL,
	WIRE_FLAGS_RMONITOR,
	WIRE_FLAGS_MULTILOOP,
	WIRE_FLAGS_GRIIIP,
	WIRE_FLAGS_SWISSTIMING,
	WIRE_FLAGS_TIMING71,
	WIRE_FLAGS_F1,
	WIRE_FLAGS_IMSA,
	WIRE_FLAGS_NLS,
};
/** Enum flag of a code; -1: unknown. Some ignore case. */
int wire_flag_read(enum wire_flags protocol, struct slice code);
/** The code of a flag, or of the nearest that the protocol has. */
const char *wire_flag_code(enum wire_flags protocol, enum flag flag);

/* ---- the sum of P3 and P98 (crc.c) -------------------------------------------------- */

#define WIRE_CRC_BEGIN ((uint16_t)0xffff)
/** The checksum over more bytes; the first call gets WIRE_CRC_BEGIN. */
uint16_t wire_crc(uint16_t crc, const void *p, size_t n);
/** The CRC-32 of Ethernet, zlib and PNG. */
uint32_t wire_crc32(const void *p, size_t n);

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

/* A parsed record. */
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
	WIRE_P3_OTHER_LENGTH, /* its length field is wrong */
	WIRE_P3_BAD_SUM,
	WIRE_P3_BAD_FIELD, /* complete, but its last field extends beyond its end */
};

static inline bool wire_p3_has(const struct wire_p3_record *record,
			       enum wire_p3_field field)
{
	return (record->has >> field & 1) != 0;
}

/** Find the first frame, as feed.h's frame(): to its end, to where another begins before
 * it ended, or to WIRE_P3_FRAME_MAX. */
ptrdiff_t wire_p3_frame(struct slice buf);
/** Parse a frame. Only the texts of fields that it has are set. */
enum wire_p3_fault wire_p3_read(struct slice frame, struct wire_p3_record *record);

/* A frame being built: begin, put fields, send. Fields that do not fit are left out. */
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

/* Zero or INSTANT_NONE leaves a field out, except number, strength and flags. */
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
/** GET_TIME. */
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
/** Field @i without blanks around it; empty beyond the last. */
static inline struct slice wire_p98_field(const struct wire_p98_line *line, size_t i)
{
	return i < line->count ? slice_trim(line->fields[i]) : (struct slice){"", 0};
}
/** Parse a line (without its 01 and line end). A checksum is checked and removed; it may be
 * absent. NULL, or the error. */
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

/* ---- Al Kamel lap files (alkamel_head.c) ------------------------------------------------
 *
 * Columns by meaning: id, name, and the name of older files (blanks and case ignored).
 * Beside them each sector N has SN, and SN_IMPROVEMENT, SN_LARGE, SN_SECONDS.
 */
#define WIRE_AK_COLUMNS(X)                                                     \
	X(NUMBER, "NUMBER", "NUMBER")                                          \
	X(DRIVER_NUMBER, "DRIVER_NUMBER", "DRIVERNUMBER")                      \
	X(LAP_NUMBER, "LAP_NUMBER", "LAPNUMBER")                               \
	X(LAP_TIME, "LAP_TIME", "LAPTIME")                                     \
	X(IMPROVEMENT, "LAP_IMPROVEMENT", "LAPIMPROVEMENT")                    \
	X(PIT_LANE, "CROSSING_FINISH_LINE_IN_PIT", "CROSSING_PIT_FINISH_LANE") \
	X(KPH, "KPH", "KPH")                                                   \
	X(ELAPSED, "ELAPSED", "ELAPSED")                                       \
	X(HOUR, "HOUR", "HOUR")                                                \
	X(TOP_SPEED, "TOP_SPEED", "TOPSPEED")                                  \
	X(DRIVER_NAME, "DRIVER_NAME", "DRIVERNAME")                            \
	X(PIT_TIME, "PIT_TIME", "PITTIME")                                     \
	X(CLASS, "CLASS", "CLASS")                                             \
	X(TEAM, "TEAM", "TEAM")                                                \
	X(VEHICLE, "MANUFACTURER", "VEHICLE")                                  \
	X(FLAG, "FLAG_AT_FL", "FLAGATFL")
enum wire_ak_column {
#define X(id_, name_, alias_) WIRE_AK_##id_,
	WIRE_AK_COLUMNS(X)
#undef X
		WIRE_AK_COLUMN_COUNT
};
/** [0] the name, [1] that of older files. */
extern const char *const wire_ak_names[WIRE_AK_COLUMN_COUNT][2];
/* Columns of the weather file beside it. */
#define WIRE_AK_WEATHER(X)             \
	X(TIME, "TIME_UTC_SECONDS")    \
	X(AIR, "AIR_TEMP")             \
	X(TRACK, "TRACK_TEMP")         \
	X(HUMIDITY, "HUMIDITY")        \
	X(PRESSURE, "PRESSURE")        \
	X(WIND, "WIND_SPEED")          \
	X(DIRECTION, "WIND_DIRECTION") \
	X(RAIN, "RAIN")
enum wire_ak_weather {
#define X(id_, name_) WIRE_AK_WEATHER_##id_,
	WIRE_AK_WEATHER(X)
#undef X
		WIRE_AK_WEATHER_COUNT
};
extern const char *const wire_ak_weather_names[WIRE_AK_WEATHER_COUNT];
/** The first line of a file since 2023 (BOM, blanks before the names 2 to 15), its CR LF
 * included. @seconds: with the columns SN_SECONDS. */
void wire_ak_head(struct out *out, unsigned sectors, bool seconds);

/* ---- RMonitor (rmonitor_bytes.c) --------------------------------------------------------
 *
 * A record a line, its fields between commas, words and times in quotes:
 * $F,14,"00:12:45","13:34:23","00:09:47","Green ".
 * Name, and fields a whole record has, the name included.
 */
#define WIRE_RM_RECORDS(X)          \
	X(HEARTBEAT, "$F", 6)       \
	X(STANDING, "$G", 5)        \
	X(BEST, "$H", 5)            \
	X(PASSING, "$J", 4)         \
	X(COMPETITOR, "$A", 8)      \
	X(COMPANY, "$COMP", 7)      \
	X(RUN, "$B", 2)             \
	X(CLASS, "$C", 3)           \
	X(SETTING, "$E", 3)         \
	X(INIT, "$I", 1)            \
	X(CORRECTION, "$COR", 6)    \
	X(LINE, "$L", 6)            \
	X(TRACK, "$T", 1)           \
	X(BEST_SHOWN, "$SP", 1)     \
	X(STANDING_SHOWN, "$SR", 1) \
	X(SORT_MODE, "$RMS", 2)     \
	X(HISTORY, "$RMHL", 7)      \
	X(LAP_TIME, "$RMLT", 1)     \
	X(CALENDAR, "$RMCA", 1)     \
	X(DETAILS, "$RMDTL", 1)     \
	X(REDRAW, "$RMRDQ", 1)
enum wire_rm_record {
#define X(id_, name_, fields_) WIRE_RM_##id_,
	WIRE_RM_RECORDS(X)
#undef X
		WIRE_RM_RECORD_COUNT
};

/* A split record; [0] is its name. */
struct wire_rm_fields {
	unsigned count;
	struct slice at[16];
};
/** The record whose name is at the beginning of @s, before a comma or the end; -1. */
int wire_rm_record_at(struct slice s);
const char *wire_rm_name(enum wire_rm_record record);
/** False when the record is cut: inside a quote, or of too few fields. */
bool wire_rm_split(struct slice text, enum wire_rm_record record,
		   struct wire_rm_fields *out);

void wire_rm_begin(struct out *out, enum wire_rm_record record);
enum wire_encoding { WIRE_UTF8, WIRE_WINDOWS_1252, WIRE_ASCII };
/** Words in quotes that cannot end a field or a line or begin a record: a quote becomes
 * an apostrophe, a control byte a blank, "$" "S". A comma becomes a blank, because many
 * readers split a record at each comma. Letters that @encoding does not have fall back to
 * their base. */
void wire_rm_text(struct out *out, const char *text, enum wire_encoding encoding);
/** Without quotes, so only letters, digits and "-" are written. */
void wire_rm_plain(struct out *out, const char *text);
void wire_rm_number(struct out *out, int64_t n);
/** "HH:MM:SS.mmm", or without its fraction; below zero and NONE are zero. */
void wire_rm_time(struct out *out, duration_us t, bool ms);
/** The words of a flag, six characters wide. */
void wire_rm_flag(struct out *out, enum flag flag);
void wire_rm_end(struct out *out);

/* ---- Multiloop (multiloop_bytes.c) --------------------------------------------------------
 *
 * A record a line, its fields between separators: command, type, number, run key, fields.
 * Name, fields a whole record has (the command included), and whether it has the type,
 * number and key.
 */
#define WIRE_ML_COMMANDS(X)           \
	X(STANDING, "$C", 21, true)   \
	X(HEARTBEAT, "$H", 9, true)   \
	X(CROSSING, "$L", 11, true)   \
	X(SECTION, "$S", 10, true)    \
	X(ENTRY, "$E", 9, true)       \
	X(MESSAGE, "$A", 9, true)     \
	X(TRACK, "$T", 8, true)       \
	X(RUN, "$R", 9, true)         \
	X(STATISTICS, "$F", 15, true) \
	X(LEADER, "$N", 9, true)      \
	X(INVALID, "$I", 7, true)     \
	X(VERSION, "$V", 7, true)     \
	X(DRIVER, "$USAC:DRIVERID", 5, false)
enum wire_ml_command {
#define X(id_, name_, fields_, header_) WIRE_ML_##id_,
	WIRE_ML_COMMANDS(X)
#undef X
		WIRE_ML_COMMAND_COUNT
};
struct wire_ml_row {
	const char *name;
	uint8_t fields;
	bool header;
};
extern const struct wire_ml_row wire_ml_rows[WIRE_ML_COMMAND_COUNT];

enum { WIRE_ML_FIELDS_MAX = 160 }; /* $T has four a section */

/* A split record: field i is from from[i] to from[i + 1] - gap. */
struct wire_ml_fields {
	const char *at;
	unsigned count;
	unsigned gap; /* bytes of a separator */
	uint16_t from[WIRE_ML_FIELDS_MAX + 1];
};

/** Bytes of a command at the beginning of @s before a separator, which has @gap; 0: none
 * is there. */
size_t wire_ml_command_at(struct slice s, unsigned *gap);
/** The command of this name; -1. */
int wire_ml_command(struct slice name);
/** Split a record; fields beyond WIRE_ML_FIELDS_MAX are ignored. */
void wire_ml_split(struct wire_ml_fields *fields, struct slice record, unsigned gap);
/** Field @i unchanged; empty beyond the last. */
static inline struct slice wire_ml_raw(const struct wire_ml_fields *fields, unsigned i)
{
	if (i >= fields->count)
		return (struct slice){"", 0};
	return (struct slice){
		fields->at + fields->from[i],
		(size_t)(fields->from[i + 1] - fields->gap - fields->from[i])};
}
/** Field @i without blanks around it. */
struct slice wire_ml_field(const struct wire_ml_fields *fields, unsigned i);
/** All from field @i to the end of field @last. */
struct slice wire_ml_span(const struct wire_ml_fields *fields, unsigned i,
			  unsigned last);
/* 1 + the value of a hexadecimal digit; 0: not a digit. */
extern const uint8_t wire_ml_digits[256];
/** The hexadecimal number of field @i; false: not a number. Inline: called for most fields
 * of every record. */
static inline bool wire_ml_number(const struct wire_ml_fields *fields, unsigned i,
				  uint64_t *out)
{
	struct slice s = wire_ml_raw(fields, i);
	uint64_t n = 0;
	if (s.len == 0 || s.len > 12)
		return false;
	for (size_t k = 0; k < s.len; k++) {
		uint8_t digit = wire_ml_digits[(unsigned char)s.at[k]];
		if (digit == 0)
			return false;
		n = n << 4 | (digit - 1u);
	}
	*out = n;
	return true;
}

/** The line of a timeline: SF, SFPIT, PIN, POUT, IM1 ...; LINE_NONE: unknown;
 * WIRE_ML_NO_LINE: a loop that is not a line of the race: virtual (a letter after the
 * number: IM1a) or of a pit box (VIN, VOUT). */
enum { WIRE_ML_NO_LINE = 254 };
uint8_t wire_ml_line(struct slice name);
void wire_ml_line_name(uint8_t line, char name[8]);

/* Begin, put fields, end. Text cannot end a field or a line. */
struct wire_ml {
	struct out *out;
	const char *key;       /* of the run: "R1", "Q1", "R.I" */
	const char *separator; /* "\xa6" as the protocol has it */
	duration_us tick;      /* a unit of time: US_MS, or a tenth of it (IndyCar) */
	uint32_t numbers[WIRE_ML_COMMAND_COUNT]; /* of the last record of each */
};
/** @type: 'N' new, 'U' updated: numbered; 'R' repeated: with the number of the last. */
void wire_ml_begin(struct wire_ml *w, enum wire_ml_command command, char type);
void wire_ml_text(struct wire_ml *w, const char *text);
void wire_ml_hex(struct wire_ml *w, uint64_t n);
/** In units of the run, truncated; unknown is zero. */
void wire_ml_time(struct wire_ml *w, duration_us t);
void wire_ml_end(struct wire_ml *w);

/* ---- the open beacon protocol (beacon_bytes.c) -----------------------------------------------
 *
 * A line is JSON, one flat object, or the short text form of small beacons; both become
 * the same struct. pitwall-beacon(5) has examples.
 *
 *  (1) Unknown keys and nested values are skipped; of a repeated key the last one
 *      wins.
 *  (2) Slices point into the line, or into `pool` for unescaped strings, and
 *      are valid as long as both.
 *  (3) Numbers are integers: a fraction is cut off, an exponent is refused.
 *  (4) "crc" is optional and comes last: the CRC-32 of the bytes of the line before the comma
 *      in front of it, eight hexadecimal digits.
 *  (5) "mac" is optional and comes last, behind "crc" too: the HMAC-SHA-256 of the bytes of
 *      the line before the comma in front of it, 64 hexadecimal digits.
 */
enum { BEACON_LINE_MAX = 512 };

#define WIRE_BEACON_TYPES(X) \
	X(PASS, "pass")      \
	X(TICK, "tick")      \
	X(EVENT, "event")    \
	X(HELLO, "hello")    \
	X(TIME, "time")      \
	X(ACK, "ack")        \
	X(RESEND, "resend")  \
	X(ASK_TIME, "time?")
/* TIME is the answer to ASK_TIME; ACK, RESEND and ASK_TIME are the console's. */
enum beacon_type {
	BEACON_OTHER, /* well formed, of a type we do not know */
#define X(id_, name_) BEACON_##id_,
	WIRE_BEACON_TYPES(X)
#undef X
		BEACON_TYPE_COUNT
};

/* Keys, and what their values are: id in beacon_message, name, kind. In the order beacons
 * mostly send them. */
#define WIRE_BEACON_MEMBERS(X)      \
	X(id, "id", TEXT)           \
	X(boot, "boot", TEXT)       \
	X(seq, "seq", NUMBER)       \
	X(tx, "tx", TEXT)           \
	X(us, "us", NUMBER)         \
	X(utc, "utc", NUMBER)       \
	X(src, "src", TEXT)         \
	X(loop, "loop", TEXT)       \
	X(name, "name", TEXT)       \
	X(value, "value", TEXT)     \
	X(text, "text", TEXT)       \
	X(num, "num", NUMBER)       \
	X(age_us, "age_us", NUMBER) \
	X(clock, "clock", NUMBER)   \
	X(from, "from", NUMBER)     \
	X(to, "to", NUMBER)         \
	X(n, "n", NUMBER)           \
	X(crc, "crc", TEXT)         \
	X(mac, "mac", TEXT)
enum beacon_member {
#define X(id_, name_, kind_) BEACON_MEMBER_##id_,
	WIRE_BEACON_MEMBERS(X)
#undef X
		BEACON_MEMBER_COUNT
};

struct beacon_message {
	enum beacon_type type;
	uint32_t has; /* set of enum beacon_member */
	int64_t seq, us, utc, num, age_us, clock, from, to, n;
	bool text_form;
	bool summed;    /* JSON with a checksum that agrees */
	bool is_signed; /* `sign` is the HMAC of the bytes `signed_part`; not checked */
	struct slice id, boot, tx, src, loop, name, value, text, crc, mac;
	struct slice signed_part;
	unsigned char sign[SHA256_BYTES];
	size_t pool_len;
	char pool[BEACON_LINE_MAX];
};
#define BEACON_HAS(message_, member_) \
	(((message_)->has >> BEACON_MEMBER_##member_ & 1) != 0)

enum beacon_fault {
	BEACON_FINE,
	BEACON_NOT_JSON,  /* neither a flat object nor the text form */
	BEACON_BAD_FIELD, /* a known key with a value of the wrong kind */
	BEACON_NO_SUM,    /* the text form without its checksum */
	BEACON_BAD_SUM,
};
/** Parse a line (without its LF). */
enum beacon_fault wire_beacon_read(struct slice line, struct beacon_message *out);

/* Names of the events of race control. */
#define WIRE_BEACON_EVENTS(X) \
	X(GUN, "gun")         \
	X(FLAG, "flag")       \
	X(DRIVER, "driver")   \
	X(WEATHER, "weather") \
	X(STATUS, "status")   \
	X(MESSAGE, "message") \
	X(END, "end")
enum beacon_event_name {
#define X(id_, name_) BEACON_EVENT_##id_,
	WIRE_BEACON_EVENTS(X)
#undef X
		BEACON_EVENT_NAME_COUNT
};
extern const char *const wire_beacon_events[BEACON_EVENT_NAME_COUNT];

/* A line of JSON: begin, put members, end. */
/** An @id or @boot that is empty, or that JSON would escape, is left out: a beacon's own
 * connection does not need it. */
void wire_beacon_begin(struct out *out, enum beacon_type type, const char *id,
		       const char *boot);
void wire_beacon_number(struct out *out, enum beacon_member member, int64_t value);
void wire_beacon_string(struct out *out, enum beacon_member member, const char *value);
void wire_beacon_end(struct out *out);
/** End with the checksum of the line, which begins at @from of the sink's buffer. */
void wire_beacon_end_summed(struct out *out, size_t from);
/** The same with the HMAC by @key. */
void wire_beacon_end_signed(struct out *out, size_t from, struct slice key);
/** A line of the text form: its words, with their sum behind them. */
void wire_beacon_text(struct out *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* ---- WebSocket (websocket_bytes.c) --------------------------------------------------- */

enum websocket_opcode {
	WEBSOCKET_MORE = 0,
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};
struct websocket_frame {
	uint8_t opcode;
	bool final;
	struct slice payload; /* into what was read */
};
enum { WEBSOCKET_HEAD_MAX = 14 };
/** The first frame of a server in @buf: its length; 0: incomplete; -1: it breaks the protocol;
 * -2: it has more than @most bytes. */
ptrdiff_t wire_websocket_read(struct slice buf, size_t most, struct websocket_frame *out);
/** A frame of a client into @to, which has WEBSOCKET_HEAD_MAX more bytes than @payload; its
 * length. */
size_t wire_websocket_write(char *to, uint8_t opcode, struct slice payload,
			    const unsigned char mask[4]);
/** What a server answers to a client's key. */
void wire_websocket_accept(const char key[25], char out[29]);
/** Base64 of @len bytes, with a NUL: 4 * ((len + 2) / 3) + 1 bytes. */
void wire_base64(char *to, const unsigned char *bytes, size_t len);

#endif
