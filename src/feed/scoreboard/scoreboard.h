/*
 * scoreboard.h -- what the readers of scoreboard feeds share, RMonitor and Multiloop
 *
 * Both send a line a record, the time of day and of the race each second, each crossing
 * once and where each car stands again and again. board.c takes lines apart, board_clock.c
 * maps the source's clock and finds the start and the flags, board_laps.c has what goes
 * out of a car.
 */
#ifndef FEED_SCOREBOARD_H
#define FEED_SCOREBOARD_H

#include "lines.h"
#include "pitwall/wire.h"

enum {
	BOARD_UNKNOWN_MAX = 8,
	BOARD_CARS_MAX = 256,
	BOARD_LAPS_BELIEVED = 100000,
};
#define BOARD_TOTAL_MAX (30 * US_DAY)
/* Clocks that differ by no more agree. */
#define BOARD_STEP (2 * US_S)

struct board {
	struct decoding_state common; /* now: by the last heartbeat */
	instant_us start;             /* of the run */
	instant_us before;            /* the heartbeat before the last */
	instant_us lead_at;           /* the crossing that counted most laps first */
	duration_us offset; /* the source's clock is ahead of UTC by this, heard */
	duration_us skew;   /* the day's or the race's clock was set while it ran */
	uint32_t run, part; /* a run begun again under its number: its part */
	uint32_t lead_laps;
	uint32_t unknown[BOARD_UNKNOWN_MAX]; /* names of records told of */
	uint16_t unknown_count;
	uint8_t flag;  /* enum flag */
	uint8_t field; /* enum session_field */
	bool start_known, offset_known, exact;
	bool beats; /* a heartbeat was heard */
	bool session_due;
	char title[64]; /* of the run */
};

/* Of a car, what a feed of either kind says of it. */
struct board_car {
	duration_us total;      /* of its last crossing counted; NONE */
	duration_us said_total; /* by the last standing; NONE */
	duration_us said_best;
	uint32_t laps; /* counted */
	uint32_t claimed_laps;
	uint16_t claimed_rank;
	bool new_total : 1, new_best : 1; /* said_... was not claimed yet */
	char id[EVENT_ID_MAX + 1];
};

struct board_in;
/* What tells the protocols apart. */
struct board_protocol {
	struct lines_rule lines;
	/** Bytes of the name of a record of ours at the beginning of @s; 0: none. */
	size_t (*record_at)(struct slice s);
	void (*read)(struct board_in *in, struct slice record);
	/** A session of which nothing was told yet is told. */
	void (*session)(const struct board_in *in);
};

/* One line in hand: the first member of what each reader works on. */
struct board_in {
	struct decoding d;
	struct board *board;
	const struct board_protocol *protocol;
};

/* ---- board.c ---------------------------------------------------------------------- */

void board_init(struct board *board, const struct feed_setup *setup);
struct board_in board_begin(struct board *board, const struct board_protocol *protocol,
			    instant_us heard_at, uint32_t record,
			    struct event_list *out);
/** Read all records of a message of lines_frame(). */
void board_read(struct board_in *in, struct slice message);
struct event *board_event(const struct board_in *in, enum event_kind kind,
			  instant_us at);
struct event *board_car_event(const struct board_in *in, enum event_kind kind,
			      instant_us at, const struct board_car *car);
/** A name of a record that nobody knows: told once. */
void board_unknown(const struct board_in *in, struct slice name);
void board_bad_field(const struct board_in *in, struct slice record, const char *what,
		     struct slice field);
/** -1 of a line that is a recorder's note. */
int board_look(struct slice line, size_t (*record_at)(struct slice s));

/* ---- board_clock.c ------------------------------------------------------------------ */

duration_us board_apart(duration_us a, duration_us b);
/** The source's clock is ahead of ours by @off, and was by @apart less: where we know
 * when we heard it, that tells the zone, a whole number of quarters of an hour where that
 * fits to a minute. */
void board_learn_offset(const struct board_in *in, duration_us off, duration_us apart);
void board_fix_start(const struct board_in *in, instant_us at);
/** Another run, of which nothing was told yet. */
void board_begin_run(struct board *board);
/** The flag of the heartbeat in hand. */
void board_show_flag(const struct board_in *in, enum flag flag);

/* ---- board_laps.c ------------------------------------------------------------------- */

/** The session in hand: its number, its kind, its name. */
void board_session(const struct board_in *in, uint32_t number, const char *title);
/** What is new of laps, total, rank and best lap. @stale: laps and total are of before. */
void board_claims(const struct board_in *in, struct board_car *car, uint32_t laps,
		  uint16_t rank, bool stale);
void board_decide(const struct board_in *in, const struct board_car *car,
		  enum decision_kind kind, int64_t by, const char *reason);
/** A car completed @lap at @total. */
void board_lead(struct board *board, uint32_t lap, duration_us total);

#endif
