/*
 * feed.h -- turn the bytes of a source into events
 *
 * A driver is a row in the table of feed.c. It is pure: it reads no clock, allocates
 * nothing, logs nothing and keeps no statics. A stream driver keeps its state in
 * state_size bytes that the caller owns; copying them is a snapshot of the driver.
 *
 *  (1) Any bytes are legal input; the worst outcome is a counted anomaly.
 *  (2) The way a stream is cut into reads never changes the events.
 *  (3) frame() makes progress on every buffer of FEED_FRAME_MAX bytes.
 *  (4) A file driver gives the same events for any order of the rows of the file.
 */
#ifndef PITWALL_FEED_H
#define PITWALL_FEED_H

#include "pitwall/event.h"

enum { FEED_STATE_MAX = 512 * 1024, FEED_FRAME_MAX = 64 * 1024 };

/* The line of a decoder's loop, from a session file. */
struct feed_loop {
	char decoder[16]; /* as the feed names it: "00020f93", "101", "sf-1" */
	uint8_t line;     /* LINE_... */
	uint8_t spare[7];
};
enum { FEED_LOOPS_MAX = 32, FEED_KEY_MAX = 64 };

/* A loop that a stream received passings of, by its name in feed_setup.loops. */
struct feed_loop_received {
	char name[16];
	uint32_t passings; /* received, used or not */
	uint8_t line;      /* LINE_...; LINE_NONE: the session file does not name it */
	uint8_t spare[3];
};

/* What a feed driver needs to know and cannot find in the stream. */
struct feed_setup {
	uint16_t source;       /* copied into every event */
	bool alone;            /* all connections are of one sender: not a listening
				  socket, and no datagrams */
	instant_us day;        /* midnight of the race's first day: local time as if
				  it were UTC; INSTANT_NONE: unknown, 1970-01-01
				  is used */
	int64_t utc_offset_us; /* local = UTC + offset */
	uint8_t line_count;    /* timed lines of the lap, SF included; 0: unknown */
	char line_names[LINES_MAX][8]; /* "SF", "I1" ... as loops call them */
	struct feed_loop loops[FEED_LOOPS_MAX];
	uint32_t loop_count;
	/* Of beacons: lines must be signed. Without a key signatures are not checked (a
	 * recording that is read elsewhere). */
	bool beacon_signed;
	uint8_t beacon_key_len;
	char beacon_key[FEED_KEY_MAX];
};

/** The line of a decoder, by the session's loops. LINE_SF if the session names no loops,
 * LINE_NONE if it names only others. Case and leading zeros are ignored. */
uint8_t feed_loop_line(const struct feed_setup *setup, struct slice decoder);
/** What is known of the loop of a decoder. */
struct feed_loop_received feed_loop_received(const struct feed_setup *setup,
					     const char *decoder, uint32_t passings);

/* What a file driver finds out about the whole file. */
struct feed_info {
	instant_us start_at;          /* the start signal, or INSTANT_NONE */
	instant_us end_at;            /* the last crossing */
	uint8_t line_count;           /* lines per lap found: sectors */
	uint32_t line_ppm[LINES_MAX]; /* where each line is: mean share of the lap
				  time, in millionths; [0] = 0 */
	length_mm lap_length;         /* computed from speed and lap time; 0: unknown */
	uint32_t rows, cars, anomalies;
	uint32_t anomaly_first_line; /* of the first anomaly; 0: none */
	bool flags;                  /* some rows have a flag */
	bool finish_flag;            /* some row has the chequered flag */
	uint8_t type;                /* enum session_field, from the content */
	struct clock_step
		steps[CLOCK_STEPS_MAX]; /* of HOUR, in their order; by 0: none */
};

struct feed_driver {
	const char *name;   /* "alkamel" */
	const char *scheme; /* URL scheme without "://", or NULL */
	const char *summary;
	const char *media;     /* "file", "tcp", "udp", "tcp udp file", "web file" */
	uint16_t port_default; /* 0: none */
	bool utc;              /* its instants are UTC without any set-up */
	bool of_service;       /* answers of a service that shows flags: without a
				  flag in them, nothing says that the session is over */

	/** How likely it is that these first bytes (up to 4 KiB) are of this format:
	 * 0 no, 100 certain. */
	int (*sniff)(struct slice head);

	/* ---- file drivers: the whole file at once; NULL for streams ------- */

