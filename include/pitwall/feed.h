/*
 * feed.h -- turn bytes of a source into events
 *
 * A driver is a row in the table of feed.c. It is pure: it reads no clock,
 * allocates nothing, logs nothing and keeps no statics. What a stream driver
 * must remember fits in state_size bytes that the caller owns, so copying
 * those bytes is a snapshot of the driver.
 *
 *  (1) Any bytes are legal input; the worst outcome is a counted anomaly.
 *  (2) How a stream is cut into reads never changes the events.
 *  (3) frame() always makes progress on a full buffer.
 *  (4) A file driver gives the same events whatever the order of its rows.
 */
#ifndef PITWALL_FEED_H
#define PITWALL_FEED_H

#include "pitwall/event.h"

enum { FEED_STATE_MAX = 64 * 1024, FEED_FRAME_MAX = 64 * 1024 };

/* Which line a decoder's loop is: of a session file. */
struct feed_loop {
	char decoder[16]; /* as a feed names it: "00020f93", "101", "sf-1" */
	uint8_t line;     /* LINE_... */
	uint8_t spare[7];
};
enum { FEED_LOOPS_MAX = 32 };

/* What a reader must be told, and the streams' own lines cannot say. */
struct feed_setup {
	uint16_t source;       /* put into every event */
	instant_us day;        /* midnight of the race's first day, local time
				  taken as if UTC; INSTANT_NONE: not known, the
				  day is floating and 1970-01-01 stands for it */
	int64_t utc_offset_us; /* local = UTC + offset */
	uint8_t line_count;    /* timed lines of the lap, SF included; 0: unknown */
	char line_names[LINES_MAX][8]; /* "SF", "I1" ... as loops call them */
	struct feed_loop loops[FEED_LOOPS_MAX];
	uint32_t loop_count;
};

/** The line of a decoder by the session's loops; LINE_SF where it names no loop at
 * all, LINE_NONE where it names others. Case and leading zeros are ignored. */
uint8_t feed_loop_line(const struct feed_setup *setup, struct slice decoder);

/* What a file driver learns of the whole file. */
struct feed_info {
	instant_us start_at;          /* the start signal, or INSTANT_NONE */
	instant_us end_at;            /* the last crossing */
	uint8_t line_count;           /* lines per lap found: sectors */
	uint32_t line_ppm[LINES_MAX]; /* mean share of the lap's time at which each
				  line is crossed, in millionths; [0] = 0 */
	length_mm lap_length;         /* from speed and lap time; 0: unknown */
	uint32_t rows, cars, anomalies;
	uint32_t anomaly_first_line; /* of the first anomaly; 0: none */
	bool flags;                  /* rows carry flags */
	bool finish_flag;            /* one of them is the chequered flag */
};

struct feed_driver {
	const char *name;   /* "alkamel" */
	const char *scheme; /* URL scheme without "://", or NULL */
	const char *summary;
	const char *media;     /* "file", "tcp", "udp", "tcp udp file" */
	uint16_t port_default; /* 0: none */

	/** How sure these first bytes (up to 4 KiB) are of this format: 0 no,
	 * 100 certain. */
	int (*sniff)(struct slice head);

	/* ---- file drivers: the whole file at once; NULL for streams ------- */

	/** Bytes of scratch read_file() needs for a file of @size bytes. */
	size_t (*scratch_size)(struct slice file);
	/** Room in @out that read_file() never needs more of, found without
	 * reading the rows: far more than a whole file uses, so give it memory
	 * that costs nothing until it is touched. */
	void (*room)(struct slice file, uint32_t *events, uint32_t *text);
	/** Append the events of @file to @out and fill @info. @scratch is
	 * aligned as malloc aligns. 0, or -errno with a sentence when this is not
	 * the format at all. */
	int (*read_file)(struct slice file, const struct feed_setup *setup,
			 void *scratch, struct event_list *out, struct feed_info *info,
			 struct err *err);

	/* ---- stream drivers; NULL for files ------------------------------- */

	size_t state_size; /* <= FEED_STATE_MAX */
	void (*init)(void *state, const struct feed_setup *setup);
	/** Find the first message in @buf. n > 0: it is the first n bytes; 0:
	 * incomplete, call again with more; n < 0: the first -n bytes are noise. */
	ptrdiff_t (*frame)(struct slice buf);
	/** Append the events of one message, which frame() cut; @record names it
	 * (byte offset or record number) in the events. */
	void (*decode)(void *state, struct slice message, instant_us heard_at,
		       uint32_t record, struct event_list *out);
	/** A connection was made, the first or another: what the driver wants to
	 * ask (its time, what was missed) goes to @out as ASK events. The bytes
	 * before, where a message was cut off, will not be continued. May be NULL. */
	void (*on_connect)(void *state, instant_us heard_at, struct event_list *out);
	/** The messages that follow come from this one of several senders of one
	 * source (a listening socket, datagrams). May be NULL. */
	void (*peer)(void *state, uint16_t peer);
	/** The read in hand holds no whole message more. What one answer says of all
	 * its messages (an acknowledgement) goes to @out as ASK events; nothing else
	 * does, nor may it change what is decoded later, for (2). May be NULL. */
	void (*flush)(void *state, instant_us heard_at, struct event_list *out);
	duration_us silence; /* a source that lives says something at least this
				often; 0: it may be silent */
};

enum { FEED_PEERS_MAX = 32 };

/* ---- captures (capture.c) ----------------------------------------------
 *
 * What people keep of a stream: the bytes, and marks of when they were heard.
 * Unwrapping gives back the bytes as the source sent them, piece by piece.
 */
#define FEED_MARKS(X)                                                            \
	X(NONE, "", "the bytes as they came")                                    \
	X(UTC, "##UTC", "##YYYY-MM-DD HH:MM:SS.ffffff[|type] before each chunk") \
	X(MS, "<ms>", "milliseconds and a blank before each line")               \
	X(ISO, "ISO", "an ISO 8601 time and a blank before each line")           \
	X(HEX, "hex", "a message a line, as hexadecimal digits")                 \
	X(LOG, "log", "the raw bytes behind the header of a terminal program")
enum feed_marks {
#define X(id_, name_, about_) FEED_MARKS_##id_,
	FEED_MARKS(X)
#undef X
		FEED_MARKS_COUNT
};

/* How far a capture is unwrapped. */
struct feed_capture {
	instant_us at; /* of the piece in hand; INSTANT_NONE: not marked yet */
	uint8_t marks; /* enum feed_marks */
	uint8_t skipped_bom;
	uint8_t spare[6];
};

/** The marks these first bytes (up to 4 KiB) have. */
enum feed_marks feed_capture_detect(struct slice head);
/** The next piece: cuts it off @rest and writes its bytes to @piece (room for as
 * many as *rest had), their number to @len (may be 0) and when they were heard to
 * capture->at. False: no piece is left. */
bool feed_capture_next(struct feed_capture *capture, struct slice *rest, char *piece,
		       size_t *len);
/** As feed_sniff(), of a file that may be a capture: unwraps its head. */
const struct feed_driver *feed_sniff_file(struct slice head, enum feed_marks *marks);

/* ---- weather (weather.c) ---------------------------------------------- */

/** Append the WEATHER events of a `*_weather.csv` that lies beside a lap file:
 * one event a value and minute, `at` as its seconds say (UTC), units converted
 * (a pressure below 50 is inches of mercury, and then the rest is degrees
 * Fahrenheit and miles an hour). Bad rows are anomalies. At most 8 events a
 * line. @source goes into the events. 0, or -EINVAL with a sentence when it is no
 * weather file. */
int feed_weather_read(struct slice file, uint16_t source, struct event_list *out,
		      struct err *err);

/** All drivers in the order they are asked; ends with NULL. */
extern const struct feed_driver *const feed_drivers[];

const struct feed_driver *feed_by_name(struct slice name);
/** The driver whose sniff() is surest of these bytes, or NULL. */
const struct feed_driver *feed_sniff(struct slice head);

#endif