	/** Bytes of scratch memory that read_file() needs. */
	size_t (*scratch_size)(struct slice file);
	/** An upper bound of the events and text of @file, computed without reading
	 * its rows. It is far too high, so use memory that costs nothing until it is
	 * touched. */
	void (*room)(struct slice file, uint32_t *events, uint32_t *text);
	/** Append the events of @file to @out and fill @info. @scratch is aligned
	 * like malloc's memory. Returns 0, or -errno with a sentence if the file is
	 * not of this format. */
	int (*read_file)(struct slice file, const struct feed_setup *setup,
			 void *scratch, struct event_list *out, struct feed_info *info,
			 struct err *err);

	/* ---- stream drivers; NULL for files ------------------------------- */

	size_t state_size; /* <= FEED_STATE_MAX */
	void (*init)(void *state, const struct feed_setup *setup);
	/** Find the first message in @buf. n > 0: the first n bytes; 0: incomplete,
	 * call again with more; n < 0: the first -n bytes are noise. */
	ptrdiff_t (*frame)(struct slice buf);
	/** Append the events of one message that frame() found. @received_at: when it was
	 * received. @record: its byte offset, copied into the events. */
	void (*decode)(void *state, struct slice message, instant_us received_at,
		       uint32_t record, struct event_list *out);
	/** The loops received so far, at most @max. Returns how many. May be NULL. */
	unsigned (*loops)(const void *state, struct feed_loop_received *out,
			  unsigned max);
	/** A new connection. Requests of the driver (the time, what was missed) go to
	 * @out as ASK events. A message that was incomplete will not be continued. May
	 * be NULL. */
	void (*on_connect)(void *state, instant_us received_at, struct event_list *out);
	/** The next messages come from this sender, if a source has several (a
	 * listening socket, datagrams). May be NULL. */
	void (*peer)(void *state, uint16_t peer);
	/** All whole messages of a read were decoded. Answers to all of them at once
	 * (acknowledgements) go to @out as ASK events, and nothing else; because of (2)
	 * this must not change what is decoded later. May be NULL. */
	void (*flush)(void *state, instant_us received_at, struct event_list *out);
	duration_us silence; /* a working source sends something at least this often;
				0: it may be silent */
};

enum { FEED_PEERS_MAX = 32 };

/* ---- captures (capture.c) ----------------------------------------------
 *
 * A stream saved to a file, often with marks of when its bytes were received. Unwrapping
 * returns the bytes as the source sent them, piece by piece.
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

/* The state of unwrapping a capture; zeroed but for marks. */
struct feed_capture {
	instant_us at; /* of the last piece; INSTANT_NONE: no mark yet */
	uint8_t marks; /* enum feed_marks */
	uint8_t skipped_bom;
	uint8_t spare[6];
};

/** The kind of marks in these first bytes (up to 4 KiB). */
enum feed_marks feed_capture_detect(struct slice head);
/** Cut the next piece off @rest. Its bytes go to @piece (room for as many as *rest had),
 * their number to @len (may be 0), and when they were received to capture->at. False: no
 * piece is left. */
bool feed_capture_next(struct feed_capture *capture, struct slice *rest, char *piece,
		       size_t *len);
/** As feed_sniff(), for a file that may be a capture: its head is unwrapped. */
const struct feed_driver *feed_sniff_file(struct slice head, enum feed_marks *marks);

/* ---- weather (weather.c) ---------------------------------------------- */

/** Append the WEATHER events of the `*_weather.csv` beside a lap file: one event for each
 * value and minute, at most 8 a line, times in UTC. If the pressure is below 50 it is in
 * inches of mercury, and the other values are in degrees Fahrenheit and miles an hour.
 * Bad rows are anomalies. @source goes into the events. Returns 0, or -EINVAL with a
 * sentence if it is not a weather file. */
int feed_weather_read(struct slice file, uint16_t source, struct event_list *out,
		      struct err *err);

/** What a file is that is published beside a lap file: "results", "weather" or "flags", by
 * its first line; NULL: none of them. */
const char *feed_lap_file_sibling(struct slice head);

/** All drivers; ends with NULL. */
extern const struct feed_driver *const feed_drivers[];

const struct feed_driver *feed_by_name(struct slice name);
/** The driver whose sniff() is highest for these bytes; NULL if none recognises them. */
const struct feed_driver *feed_sniff(struct slice head);

#endif
